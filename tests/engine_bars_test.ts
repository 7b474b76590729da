import assert from "node:assert/strict";
import fc from "fast-check";
import * as engine from "../engine/mod.ts";
import type { Columns, Series } from "../engine/mod.ts";
import { play, randomOf, sameBytes, type Tape } from "./helpers/engine.ts";
import {
  assertClose,
  type ColumnValues,
  forgottenAt,
  type Make,
  type Market,
  market,
  memoryOf,
  valuesOf,
  warmFrom,
  watching,
} from "./helpers/indicators.ts";
import {
  emaOf,
  mean,
  rolling,
  trueRangeOf,
  wilderOf,
} from "./helpers/naive.ts";

const MINUTE = 60e9;

interface Reference {
  readonly columns: ColumnValues;
  readonly ends: Float64Array;
  /** For each tick the bars that were complete by then. */
  readonly done: readonly number[];
}

/** Bars by hand: ticks put into a list an interval. */
function barsByHand(tape: Market, every: number): Reference {
  const { price, size } = tape.columns;
  const intervals = new Map<number, number[]>();
  tape.time.forEach((time, i) => {
    const k = Math.floor(time / every);
    const rows = intervals.get(k) ?? [];
    intervals.set(k, rows);
    if (!Number.isNaN(price[i])) rows.push(i);
  });
  const bars = [...intervals].filter(([, rows]) => rows.length > 0);
  const of = (f: (rows: number[]) => number) =>
    Float64Array.from(bars, ([, rows]) => f(rows));
  const volume = (rows: number[]) => rows.reduce((sum, i) => sum + size[i], 0);
  const ends = Float64Array.from(bars, ([k]) => (k + 1) * every);
  return {
    ends,
    done: [...tape.time].map((time) =>
      ends.filter((end) => end <= time).length
    ),
    columns: {
      open: of((rows) => price[rows[0]]),
      high: of((rows) => Math.max(...rows.map((i) => price[i]))),
      low: of((rows) => Math.min(...rows.map((i) => price[i]))),
      close: of((rows) => price[rows[rows.length - 1]]),
      volume: of(volume),
      count: of((rows) => rows.length),
      vwap: of((rows) =>
        rows.reduce((sum, i) => sum + price[i] * size[i], 0) / volume(rows)
      ),
    },
  };
}

/** Values of bars as ticks see them. */
function seen(values: Float64Array, { done }: Reference, ago = 0) {
  return Float64Array.from(done, (n) => values[n - 1 - ago] ?? NaN);
}

const NAMES = [
  "open",
  "high",
  "low",
  "close",
  "volume",
  "count",
  "vwap",
] as const;

const all: Make = ({ bars, price }) => {
  const minute = bars("1m");
  const slow = bars("5m");
  const own = Object.fromEntries(NAMES.map((name) => [name, minute[name]]));
  return {
    ...own,
    atr: engine.atr(minute, 14),
    ema: engine.ema(minute.close, 20),
    mean: engine.sma(minute.close, "10m"),
    slow: engine.sma(slow.high, 3),
    above: engine.sub(price, engine.ema(minute.close, 20)),
    between: engine.sub(minute.close, slow.close),
    mid: engine.sma(engine.sub(price, minute.vwap), 50),
  };
};

Deno.test("bars are those made by hand, at each tick the last completed one", () => {
  const tape = market(12_000, 31);
  tape.columns.price.fill(NaN, 300, 420);
  const reference = barsByHand(tape, MINUTE);
  const slow = barsByHand(tape, 5 * MINUTE);
  for (const step of [1, 777, Infinity]) {
    const is = valuesOf(all, tape, { cut: () => step });
    for (const name of NAMES) {
      const should = seen(reference.columns[name], reference);
      assertClose(name, is[name], should, name === "vwap" ? 1e-13 : 0);
    }
    const { columns } = reference;
    const ema = emaOf(columns.close, 20);
    const atr = wilderOf(trueRangeOf(columns), 14);
    assertClose("atr", is.atr, seen(atr, reference), 1e-11);
    assertClose("ema", is.ema, seen(ema, reference), 1e-12);
    const high = rolling(slow.columns.high, 3, mean);
    assertClose("slow", is.slow, seen(high, slow), 1e-13);
    const above = seen(ema, reference).map((value, i) =>
      tape.columns.price[i] - value
    );
    assertClose("above", is.above, above, 1e-9, 1e-11);
    const fast = seen(columns.close, reference);
    const between = seen(slow.columns.close, slow).map((v, i) => fast[i] - v);
    assertClose("between", is.between, between, 0);
  }
});

Deno.test("a bar is not seen before a tick at or after its end", () => {
  const tape: Tape = {
    kind: "trades",
    time: [0, 30e9, MINUTE - 1, MINUTE, 90e9, 5 * MINUTE, 5 * MINUTE + 1],
    columns: { price: [1, 3, 2, 9, 8, 7, 6] },
  };
  const rows: (number | boolean)[][] = [];
  const runner = watching(({ bars }) => ({ ...bars("1m") }), {
    ...tape,
    columns: { ...tape.columns, size: [1, 1, 2, 5, 5, 1, 1] },
  }, ({ open, high, low, close, volume, vwap }) => {
    rows.push([
      open.ready,
      open.value,
      high.value,
      low.value,
      close.value,
      volume.value,
      vwap.value,
      close.ago(1),
    ]);
  });
  play(runner, [{
    ...tape,
    columns: { ...tape.columns, size: [1, 1, 2, 5, 5, 1, 1] },
  }]);
  const none = [false, NaN, NaN, NaN, NaN, NaN, NaN, NaN];
  const first = [true, 1, 3, 1, 2, 4, 2, NaN];
  const second = [true, 9, 9, 8, 8, 10, 8.5, 2];
  assert.deepEqual(rows, [none, none, none, first, first, second, second]);
});

Deno.test("ago counts bars", () => {
  const tape = market(6000, 32);
  const reference = barsByHand(tape, MINUTE);
  let row = 0;
  const runner = watching(
    ({ bars }) => ({ close: bars("1m").close }),
    tape,
    ({ close }) => {
      for (const k of [0, 1, 7, 64]) {
        const should = reference.columns.close[reference.done[row] - 1 - k];
        assert.ok(Object.is(close.ago(k), should ?? NaN), `row ${row}, ${k}`);
      }
      assert.throws(() => close.ago(65), RangeError);
      row++;
    },
  );
  play(runner, [tape], { cut: () => 501 });
  assert.equal(row, 6000);
});

Deno.test("past its memory the state of bars is the serial one, wherever it began", () => {
  const tape = market(30_000, 33);
  const makes: Record<string, Make> = {
    close: ({ bars }) => ({ x: bars("1s").close }),
    minute: ({ bars }) => ({ x: bars("1m").vwap }),
    atr: ({ bars }) => ({ x: engine.atr(bars("5s"), 5) }),
    mean: ({ bars }) => ({ x: engine.sma(bars("10s").close, "2m") }),
    lifted: ({ bars, price }) => ({
      x: engine.sma(engine.sub(price, engine.ema(bars("5s").close, 4)), 20),
    }),
    within: ({ bars, price }) => ({
      x: engine.max(engine.sub(price, bars("10s").low), "30s"),
    }),
  };
  for (const [name, make] of Object.entries(makes)) {
    const reach = memoryOf(make);
    for (const to of [20_000, 24_576, 29_999]) {
      // Now and then there is a long wait, so that some bars are missing.
      const from = warmFrom(tape, to, { ...reach, ns: 3 * reach.ns });
      assert.ok(from > 0, name);
      const serial = watching(make, tape);
      play(serial, [tape], { ranges: [[{ from: 0, to }]] });
      const warm = watching(make, tape);
      play(warm, [tape], { ranges: [[{ from, to }]] });
      assert.ok(
        sameBytes(serial.snapshot(), warm.snapshot()),
        `${name} at ${to} from ${from}`,
      );
    }
    const whole = valuesOf(make, tape);
    const later = valuesOf(make, tape, {
      ranges: [[{ from: 5000, to: 30_000 }]],
    });
    const begin = forgottenAt(tape, 5000, { ...reach, ns: 3 * reach.ns });
    assert.ok(begin < 30_000, name);
    assert.ok(
      sameBytes(whole.x.subarray(begin), later.x.subarray(begin)),
      name,
    );
  }
});

Deno.test("a snapshot at any row, and any cut, gives the same bars to the bit", () => {
  const tape = market(9000, 34);
  const whole = valuesOf(all, tape);
  const random = randomOf(35);
  const parts = valuesOf(all, tape, { cut: () => Math.ceil(random() * 900) });
  for (const name in whole) {
    assert.ok(sameBytes(whole[name], parts[name]), name);
  }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8999 }), (row) => {
      const before = watching(all, tape);
      play(before, [tape], { ranges: [[{ from: 0, to: row }]] });
      let at = row;
      const after = watching(all, tape, (series) => {
        for (const name in whole) {
          if (!Object.is(series[name].value, whole[name][at])) {
            assert.fail(`${name}, row ${at} after ${row}`);
          }
        }
        at++;
      });
      after.restore(before.snapshot());
      assert.ok(sameBytes(before.snapshot(), after.snapshot()));
      play(after, [tape], { ranges: [[{ from: row, to: 9000 }]] });
      assert.equal(at, 9000);
    }),
    { numRuns: 12, seed: 36 },
  );
});

Deno.test("bars: equal ones are shared, sizes are read when asked for, lengths are checked", () => {
  const names: string[] = [];
  const make = (columns: Columns): Record<string, Series> => {
    const { bars } = columns;
    assert.equal(bars("1m").close, bars("60s").close);
    assert.notEqual(bars("1m").close, bars("2m").close);
    assert.equal(engine.atr(bars("1m")), engine.atr(bars("60s")));
    for (const bad of ["7m", "2d", "soon", "0s"]) {
      assert.throws(() => bars(bad), TypeError);
    }
    assert.throws(() => bars("1m", bars("1s").close), TypeError);
    return { x: bars("1m", engine.mid(columns)).count };
  };
  const tape = market(10, 37);
  const proxied: Make = (columns) =>
    make(
      new Proxy(columns, {
        get(of, name: "price") {
          names.push(name);
          return of[name];
        },
      }),
    );
  watching(proxied, tape);
  assert.ok(names.includes("bid") && !names.includes("size"));
});
