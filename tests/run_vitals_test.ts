import assert from "node:assert/strict";
import type { FaultError } from "../pipeline/contract/mod.ts";
import { allocateGauges, Gauges } from "../pipeline/link/mod.ts";
import type { StageWorker } from "../pipeline/run/stage_worker.ts";
import { Vitals } from "../pipeline/run/vitals.ts";

/** A Worker that answers, or not. */
interface Actor {
  stage: string;
  owes: boolean;
  heap: number;
  heard: number;
  mute: number;
  peakHeap: number;
  ping(): void;
}

function actor(stage: string, heap = 10): Actor {
  const self: Actor = {
    stage,
    owes: true,
    heap,
    heard: performance.now(),
    mute: 0,
    peakHeap: heap,
    ping: () => self.heard = performance.now(),
  };
  return self;
}

const MB = 2 ** 20;

function watch(
  actors: readonly Actor[],
  { silence = 400, memory = 64 * MB }: { silence?: number; memory?: number } =
    {},
) {
  const world = { taken: 100 * MB, scarce: false };
  const failed = Promise.withResolvers<FaultError>();
  const vitals = new Vitals({
    workers: actors as unknown as StageWorker[],
    isEnd: (stage) => stage === "results",
    silence,
    memory,
    fail: failed.resolve,
    taken: () => world.taken,
    scarce: () => world.scarce,
    every: 5,
  });
  const buffer = allocateGauges(actors.length);
  const gauges = actors.map((_, index) => new Gauges(buffer, index));
  const flow = () =>
    vitals.flow(actors.map((worker, index) => ({
      worker: worker as unknown as StageWorker,
      gauges: gauges[index],
    })));
  const within = async (ms: number) => {
    const late = new Promise<null>((resolve) =>
      setTimeout(() => resolve(null), ms)
    );
    const error = await Promise.race([failed.promise, late]);
    return error?.fault ?? null;
  };
  return {
    world,
    gauges,
    flow,
    within,
    [Symbol.dispose]: () => vitals.stop(),
  };
}

Deno.test("who answers, or owes nothing, is left alone", async () => {
  const done = actor("ticks");
  done.owes = false;
  done.ping = () => {};
  using watched = watch([actor("cross"), done]);
  watched.flow();
  watched.gauges[0].set("activity", 1);
  assert.equal(await watched.within(900), null);
});

Deno.test("who says nothing while its gauges stand still is missed", async () => {
  const lost = actor("cross");
  lost.ping = () => {};
  using watched = watch([actor("ticks"), lost]);
  watched.flow();
  watched.gauges[1].set("slice", 3);
  const moving = setInterval(() => watched.gauges[1].add("beats", 1), 5);
  assert.equal(await watched.within(900), null);
  clearInterval(moving);
  const fault = await watched.within(3000);
  assert.equal(fault?.code, "worker_stuck");
  assert.equal(fault?.stage, "cross");
  assert.equal(fault?.slice, 3);
});

Deno.test("who writes results has five times as long", async () => {
  const slow = actor("results");
  slow.ping = () => {};
  using watched = watch([slow]);
  watched.flow();
  assert.equal(await watched.within(900), null);
  assert.equal((await watched.within(3000))?.stage, "results");
});

Deno.test("memory beyond the budget names who holds most, or who is too busy to say", async () => {
  for (const busy of [false, true]) {
    const small = actor("ticks", 1);
    using watched = watch([small, actor("cross", 50 * MB)]);
    watched.flow();
    watched.world.taken = 150 * MB;
    assert.equal(await watched.within(60), null);
    if (busy) {
      small.mute = 1000;
      watched.gauges[0].set("activity", 1);
    }
    watched.world.taken = 170 * MB;
    const fault = await watched.within(500);
    assert.equal(fault?.code, "memory_exceeded");
    assert.equal(fault?.stage, busy ? "ticks" : "cross");
    assert.match(fault!.message, /takes 70.0 MB beside the 100 MB/);
  }
});

Deno.test("results may take more, while the machine has it", async () => {
  const worker = actor("cross");
  using watched = watch([worker, actor("results")]);
  watched.flow();
  worker.owes = false;
  watched.world.taken = 900 * MB;
  assert.equal(await watched.within(60), null);
  watched.world.scarce = true;
  assert.equal((await watched.within(500))?.code, "memory_exceeded");
});

Deno.test("a peak of garbage is no fault", async () => {
  using watched = watch([actor("cross")]);
  let looks = 0;
  Object.defineProperty(watched.world, "taken", {
    get: () => (looks++ % 3 === 0 ? 100 * MB : 300 * MB),
  });
  assert.equal(await watched.within(60), null);
  assert.ok(looks > 3);
});

Deno.test("workers that all wait for each other are missed, one that works is not", async () => {
  const writing = actor("results");
  using watched = watch([actor("ticks"), actor("cross"), writing]);
  watched.flow();
  watched.gauges[1].set("activity", 1);
  assert.equal(await watched.within(900), null);
  watched.gauges[1].set("activity", 2);
  const fault = await watched.within(3000);
  assert.equal(fault?.code, "worker_stuck");
  assert.match(fault!.message, /nothing has moved/);
  const late = actor("cross");
  late.owes = false;
  using ending = watch([late, actor("results")]);
  ending.flow();
  assert.equal(await ending.within(900), null);
});
