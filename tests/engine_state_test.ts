import assert from "node:assert/strict";
import { layState } from "../engine/strategy/state.ts";

const TEMPLATE = { side: 1, armed: true, ring: [1, 2, 3], last: 7 };

Deno.test("state lies on one array, in the order of its template", () => {
  const { view, values } = layState(TEMPLATE);
  assert.deepEqual([...values], [1, 1, 1, 2, 3, 7]);
  view.side = -2;
  view.armed = false;
  (view.ring as Float64Array)[1] = 9;
  view.last = NaN;
  assert.deepEqual([...values], [-2, 0, 1, 9, 3, NaN]);
  values.set([5, 1, 0, 0, 4, 6]);
  const { side, armed, ring, last } = view;
  assert.deepEqual([side, armed, last], [5, true, 6]);
  assert.deepEqual([...ring as Float64Array], [0, 0, 4]);
});

Deno.test("two runs of one strategy share no numbers", () => {
  const one = layState(TEMPLATE);
  const other = layState(TEMPLATE);
  one.view.side = 8;
  (one.view.ring as Float64Array)[0] = 8;
  assert.equal(other.view.side, 1);
  assert.deepEqual([...other.values], [1, 1, 1, 2, 3, 7]);
});

Deno.test("state keeps its shape", () => {
  const { view } = layState(TEMPLATE);
  assert.throws(() => view.more = 1, TypeError);
  assert.throws(
    () => view.ring = new Float64Array(3),
    /Cannot replace state ring: write to its elements instead/,
  );
  assert.throws(() => layState({ name: "text" as unknown as number }), {
    message:
      'Cannot keep state name: current value is "text", it must be a number, true or false, or an array of numbers',
  });
});
