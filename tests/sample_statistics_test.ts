import assert from "node:assert/strict";
import {
  ES_DATES,
  esDays,
  SESSION_SECONDS,
} from "../formats/samples/es_days.ts";
import { esSession } from "../formats/samples/es_session.ts";
import { ES_SEED } from "../formats/samples/mod.ts";

/** A session's columns; times in seconds since the open, prices in ticks. */
interface Tape {
  readonly time: Float64Array;
  readonly price: Int32Array;
  readonly size: Int32Array;
  readonly buy: Uint8Array;
}

const tapes = readTapes();

Deno.test("about five million trades in twenty sessions", () => {
  const rows = tapes.reduce((sum, tape) => sum + tape.time.length, 0);
  within(rows, 4.7e6, 5.3e6);
  for (const tape of tapes) within(tape.time.length, 100_000, 500_000);
});

Deno.test("times are in order and inside the session", () => {
  for (const { time } of tapes) {
    assert.ok(time[0] >= 0 && time[0] < 10);
    assert.ok(
      time.at(-1)! < SESSION_SECONDS && time.at(-1)! > SESSION_SECONDS - 10,
    );
    assert.ok(time.every((value, i) => i === 0 || value >= time[i - 1]));
  }
});

Deno.test("arrivals are clustered", () => {
  for (const { time } of tapes) {
    const counts = new Float64Array(SESSION_SECONDS);
    for (const t of time) counts[Math.floor(t)]++;
    const { mean, variance } = moments(counts);
    within(variance / mean, 5, 30); // Poisson: 1; a real tape of 2018: 21
    within(autocorrelation(counts, 1), 0.15, 0.7);
    within(autocorrelation(counts, 10), 0.05, 0.6);
  }
});

Deno.test("the open and the close are two to four times as busy as noon", () => {
  const halfHours = new Float64Array(13);
  for (const { time } of tapes) {
    for (const t of time) halfHours[Math.floor(t / 1800)]++;
  }
  const noon = (halfHours[6] + halfHours[7]) / 2; // 11:30 to 12:30
  within(halfHours[0] / noon, 2, 4);
  within(halfHours[12] / noon, 2, 4);
});

Deno.test("trades bounce between bid and ask and mostly leave the price alone", () => {
  for (const { price, buy } of tapes) {
    const changes = Float64Array.from(
      price.subarray(1),
      (value, i) => value - price[i],
    );
    const unchanged = changes.filter((change) => change === 0).length /
      changes.length;
    within(unchanged, 0.7, 0.9); // a real tape of 2018: 0.85
    within(autocorrelation(changes, 1), -0.45, -0.15); // a real tape of 2018: -0.39
    assert.ok(changes.every((change) => Math.abs(change) <= 8));
    within(buy.reduce((sum, value) => sum + value, 0) / buy.length, 0.45, 0.55);
  }
});

Deno.test("the side tells the direction of the bounce", () => {
  const changes = { up: 0, up_by_buy: 0, down: 0, down_by_sell: 0 };
  for (const { price, buy } of tapes) {
    for (let i = 1; i < price.length; i++) {
      if (price[i] > price[i - 1]) {
        changes.up++;
        changes.up_by_buy += buy[i];
      } else if (price[i] < price[i - 1]) {
        changes.down++;
        changes.down_by_sell += 1 - buy[i];
      }
    }
  }
  within(changes.up_by_buy / changes.up, 0.75, 1);
  within(changes.down_by_sell / changes.down, 0.75, 1);
});

Deno.test("sweeps fill in several trades of one side at one microsecond", () => {
  for (const { time, price, buy } of tapes) {
    let together = 0;
    let sameSide = 0;
    let levels = 0;
    for (let i = 1; i < time.length; i++) {
      if (time[i] !== time[i - 1]) continue;
      together++;
      if (buy[i] === buy[i - 1]) sameSide++;
      if (price[i] !== price[i - 1]) levels++;
    }
    within(together / time.length, 0.25, 0.4); // a real tape of 2018: 0.33
    within(sameSide / together, 0.99, 1);
    within(levels / together, 0.01, 0.1);
  }
});

Deno.test("sizes are heavy-tailed with bumps at round lots", () => {
  const counts = new Float64Array(1000);
  for (const { size } of tapes) for (const value of size) counts[value]++;
  const rows = counts.reduce((sum, value) => sum + value, 0);
  assert.equal(counts.indexOf(counts.reduce((a, b) => Math.max(a, b))), 1);
  within(counts[1] / rows, 0.5, 0.75);
  for (const lot of [5, 10, 20, 50, 100]) {
    assert.ok(counts[lot] > 1.5 * counts[lot - 1], `lot ${lot}`);
    assert.ok(counts[lot] > 1.5 * counts[lot + 1], `lot ${lot}`);
  }
  const from = (least: number) =>
    counts.slice(least).reduce((a, b) => a + b, 0) / rows;
  within(from(50), 0.005, 0.05);
  within(from(200), 0.0005, 0.01);
});

Deno.test("a day's range is about half a percent to one and a half", () => {
  const ranges = tapes.map(({ price }) => {
    const high = price.reduce((a, b) => Math.max(a, b));
    const low = price.reduce((a, b) => Math.min(a, b));
    assert.ok(low > 5050 * 4 && high < 5300 * 4);
    return (high - low) / price[0];
  });
  for (const range of ranges) within(range, 0.005, 0.015);
  within(ranges.reduce((a, b) => a + b) / ranges.length, 0.006, 0.011);
});

Deno.test("nights leave gaps, and prices do not run away", () => {
  const gaps = tapes.slice(1).map(({ price }, i) =>
    Math.abs(price[0] - tapes[i].price.at(-1)!) / price[0]
  );
  assert.ok(gaps.filter((gap) => gap > 0.0002).length >= 15);
  for (const gap of gaps) within(gap, 0, 0.01);
});

Deno.test("volatility is clustered, returns are not", () => {
  const absolute: number[] = [];
  let agree = 0;
  let pairs = 0;
  for (const { time, price } of tapes) {
    const closes = new Float64Array(SESSION_SECONDS / 60);
    for (let i = 0; i < time.length; i++) {
      closes[Math.floor(time[i] / 60)] = price[i];
    }
    const returns = closes.slice(1).map((close, i) => close - closes[i]);
    absolute.push(autocorrelation(returns.map(Math.abs), 1));
    for (let i = 1; i < returns.length; i++) {
      if (returns[i] === 0 || returns[i - 1] === 0) continue;
      pairs++;
      if (Math.sign(returns[i]) === Math.sign(returns[i - 1])) agree++;
    }
  }
  within(absolute.reduce((a, b) => a + b) / absolute.length, 0.08, 0.5);
  within(agree / pairs, 0.46, 0.54);
});

function readTapes(): Tape[] {
  const days = esDays(ES_SEED);
  return ES_DATES.map((_, index) => {
    const { bytes, rows } = esSession(ES_SEED, index, days[index]);
    return parse(bytes, rows, days[index].open_s);
  });
}

function parse(bytes: Uint8Array, rows: number, open_s: number): Tape {
  const tape: Tape = {
    time: new Float64Array(rows),
    price: new Int32Array(rows),
    size: new Int32Array(rows),
    buy: new Uint8Array(rows),
  };
  let at = bytes.indexOf(10) + 1;
  const digits = () => {
    let value = 0;
    while (bytes[at] >= 48) value = value * 10 + bytes[at++] - 48;
    at++;
    return value;
  };
  for (let i = 0; i < rows; i++) {
    const seconds = digits() - open_s;
    tape.time[i] = seconds + digits() / 1e6;
    const points = digits();
    tape.price[i] = points * 4 + digits() / 25;
    tape.size[i] = digits();
    tape.buy[i] = bytes[at] === 66 ? 1 : 0;
    at += 2;
  }
  assert.equal(at, bytes.length);
  return tape;
}

function moments(values: Float64Array): { mean: number; variance: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  let variance = 0;
  for (const value of values) variance += (value - mean) ** 2;
  return { mean, variance: variance / values.length };
}

function autocorrelation(values: Float64Array, lag: number): number {
  const { mean, variance } = moments(values);
  let sum = 0;
  for (let i = lag; i < values.length; i++) {
    sum += (values[i] - mean) * (values[i - lag] - mean);
  }
  return sum / values.length / variance;
}

function within(value: number, low: number, high: number): void {
  assert.ok(
    value >= low && value <= high,
    `${value} is not in [${low}, ${high}]`,
  );
}
