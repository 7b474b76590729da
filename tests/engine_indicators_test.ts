import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { ema, type Series, sma, strategy } from "../engine/mod.ts";
import { compileStrategy, isStrategy } from "../engine/host.ts";
import {
  noise,
  play,
  randomOf,
  runAll,
  runnerOf,
  sameBytes,
  type Tape,
} from "./helpers/engine.ts";

const PRICES = "../shared/data/es/ESM8_trades_20180507.csv.gz";

type Make = (price: Series) => Series;

function tapeOf(price: Float64Array): Tape {
  const time = Float64Array.from(price, (_, i) => i * 1e6);
  return { kind: "trades", time, columns: { price } };
}

/** Values of indicators at every row, by way of the runner. */
function valuesOf(
  makes: readonly Make[],
  price: Float64Array,
  options: {
    cut?: () => number;
    ranges?: { from: number; to: number }[];
  } = {},
): Float64Array[] {
  const out = makes.map(() => new Float64Array(price.length).fill(-1));
  const definition = strategy({
    indicators: ({ price }) =>
      Object.fromEntries(makes.map((make, i) => [`x${i}`, make(price)])),
    onTick(series, _broker, _state, { time }) {
      const row = Math.round(time / 1e6);
      for (let i = 0; i < makes.length; i++) {
        const { value, ready } = series[`x${i}`];
        assert.equal(ready, !Number.isNaN(value));
        assert.ok(Object.is(series[`x${i}`].ago(0), value));
        out[i][row] = value;
      }
    },
  });
  runAll({ strategy: definition, tapes: [tapeOf(price)], equityEvery: 1e18 }, {
    cut: options.cut,
    ranges: options.ranges && [options.ranges],
  });
  return out;
}

/** The mean of a window, added up anew for every row. */
function naiveSma(x: Float64Array, n: number): Float64Array {
  return x.map((_, i) => {
    if (i < n - 1) return NaN;
    let sum = 0;
    for (let j = i - n + 1; j <= i; j++) sum += x[j];
    return sum / n;
  });
}

/** The weights written out: `α Σ (1-α)^k x[i-k]`, the rest on the first value. */
function naiveEma(x: Float64Array, n: number): Float64Array {
  const first = x.findIndex((value) => !Number.isNaN(value));
  const alpha = 2 / (n + 1);
  const reach = Math.ceil(40 / alpha);
  return x.map((_, i) => {
    if (first < 0 || i < first + n - 1) return NaN;
    let sum = 0;
    let weight = 1;
    for (let j = i; j > first && j > i - reach; j--) {
      sum += weight * alpha * x[j];
      weight *= 1 - alpha;
    }
    return i - first >= reach ? sum : sum + weight * x[first];
  });
}

function assertClose(
  is: Float64Array,
  should: Float64Array,
  relative: number,
): void {
  assert.equal(is.length, should.length);
  for (let i = 0; i < is.length; i++) {
    if (Number.isNaN(should[i])) {
      assert.ok(Number.isNaN(is[i]), `row ${i} is ${is[i]}, not ready yet`);
    } else if (
      !(Math.abs(is[i] - should[i]) <= relative * Math.abs(should[i]))
    ) {
      assert.fail(`row ${i} is ${is[i]}, by hand ${should[i]}`);
    }
  }
}

function dropNaN(x: Float64Array): { values: Float64Array; lead: number } {
  const lead = x.findIndex((value) => !Number.isNaN(value));
  return { values: x.subarray(lead), lead };
}

function naive(kind: string, n: number, x: Float64Array): Float64Array {
  const { values, lead } = dropNaN(x);
  const of = (kind === "sma" ? naiveSma : naiveEma)(values, n);
  const out = new Float64Array(x.length).fill(NaN);
  out.set(of, lead);
  return out;
}

const CASES: {
  name: string;
  make: Make;
  by: (price: Float64Array) => Float64Array;
}[] = [
  ...[1, 2, 3, 10, 64, 65, 66, 200, 513].flatMap((n) => [
    {
      name: `sma ${n}`,
      make: (p: Series) => sma(p, n),
      by: (x: Float64Array) => naive("sma", n, x),
    },
    {
      name: `ema ${n}`,
      make: (p: Series) => ema(p, n),
      by: (x: Float64Array) => naive("ema", n, x),
    },
  ]),
  {
    name: "sma 7 of ema 20",
    make: (p) => sma(ema(p, 20), 7),
    by: (x) => naive("sma", 7, naive("ema", 20, x)),
  },
  {
    name: "ema 9 of sma 100",
    make: (p) => ema(sma(p, 100), 9),
    by: (x) => naive("ema", 9, naive("sma", 100, x)),
  },
  {
    name: "sma 5 of sma 5 of ema 5",
    make: (p) => sma(sma(ema(p, 5), 5), 5),
    by: (x) => naive("sma", 5, naive("sma", 5, naive("ema", 5, x))),
  },
];

Deno.test("averages are those of a plain loop on a walk of any numbers", () => {
  const price = noise(10_000, 1);
  const values = valuesOf(CASES.map(({ make }) => make), price);
  for (const [i, { by }] of CASES.entries()) {
    assertClose(values[i], by(price), 1e-11);
  }
});

Deno.test("an average over more rows than a block", () => {
  const price = noise(30_000, 2);
  const [slow] = valuesOf([(p) => sma(p, 9000)], price);
  assertClose(slow, naiveSma(price, 9000), 1e-11);
});

Deno.test("a sum of prices on a grid is exact, so an average is too", () => {
  const random = randomOf(3);
  let ticks = 20_000;
  const price = Float64Array.from(
    { length: 20_000 },
    () => (ticks += Math.round((random() - 0.5) * 9)) * 0.25,
  );
  for (const n of [1, 7, 50, 500, 2000]) {
    const [value] = valuesOf([(p) => sma(p, n)], price);
    assert.deepEqual(value, naiveSma(price, n));
  }
});

Deno.test({
  name: "averages are those of a plain loop on real trades",
  ignore: !existsSync(PRICES),
  fn() {
    const price = realPrices();
    const makes: Make[] = [
      (p) => sma(p, 50),
      (p) => sma(p, 500),
      (p) => ema(p, 50),
      (p) => sma(ema(p, 20), 10),
    ];
    const [fast, slow, exponential, both] = valuesOf(makes, price, {
      cut: () => 65_536,
    });
    // Quarters add up without rounding.
    assert.deepEqual(fast, naiveSma(price, 50));
    assert.deepEqual(slow, naiveSma(price, 500));
    assertClose(exponential, naiveEma(price, 50), 1e-12);
    assertClose(both, naive("sma", 10, naiveEma(price, 20)), 1e-12);
  },
});

Deno.test("values do not depend on batches", () => {
  const price = noise(13_000, 4);
  const makes = CASES.map(({ make }) => make);
  const whole = valuesOf(makes, price);
  const random = randomOf(5);
  const cuts = [
    () => 1,
    () => 7,
    () => 4095,
    () => 4096,
    () => 4097,
    () => Math.ceil(random() ** 3 * 9000),
  ];
  for (const cut of cuts) {
    const parts = valuesOf(makes, price, { cut });
    for (let i = 0; i < makes.length; i++) {
      assert.ok(sameBytes(whole[i], parts[i]), CASES[i].name);
    }
  }
});

/** The first row from which two runs agree to the bit, to the end. */
function meet(a: Float64Array, b: Float64Array): number {
  let row = a.length;
  while (row > 0 && Object.is(a[row - 1], b[row - 1])) row--;
  return row;
}

Deno.test("past its memory a value is the same wherever the run began", () => {
  const cases = [
    { n: 2, make: (p: Series) => sma(p, 2) },
    { n: 50, make: (p: Series) => sma(p, 50) },
    { n: 513, make: (p: Series) => sma(p, 513) },
    { n: 10, make: (p: Series) => ema(p, 10) },
    { n: 100, make: (p: Series) => ema(p, 100) },
    { n: 30, make: (p: Series) => sma(ema(p, 20), 10) },
    { n: 30, make: (p: Series) => ema(sma(p, 20), 10) },
  ];
  const price = noise(24_000, 6);
  const makes = cases.map(({ make }) => make);
  const memories = makes.map(memoryOf);
  const whole = valuesOf(makes, price);
  for (const from of [1, 100, 4000, 4095, 4096, 4097, 7000, 8191, 11_111]) {
    const later = valuesOf(makes, price, {
      ranges: [{ from, to: price.length }],
    });
    for (const [i, { n }] of cases.entries()) {
      const row = meet(whole[i], later[i]);
      assert.ok(
        row - from <= memories[i],
        `${i} (${n}) from ${from} needs ${row - from}, says ${memories[i]}`,
      );
    }
  }
});

/**
 * Sums are anchored at fixed rows. Rows outside of sessions are not run, and
 * may be the very ones.
 */
Deno.test("past its memory a value is the same when rows are left out", () => {
  const price = noise(60_000, 7);
  const make: Make = (p) => sma(p, 20);
  const memory = memoryOf(make);
  // Rows 4096 k to 4096 k + 999 are in no session.
  const sessions = Array.from({ length: 14 }, (_, k) => ({
    from: 4096 * k + 1000,
    to: 4096 * (k + 1),
  }));
  const [whole] = valuesOf([make], price, { ranges: sessions });
  for (const start of [1, 3, 6]) {
    const [later] = valuesOf([make], price, { ranges: sessions.slice(start) });
    const { from } = sessions[start];
    const row = meet(whole, later);
    const rows = sessions.reduce(
      (sum, { from: a, to: b }) =>
        sum + Math.max(0, Math.min(b, row) - Math.max(a, from)),
      0,
    );
    assert.ok(rows <= memory, `needs ${rows}, says ${memory}`);
  }
});

/** `warmup: auto` of a strategy that looks at this series alone. */
function warmupOf(make: Make): number {
  const definition = definitionOf(make);
  assert.ok(isStrategy(definition));
  const { compiled } = compileStrategy(definition, {});
  assert.ok(compiled);
  return compiled.warmupRows;
}

function definitionOf(make: Make): object {
  return strategy({
    indicators: ({ price }) => ({ x: make(price) }),
    onTick() {},
  });
}

function memoryOf(make: Make): number {
  let memory = 0;
  const definition = strategy({
    indicators: ({ price }) => {
      const x = make(price);
      memory = x.memory;
      return { x };
    },
    onTick() {},
  });
  assert.ok(isStrategy(definition));
  compileStrategy(definition, {});
  return memory;
}

Deno.test("after warmup: auto the whole state is that of the serial run", () => {
  const makes: Make[] = [
    (p) => p,
    (p) => sma(p, 1),
    (p) => sma(p, 50),
    (p) => ema(p, 1),
    (p) => ema(p, 3),
    (p) => ema(p, 50),
    (p) => sma(ema(p, 5), 10),
    (p) => ema(sma(p, 20), 10),
  ];
  const price = noise(14_000, 8);
  const tapes = [tapeOf(price)];
  for (const [i, make] of makes.entries()) {
    const rows = warmupOf(make);
    const setup = { strategy: definitionOf(make), tapes };
    for (const to of [6000, 8192, 8193, 12_000]) {
      const serial = runnerOf(setup);
      play(serial, tapes, { ranges: [[{ from: 0, to }]] });
      const warm = runnerOf(setup);
      play(warm, tapes, { ranges: [[{ from: to - rows, to }]] });
      assert.ok(
        sameBytes(serial.snapshot(), warm.snapshot()),
        `series ${i} to row ${to} after ${rows} rows`,
      );
    }
  }
});

Deno.test({
  name: "after warmup: auto the state is the serial one on real trades",
  ignore: !existsSync(PRICES),
  fn() {
    const price = realPrices();
    const tapes = [tapeOf(price)];
    const make: Make = (p) => ema(sma(p, 50), 20);
    const rows = warmupOf(make);
    const setup = { strategy: definitionOf(make), tapes };
    for (let to = 10_000; to < price.length; to += 10_000) {
      const serial = runnerOf(setup);
      play(serial, tapes, { ranges: [[{ from: 0, to }]] });
      const warm = runnerOf(setup);
      play(warm, tapes, { ranges: [[{ from: to - rows, to }]] });
      assert.ok(sameBytes(serial.snapshot(), warm.snapshot()), `row ${to}`);
    }
  },
});

Deno.test("ago reads the past across blocks and batches, NaN before its start", () => {
  const price = noise(9000, 9);
  for (const rows of [1, 5, 4096, 9000]) {
    let row = 0;
    const definition = strategy({
      indicators: ({ price }) => ({ price, mean: sma(price, 3) }),
      onTick(series) {
        for (const k of [0, 1, 2, 63, 64]) {
          const past = row - k < 0 ? NaN : price[row - k];
          assert.ok(Object.is(series.price.ago(k), past), `row ${row}, ${k}`);
          const ready = row - k >= 2;
          assert.equal(Number.isNaN(series.mean.ago(k)), !ready);
        }
        row++;
      },
    });
    runAll({ strategy: definition, tapes: [tapeOf(price)] }, {
      cut: () => rows,
    });
    assert.equal(row, price.length);
  }
});

Deno.test("ago refuses the future and what it does not keep", () => {
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    onTick({ price }) {
      for (const bad of [-1, 65, 0.5, NaN, Infinity, -Infinity]) {
        assert.throws(() => price.ago(bad), {
          name: "RangeError",
          message:
            `Cannot look back: current value is ${bad}, the range is 0 to 64`,
        });
      }
    },
  });
  runAll({ strategy: definition, tapes: [tapeOf(Float64Array.of(1, 2))] });
});

Deno.test("equal indicators are one, lengths are checked", () => {
  const definition = strategy({
    indicators: ({ price }) => {
      assert.equal(sma(price, 5), sma(price, 5));
      assert.notEqual(sma(price, 5), sma(price, 6));
      assert.notEqual(sma(price, 5), ema(price, 5));
      assert.equal(ema(sma(price, 5), 2), ema(sma(price, 5), 2));
      for (const bad of [0, -1, 1.5, NaN, Infinity]) {
        assert.throws(() => sma(price, bad), RangeError);
        assert.throws(() => ema(price, bad), RangeError);
      }
      return { price };
    },
    onTick() {},
  });
  runAll({ strategy: definition, tapes: [tapeOf(Float64Array.of(1))] });
});

function realPrices(): Float64Array {
  const text = gunzipSync(readFileSync(PRICES)).toString("latin1");
  const lines = text.split("\n").slice(1).filter((line) => line !== "");
  return Float64Array.from(lines, (line) => Number(line.split(",")[1]));
}
