import assert from "node:assert/strict";
import { FaultError } from "../pipeline/contract/mod.ts";
import type { FlowContext, WireEnd } from "../pipeline/link/mod.ts";
import type { Jobs } from "../stages/dispatcher/jobs.ts";
import { serveWorker } from "../stages/dispatcher/serve_worker.ts";
import type { PreparedSlices } from "../stages/prepared.ts";

Deno.test("an answer that fails ends the lane at once, with its own code", async () => {
  const hello = { initialHash: null, warmupRows: [], warmupTime: [] };
  const asked = [{ type: "hello", ...hello }, { type: "ask" }];
  const link = {
    // The worker waits for its answer, so it says no more.
    receive: () =>
      asked.length > 0
        ? Promise.resolve(asked.shift())
        : new Promise<never>(() => {}),
    send: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const context = {
    gauges: { add: () => {}, set: () => {} },
    open: () => Promise.resolve(link),
  } as unknown as FlowContext;
  const jobs = {
    done: false,
    next: () => {
      throw new FaultError({
        code: "corrupt_store",
        message: "Cannot read the rows",
      });
    },
  } as unknown as Jobs;
  const slices = { slices: [] } as unknown as PreparedSlices;
  await assert.rejects(
    serveWorker(
      context,
      [{} as WireEnd],
      () => ({ jobs, count: 1, segments: [] }),
      slices,
      [],
    ),
    (error) =>
      error instanceof FaultError && error.fault.code === "corrupt_store",
  );
});
