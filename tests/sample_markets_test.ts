import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { BTC_DATES, BTC_SEED, btcDay } from "../formats/samples/btc.ts";
import { esDays } from "../formats/samples/es_days.ts";
import { esSession } from "../formats/samples/es_session.ts";
import {
  EURUSD_DATES,
  EURUSD_SEED,
  eurusdDay,
} from "../formats/samples/eurusd.ts";
import { ES_SEED, SAMPLES } from "../formats/samples/mod.ts";
import { NQ_LINE, nqSession } from "../formats/samples/nq.ts";
import { columnsOf } from "./helpers/samples.ts";

const DAY = 86_400;

Deno.test("each sample has a directory of its own", () => {
  const places = Object.values(SAMPLES).map(({ directory }) => directory);
  assert.equal(new Set(places).size, places.length);
  for (const [name, { directory }] of Object.entries(SAMPLES)) {
    assert.equal(directory, `data/${name}`);
  }
});

Deno.test("the first files have their golden hashes", () => {
  const btc = btcDay(BTC_SEED, 0);
  assert.deepEqual(
    {
      nq: sha256(nqSession(ES_SEED, 0).bytes),
      eurusd: sha256(eurusdDay(EURUSD_SEED, 0).bytes),
      trades: sha256(btc.trades.bytes),
      quotes: sha256(btc.quotes.bytes),
    },
    {
      nq: "82e2b23dcf4eb743768edb906df2ffb126340a1e5191f614a0cad8a3684cc2b1",
      eurusd:
        "7d2ca6636cec3ab166ecc8b401f67064d2072aac29febcbf9107d5013ddc59c2",
      trades:
        "5d89da670822729018b134c180c095ea6eb131ad6d55cab1ddaa38168ab69a4a",
      quotes:
        "66de04acaf4c934d1896bcbe003c073630b9f58721e5c4a3cc2de6e87c9a7d3c",
    },
  );
});

Deno.test("eurusd: whole days of ordered quotes, never crossed, on the grid", () => {
  for (const [index, date] of EURUSD_DATES.entries()) {
    const { epoch_s, bid, ask, bid_size, ask_size } = columnsOf(
      eurusdDay(EURUSD_SEED, index),
    );
    within(epoch_s.length, 70_000, 120_000);
    // 17:00 New York is 22:00 UTC before the clocks change on 10 March, 21:00 after.
    const hour = date < "2024-03-10" ? 22 : 21;
    const close = Date.parse(`${date}T${hour}:00Z`) / 1000;
    const [first] = epoch_s;
    const open = close - DAY;
    within(first, open, open + 120);
    within(epoch_s.at(-1) ?? 0, close - 120, close);
    assert.ok(epoch_s.every((at, i) => i === 0 || at > epoch_s[i - 1]));
    assert.ok(bid.every((price, i) => price < ask[i]));
    for (const size of [bid_size, ask_size]) {
      assert.ok(size.every((v) => v > 0 && v <= 1e7 && v % 250_000 === 0));
    }
  }
});

Deno.test("eurusd: spreads of a pip or less, wide when few quote; the price strays and comes back", () => {
  const { epoch_s, bid, ask } = columnsOf(eurusdDay(EURUSD_SEED, 2));
  const spread = ask.map((price, i) => (price - bid[i]) * 1e5);
  const at = (from: number, to: number) =>
    mean(spread.filter((_, i) => {
      const hour = (epoch_s[i] - epoch_s[0]) / 3600;
      return hour >= from && hour < to;
    }));
  within(mean(spread), 3, 10); // real quotes of 2014: 2 to 30
  assert.ok(at(0, 2) > 1.5 * at(14, 17), "wider after 17:00 New York");
  const middle = minutes(epoch_s, bid.map((price, i) => (price + ask[i]) / 2));
  // What is passing makes one minute's move be followed by the opposite.
  within(autocorrelation(differences(middle), 1), -0.5, -0.1);
  const range = Math.max(...middle) - Math.min(...middle);
  within(range, 0.002, 0.02);
});

Deno.test("btc: trades hit the quote that stood, and take from what it showed", () => {
  const { trades, quotes } = btcDay(BTC_SEED, 1);
  const t = columnsOf(trades);
  const q = columnsOf(quotes);
  assert.ok(q.bid.every((price, i) => price < q.ask[i]));
  for (const { epoch_s } of [t, q]) {
    assert.ok(epoch_s.every((at, i) => i === 0 || at >= epoch_s[i - 1]));
  }
  let row = 0;
  let checked = 0;
  for (let i = 0; i < t.epoch_s.length; i++) {
    const at = t.epoch_s[i];
    while (row < q.epoch_s.length && q.epoch_s[row] < at) row++;
    // Several events of one microsecond cannot be told apart.
    const alone = t.epoch_s[i - 1] !== at && t.epoch_s[i + 1] !== at &&
      q.epoch_s[row] === at && q.epoch_s[row + 1] !== at;
    if (row === 0 || !alone) continue;
    const before = row - 1;
    const buys = t.side[i] > 0;
    const [price, size] = buys ? [q.ask, q.ask_size] : [q.bid, q.bid_size];
    assert.equal(t.price[i], price[before]);
    assert.ok(t.size[i] <= size[before] + 1e-9);
    if (price[row] === price[before]) {
      assert.ok(Math.abs(size[before] - t.size[i] - size[row]) < 1e-9);
    }
    checked++;
  }
  within(checked, 30_000, 80_000);
});

Deno.test("btc: a busy market, mostly a step wide, that moves a per cent a day", () => {
  const ranges = BTC_DATES.slice(0, 3).map((_, index) => {
    const { trades, quotes } = btcDay(BTC_SEED, index);
    within(trades.rows, 40_000, 100_000);
    const { bid, ask } = columnsOf(quotes);
    within(bid.length, 150_000, 400_000);
    const narrow = bid.filter((price, i) => ask[i] - price < 0.15).length;
    within(narrow / bid.length, 0.7, 0.99);
    return (Math.max(...ends(bid)) - Math.min(...ends(bid))) / bid[0];
  });
  for (const range of ranges) within(range, 0.002, 0.05);
});

Deno.test("nq: strays from its line through es, and comes back within minutes", () => {
  const [day] = esDays(ES_SEED);
  const es = columnsOf(esSession(ES_SEED, 0, day));
  const nq = columnsOf(nqSession(ES_SEED, 0));
  within(nq.epoch_s.length, 40_000, 90_000);
  const line = minutes(es.epoch_s, es.price).map((price) =>
    NQ_LINE.nq + NQ_LINE.slope * (price - NQ_LINE.es)
  );
  const price = minutes(nq.epoch_s, nq.price);
  const length = Math.min(line.length, price.length);
  const distance = Float64Array.from(
    { length },
    (_, i) => price[i] - line[i],
  );
  within(Math.abs(mean(distance)), 0, 3);
  within(deviationOf(distance), 3, 9);
  // A reversion in 240 s keeps e^(-60/240) = 0.78 of a distance a minute later.
  within(autocorrelation(distance, 1), 0.55, 0.9);
  within(Math.abs(autocorrelation(distance, 30)), 0, 0.35);
  assert.ok(deviationOf(price) > 2 * deviationOf(distance));
});

/** The last value of each minute. */
function minutes(at: Float64Array, values: Float64Array): Float64Array {
  const out: number[] = [];
  for (let i = 0; i < at.length; i++) {
    out[Math.floor((at[i] - at[0]) / 60)] = values[i];
  }
  return Float64Array.from(
    out,
    (value, i) => value ?? out.slice(0, i).findLast((v) => v !== undefined),
  );
}

/** A value in a hundred, so that they can be spread over arguments. */
function ends(values: Float64Array): Float64Array {
  return values.filter((_, i) => i % 100 === 0);
}

function differences(values: Float64Array): Float64Array {
  return values.slice(1).map((value, i) => value - values[i]);
}

function mean(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function deviationOf(values: Float64Array): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

function autocorrelation(values: Float64Array, lag: number): number {
  const middle = mean(values);
  let sum = 0;
  for (let i = lag; i < values.length; i++) {
    sum += (values[i] - middle) * (values[i - lag] - middle);
  }
  return sum / values.length / deviationOf(values) ** 2;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function within(value: number, low: number, high: number): void {
  assert.ok(
    value >= low && value <= high,
    `${value} is not in [${low}, ${high}]`,
  );
}
