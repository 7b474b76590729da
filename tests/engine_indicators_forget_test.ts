import assert from "node:assert/strict";
import fc from "fast-check";
import * as engine from "../engine/mod.ts";
import { CATALOGUE } from "./helpers/catalogue.ts";
import { play, randomOf, sameBytes } from "./helpers/engine.ts";
import {
  forgottenAt,
  HOUR,
  type Make,
  market,
  memoryOf,
  valuesOf,
  warmFrom,
  watching,
} from "./helpers/indicators.ts";

const ROWS = 22_000;
const TAPE = market(ROWS, 21);
// A price that stands still is where exponential averages do not meet by chance.
TAPE.columns.price.fill(101.3, 6000, 15_000);

const all: Make = (columns) =>
  Object.fromEntries(CATALOGUE.map(({ name, make }) => [name, make(columns)]));

const memories = CATALOGUE.map(({ name, make }) => ({
  name,
  make: ((columns) => ({ x: make(columns) })) as Make,
  reach: memoryOf((columns) => ({ x: make(columns) })),
}));

Deno.test("the memory of every indicator is stated and short", () => {
  for (const { name, reach: { rows, ns } } of memories) {
    const length = Number(name.split(" ").at(-1)) || 100;
    assert.ok(rows >= 1 && rows <= 65 * length + 600, name);
    assert.equal(ns > 0, /\d(ms|s|m)$|session|20s/.test(name), name);
    assert.ok(ns <= 86_400e9, name);
  }
});

Deno.test("past its memory every value is the same wherever the run began and however it is cut", () => {
  const whole = valuesOf(all, TAPE);
  const random = randomOf(22);
  for (const from of [1, 4097, 7001]) {
    const later = valuesOf(all, TAPE, {
      ranges: [[{ from, to: ROWS }]],
      cut: () => Math.ceil(random() ** 3 * 9000),
    });
    for (const { name, reach } of memories) {
      const begin = forgottenAt(TAPE, from, reach);
      if (begin >= ROWS) continue;
      assert.ok(
        sameBytes(whole[name].subarray(begin), later[name].subarray(begin)),
        `${name} from ${from} at ${begin}`,
      );
    }
  }
});

Deno.test("past its memory the whole state of every indicator is the serial one", () => {
  let seen = 0;
  for (const { name, make, reach } of memories) {
    for (const to of [9000, 16_384, 21_003]) {
      const from = warmFrom(TAPE, to, reach);
      if (from < 0) continue;
      seen++;
      const serial = watching(make, TAPE);
      play(serial, [TAPE], { ranges: [[{ from: 0, to }]] });
      const warm = watching(make, TAPE);
      play(warm, [TAPE], { ranges: [[{ from, to }]] });
      assert.ok(
        sameBytes(serial.snapshot(), warm.snapshot()),
        `${name} at ${to} from ${from}`,
      );
    }
  }
  assert.ok(seen > 2 * memories.length);
});

/** Rows outside of sessions are not run; anchors may lie among them. */
Deno.test("past its memory the state is the serial one when rows are left out", () => {
  const sessions = Array.from({ length: 6 }, (_, k) => ({
    from: 3700 * k + 1000,
    to: 3700 * (k + 1) - (k % 2) * 900,
  })).filter(({ to }) => to <= ROWS);
  for (const { name, make, reach } of memories) {
    if (reach.ns > 0) continue;
    let left = reach.rows;
    let start = sessions.length;
    while (left > 0 && start > 0) {
      start--;
      left -= sessions[start].to - sessions[start].from;
    }
    if (start < 1 || left > 0) continue;
    const serial = watching(make, TAPE);
    play(serial, [TAPE], { ranges: [sessions] });
    const warm = watching(make, TAPE);
    const ranges = [sessions.slice(start)];
    ranges[0][0] = { ...ranges[0][0], from: ranges[0][0].from - left };
    play(warm, [TAPE], { ranges });
    assert.ok(sameBytes(serial.snapshot(), warm.snapshot()), name);
  }
});

Deno.test("a snapshot at any row gives the same rest, to the bit", () => {
  const rows = 5000;
  const short = market(rows, 23);
  const whole = valuesOf(all, short);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: rows - 1 }),
      fc.integer({ min: 1, max: 5000 }),
      (row, step) => {
        const before = watching(all, short);
        play(before, [short], {
          ranges: [[{ from: 0, to: row }]],
          cut: () => step,
        });
        let at = row;
        const after = watching(all, short, (series) => {
          for (const { name } of CATALOGUE) {
            if (!Object.is(series[name].value, whole[name][at])) {
              assert.fail(`${name}, row ${at} after ${row}`);
            }
          }
          at++;
        });
        after.restore(before.snapshot());
        play(after, [short], { ranges: [[{ from: row, to: rows }]] });
        assert.equal(at, rows);
      },
    ),
    { numRuns: 6, seed: 24 },
  );
});

Deno.test("from a session's open on, what begins again there is the serial one", () => {
  const make: Make = (columns) =>
    Object.fromEntries(
      CATALOGUE.filter(({ session }) => session)
        .map((entry) => [entry.name, entry.make(columns)]),
    );
  const whole = valuesOf(make, TAPE);
  const from = TAPE.time.findIndex((time) => time >= 2 * HOUR);
  const later = valuesOf(make, TAPE, { ranges: [[{ from, to: ROWS }]] });
  for (const name in whole) {
    assert.ok(
      sameBytes(whole[name].subarray(from), later[name].subarray(from)),
      name,
    );
  }
});

Deno.test("a snapshot knows one NaN, whatever its bits were", () => {
  const tape = market(100, 25);
  const negative = new Float64Array(1);
  new BigUint64Array(negative.buffer)[0] = 0xfff8_0000_0000_0000n;
  const other = { ...tape, columns: { ...tape.columns } };
  for (const [k, each] of [tape, other].entries()) {
    const price = each.columns.price.slice();
    price.fill(k === 0 ? NaN : negative[0], 40, 70);
    Object.assign(each.columns, { price });
  }
  const make: Make = ({ price }) => ({ x: engine.diff(price, 3) });
  const [a, b] = [tape, other].map((each) => {
    const runner = watching(make, each);
    play(runner, [each]);
    return runner.snapshot();
  });
  assert.ok(a.some(Number.isNaN));
  assert.ok(sameBytes(a, b));
});
