import assert from "node:assert/strict";
import { locateFault } from "../stages/worker/locate_fault.ts";

const SCENE = {
  stage: "trader",
  slice: 3,
  module: "file:///home/me/strategies/mine.ts",
  at: { stage: "ticks", tick: 41, time: 1_000_000_001 },
  origin: 1_709_510_400_000_000_000n,
};

function thrownAt(...frames: string[]): Error {
  const error = new Error("broken");
  error.stack = `Error: broken\n${
    frames.map((frame) => `    at f (${frame})`).join("\n")
  }`;
  return error;
}

Deno.test("an error is placed at the innermost line of the user's folder", () => {
  const { fault } = locateFault(
    thrownAt(
      "file:///opt/breakwater/engine/broker/broker.ts:1:2",
      "file:///home/me/strategies/lib/size.ts:7:8",
      "file:///home/me/strategies/mine.ts:20:3",
      "file:///opt/breakwater/engine/runner/runner.ts:9:9",
    ),
    SCENE,
  );
  assert.deepEqual({ ...fault, stack: undefined }, {
    code: "strategy_threw",
    message: "broken",
    stage: "trader",
    slice: 3,
    tick: 41,
    time: "2024-03-04T00:00:01.000000001Z",
    file: "file:///home/me/strategies/lib/size.ts",
    line: 7,
    column: 8,
    stack: undefined,
  });
});

Deno.test("an error of our own is not blamed on the strategy", () => {
  const { fault } = locateFault(
    thrownAt("file:///opt/breakwater/engine/runner/runner.ts:9:9"),
    SCENE,
  );
  assert.equal(fault.code, "internal");
  assert.equal(fault.file, undefined);
  assert.equal(fault.tick, 41);
});

Deno.test("what has no stack came from the strategy", () => {
  const { fault } = locateFault("text", SCENE);
  assert.equal(fault.code, "strategy_threw");
  assert.equal(fault.message, "text");
  assert.equal(fault.file, SCENE.module);
});

Deno.test("a colored message of several lines becomes one plain line", () => {
  const error = new Error("\x1b[31mno\x1b[0m way\n  through");
  error.stack =
    "Error\n    at f (\x1b[36mfile:///home/me/strategies/mine.ts\x1b[0m:\x1b[33m5\x1b[0m:6)";
  const { fault } = locateFault(error, SCENE);
  assert.equal(fault.message, "no way");
  assert.equal(fault.line, 5);
});
