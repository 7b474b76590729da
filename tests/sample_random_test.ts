import assert from "node:assert/strict";
import { decay, grow, ln, Random } from "../formats/samples/random.ts";
import { drawSize } from "../formats/samples/sizes.ts";

Deno.test("the generator gives the published sequence of xoshiro128**", () => {
  const random = Random.from([1, 2, 3, 4]);
  const words = Array.from({ length: 8 }, () => random.next());
  assert.deepEqual(words, WORDS);
});

Deno.test("streams of one seed and seeds of one stream differ", () => {
  const first = (seed: number, stream: number) =>
    new Random(seed, stream).next();
  const seen = new Set<number>();
  for (let seed = 0; seed < 50; seed++) {
    for (let stream = 0; stream < 50; stream++) seen.add(first(seed, stream));
  }
  assert.equal(seen.size, 2500);
});

Deno.test("own logarithm and exponentials are close to the true ones", () => {
  for (let i = 1; i <= 2000; i++) {
    const x = i / 2000;
    assert.ok(
      Math.abs(ln(x) - Math.log(x)) <= 1e-9 * Math.max(1, -Math.log(x)),
    );
    assert.ok(Math.abs(grow(2 * x - 1) / Math.exp(2 * x - 1) - 1) < 0.04);
    assert.ok(Math.abs(decay(x) - Math.exp(-x)) < 0.004);
  }
  assert.equal(decay(0), 1);
  assert.equal(decay(1e100), 0);
});

Deno.test("draws have the moments that they claim", () => {
  const random = new Random(1, 1);
  const count = 200_000;
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const e = random.exponential();
    const z = random.normal();
    assert.ok(e > 0 && Math.abs(z) < 3.4642);
    sums[0] += e / count;
    sums[1] += e * e / count;
    sums[2] += z / count;
    sums[3] += z * z / count;
  }
  near(sums[0], 1, 0.01);
  near(sums[1], 2, 0.05);
  near(sums[2], 0, 0.01);
  near(sums[3], 1, 0.01);
});

Deno.test("sizes lie between 1 and 600", () => {
  const random = new Random(1, 2);
  const sizes = Array.from({ length: 100_000 }, () => drawSize(random));
  assert.equal(sizes.reduce((a, b) => Math.min(a, b)), 1);
  assert.ok(sizes.every((size) => Number.isInteger(size) && size <= 600));
});

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${actual} is not ${expected}`,
  );
}

/** From an independent implementation of the reference code in Python. */
const WORDS = [
  11520,
  0,
  5927040,
  70819200,
  2031721883,
  1637235492,
  1287239034,
  3734860849,
];
