import assert from "node:assert/strict";
import fc from "fast-check";
import {
  expectedMaxSharpe,
  probabilisticSharpe,
  sharpeMoments,
} from "../engine/metrics/deflated_sharpe.ts";
import { normalCdf, normalQuantile } from "../engine/metrics/normal.ts";
import { overfitting } from "../engine/metrics/overfitting.ts";
import { sobol } from "../stages/sweep/sobol.ts";

const GOLDEN = JSON.parse(
  Deno.readTextFileSync(new URL("golden/sweep.json", import.meta.url)),
);
const RETURNS = (GOLDEN.returns as number[][]).map((r) => Float64Array.from(r));

function near(actual: number, expected: number, relative = 1e-12): void {
  const scale = Math.max(Math.abs(expected), 1e-6);
  assert.ok(
    Math.abs(actual - expected) <= relative * scale,
    `${actual} is not ${expected}`,
  );
}

Deno.test("Sobol points are scipy's", () => {
  const points = sobol(16);
  for (const expected of GOLDEN.sobol) {
    assert.deepEqual(points.next().value, expected);
  }
});

Deno.test("a shifted Sobol sequence fills each dimension as evenly", () => {
  const points = sobol(5, [7, 2 ** 31, 12345678, 2 ** 32 - 1, 99]);
  const seen = Array.from({ length: 5 }, () => new Set<number>());
  for (let i = 0; i < 64; i++) {
    const point = points.next().value ?? [];
    for (const [d, x] of point.entries()) seen[d].add(Math.floor(64 * x));
  }
  for (const cells of seen) assert.equal(cells.size, 64);
});

Deno.test("the normal distribution is scipy's", () => {
  for (const [x, p] of GOLDEN.normal) near(normalCdf(x), p, 1e-9);
  for (const [p, x] of GOLDEN.quantile) near(normalQuantile(p), x, 1e-7);
});

Deno.test("the probabilistic and the deflated Sharpe ratio are numpy's", () => {
  for (const [i, [sharpe, skew, kurtosis, psr]] of GOLDEN.moments.entries()) {
    const moments = sharpeMoments(RETURNS[i]);
    assert.ok(moments);
    near(moments.sharpe, sharpe);
    near(moments.skew, skew, 1e-9);
    near(moments.kurtosis, kurtosis);
    near(probabilisticSharpe(moments) ?? NaN, psr);
  }
  const { variance, expected_max, best, dsr } = GOLDEN.deflated;
  const benchmark = expectedMaxSharpe(RETURNS.length, variance);
  near(benchmark, expected_max);
  const moments = sharpeMoments(RETURNS[best]);
  assert.ok(moments);
  near(probabilisticSharpe(moments, benchmark) ?? NaN, dsr);
});

Deno.test("what has no Sharpe ratio has no moments", () => {
  assert.equal(sharpeMoments(Float64Array.of(0.1)), null);
  assert.equal(sharpeMoments(new Float64Array(5)), null);
  assert.equal(expectedMaxSharpe(1, 2), 0);
});

Deno.test("the probability of overfitting is that of an independent count", () => {
  for (const [blocks, expected] of Object.entries(GOLDEN.pbo)) {
    const found = overfitting(RETURNS, Number(blocks));
    assert.deepEqual(found, {
      blocks: Number(blocks),
      ...expected as Record<string, number>,
    });
  }
});

Deno.test("a set that is better every day is not overfitted, and one of many alike is", () => {
  const days = 64;
  const noise = (seed: number, lift: number) =>
    Float64Array.from(
      { length: days },
      (_, i) => Math.sin(seed * 97.31 + i * 12.9898) * 0.01 + lift,
    );
  const better = [noise(1, 0.02), ...[2, 3, 4, 5].map((s) => noise(s, -0.02))];
  assert.equal(overfitting(better)?.probability, 0);
  assert.equal(overfitting(better)?.loss, 0);
  // Good in one half of the time only ever at the cost of the other.
  const swings = Array.from(
    { length: 20 },
    (_, s) =>
      Float64Array.from(
        { length: days },
        (_, i) =>
          0.01 * Math.sign(Math.sin((s + 1) * (i + 0.5))) +
          0.001 * Math.sin(i * 7.7),
      ),
  );
  const found = overfitting(swings);
  assert.ok(found && found.probability > 0.4, JSON.stringify(found));
});

Deno.test("cross-validation does not depend on the order of different sets", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
      const sets = Array.from(
        { length: 6 },
        (_, s) =>
          Float64Array.from(
            { length: 24 },
            (_, i) => Math.sin(seed + s * 3.7 + i * 5.1) * (1 + s),
          ),
      );
      assert.deepEqual(overfitting(sets), overfitting(sets.toReversed()));
    }),
    { numRuns: 20 },
  );
});

Deno.test("too few days or sets give no probability", () => {
  assert.equal(overfitting([new Float64Array(100)]), null);
  assert.equal(overfitting([new Float64Array(7), new Float64Array(7)]), null);
});
