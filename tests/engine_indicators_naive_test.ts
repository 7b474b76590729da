import assert from "node:assert/strict";
import { CATALOGUE } from "./helpers/catalogue.ts";
import {
  assertClose,
  type Make,
  market,
  valuesOf,
} from "./helpers/indicators.ts";

const all: Make = (columns) =>
  Object.fromEntries(CATALOGUE.map(({ name, make }) => [name, make(columns)]));

Deno.test("every indicator is what its formula says, row by row", () => {
  const tape = market(4600, 11);
  const is = valuesOf(all, tape, { cut: () => 1500 });
  for (const { name, by, relative, absolute } of CATALOGUE) {
    const should = by(tape.columns, tape.time);
    assert.ok(!should.every(Number.isNaN), name);
    assertClose(name, is[name], should, relative ?? 1e-11, absolute);
  }
});

Deno.test("over a price that stands still nothing is made up", () => {
  const tape = market(3000, 12);
  tape.columns.price.fill(1.10345, 1000, 2000);
  const is = valuesOf(all, tape);
  for (const n of [2, 14, 65, 513]) {
    assert.equal(is[`std ${n}`][1999], 0);
    assert.equal(is[`median ${n}`][1999], 1.10345);
  }
  assert.equal(is["variance of a sample"][1999], 0);
  assert.ok(Number.isNaN(is.zscore[1999]));
  assert.ok(Number.isNaN(is["bollinger percentB"][1999]));
  assert.equal(is["log return"][1999], 0);
  assert.ok(is.zscore.subarray(2100).every((z) => Math.abs(z) < 10));
});

/** Where a NaN stands a window is not full, so indicators begin anew after it. */
Deno.test("a NaN in the middle makes an indicator begin again", () => {
  const tape = market(4000, 13);
  const gaps = [[0, 7], [1500, 1501], [2400, 2500]];
  for (const column of Object.values(tape.columns)) {
    for (const [from, to] of gaps) column.fill(NaN, from, to);
  }
  const is = valuesOf(all, tape, { cut: () => 700 });
  const parts = gaps.map(([, from], k) => ({
    from,
    to: gaps[k + 1]?.[0] ?? 4000,
  }));
  for (const { name, by, relative, absolute, session } of CATALOGUE) {
    // These look at the two ends only, and so across a gap.
    if (/^(diff|momentum|roc|rows)/.test(name)) continue;
    for (const [from, to] of gaps) {
      assert.ok(is[name].subarray(from, to).every(Number.isNaN), name);
    }
    if (session) {
      const should = by(tape.columns, tape.time);
      assertClose(name, is[name], should, 1e-11);
      continue;
    }
    for (const { from, to } of parts) {
      const part = Object.fromEntries(
        Object.entries(tape.columns).map((
          [column, values],
        ) => [column, values.slice(from, to)]),
      );
      assertClose(
        `${name} from ${from}`,
        is[name].subarray(from, to),
        by(part, tape.time.slice(from, to)),
        Math.max(1e-9, relative ?? 0),
        Math.max(1e-12, absolute ?? 0),
      );
    }
  }
});
