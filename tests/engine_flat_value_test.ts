import assert from "node:assert/strict";
import fc from "fast-check";
import { readValue, writeValue } from "../engine/strategy/flat_value.ts";

const leaves = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.string({ unit: "binary" }),
  fc.boolean(),
  fc.constantFrom(null, undefined, NaN, -0, Infinity),
  fc.bigInt(),
  fc.date(),
  fc.float64Array({ maxLength: 5 }),
  fc.uint8Array({ maxLength: 5 }),
  fc.bigInt64Array({ maxLength: 3 }),
);

const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaves,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 4 })
      .map((entries) => new Map(entries)),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => new Set(items)),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 })
      .map((object) => ({ ...object })),
  ),
}));

Deno.test("what is written is read back, and written again to the same bytes", () => {
  fc.assert(
    fc.property(values, (value) => {
      const bytes = writeValue(value);
      const back = readValue(bytes);
      assert.deepEqual(back, value);
      assert.deepEqual(writeValue(back), bytes);
    }),
    { numRuns: 500 },
  );
});

Deno.test("a whole number has one form, however it came to be", () => {
  const [read] = Float64Array.of(2670);
  assert.deepEqual(
    writeValue(new Map([[read, read / 2]])),
    writeValue(new Map([[2670, 1335]])),
  );
});

Deno.test("what cannot be kept is refused by name", () => {
  class Book {}
  const loop: unknown[] = [];
  loop.push([loop]);
  for (
    const [value, message] of [
      [() => 1, /it holds a function/],
      [[Symbol("x")], /it holds a symbol/],
      [{ book: new Book() }, /it holds a Book/],
      [loop, /it holds itself/],
      [new DataView(new ArrayBuffer(8)), /it holds a DataView/],
    ] as const
  ) assert.throws(() => writeValue(value), message);
  const shared = [1];
  assert.deepEqual(readValue(writeValue([shared, shared])), [[1], [1]]);
});
