import assert from "node:assert/strict";
import { strategy } from "../engine/mod.ts";
import type { Broker } from "../engine/mod.ts";
import {
  ES,
  MINUTE,
  NQ,
  runAll,
  SECOND,
  type Setup,
  type Tape,
} from "./helpers/engine.ts";

/** Wants one contract at all times, by `target`. */
const greedy = strategy({
  indicators: ({ price }) => ({ price }),
  onTick: (_series, broker) => broker.target(1),
});

function trades(rows: readonly (readonly [at: number, price: number])[]): Tape {
  return {
    kind: "trades",
    time: rows.map(([at]) => at * SECOND),
    columns: { price: rows.map(([, price]) => price) },
  };
}

function run(setup: Partial<Setup> & Pick<Setup, "tapes">) {
  return runAll({ strategy: greedy, equityEvery: 1e15, ...setup }).record;
}

/** Session times in seconds. */
function sessions(...times: [number, number][]): [number, number][] {
  return times.map(([open, close]) => [open * SECOND, close * SECOND]);
}

Deno.test("equity is sampled at each minute, at fills and at the end", () => {
  const { equity } = run({
    tapes: [trades([[10, 100], [50, 101], [60, 102], [70, 103], [250, 110]])],
    equityEvery: MINUTE,
  });
  const samples = [...equity.time].map((time, i) => [
    time / SECOND,
    equity.value[i],
    equity.exposure[i],
  ]);
  assert.deepEqual(samples, [
    // Nothing was seen before the first tick. Bought at 50 s for 101.
    [50, 0, 101 * 50],
    // A minute ends before the tick that has its time.
    [60, 0, 101 * 50],
    // No tick came in the minutes from 120 to 240: one sample says it all.
    [120, 100, 103 * 50],
    [250, 450, 110 * 50],
  ]);
});

Deno.test("minutes are those of the clock, not of the run", () => {
  const sampled = (from: number) => {
    const rows = Array.from(
      { length: 8 },
      (_, i) => [from + i * 45, 1] as const,
    );
    const { equity } = run({ tapes: [trades(rows)], equityEvery: MINUTE });
    return [...equity.time].map((time) => time / SECOND)
      .filter((time) => time % 60 === 0);
  };
  assert.deepEqual(sampled(7), [60, 120, 180, 240, 300]);
  assert.deepEqual(sampled(100), [120, 180, 240, 300, 360]);
});

Deno.test("equity is sampled at a session's close, before what comes after it", () => {
  const { equity } = run({
    tapes: [trades([[10, 100], [20, 101], [90, 105], [200, 110], [290, 120]])],
    sessions: sessions([0, 100], [200, 300]),
  });
  const samples = [...equity.time].map((time, i) => [
    time / SECOND,
    equity.value[i],
  ]);
  assert.deepEqual(samples, [[20, 0], [100, 200], [290, 950]]);
});

Deno.test("flat at close: out at the next tick, nothing opens until the next open", () => {
  const { fills, orders } = run({
    tapes: [trades([
      [10, 100], // wants 1
      [20, 101], // bought
      [79, 102],
      [81, 103], // sold: the order went out at 80
      [85, 104], // wants 1, in vain
      [99, 105],
      [200, 106], // wants 1 again
      [210, 107], // bought
      [285, 108], // sold: the order went out at 280
    ])],
    sessions: sessions([0, 100], [200, 300]),
    flatBefore: 20 * SECOND,
  });
  assert.deepEqual([...fills.time].map((t) => t / SECOND), [20, 81, 210, 285]);
  assert.deepEqual([...fills.side], [1, -1, 1, -1]);
  assert.deepEqual([...fills.price], [101, 103, 107, 108]);
  assert.deepEqual(
    [...fills.submitted].map((t) => t / SECOND),
    [10, 80, 200, 280],
  );
  // What a target may not open is no order.
  assert.deepEqual(orders, {
    submitted: 4,
    filled: 4,
    cancelled: 0,
    rejected: 0,
  });
});

Deno.test("flat at close: what works is cancelled, and a buy is rejected", () => {
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    state: { tick: 0 },
    onTick(_series, broker, state) {
      if (state.tick++ < 3) broker.buy(1);
    },
  });
  const { fills, orders } = run({
    strategy: definition,
    tapes: [trades([[70, 100], [79, 101], [80, 102], [90, 103]])],
    sessions: sessions([0, 100]),
    flatBefore: 20 * SECOND,
  });
  // Bought at 79. The order sent then is cancelled at 80, that of 80 refused.
  assert.deepEqual([...fills.time].map((t) => t / SECOND), [79, 80]);
  assert.deepEqual([...fills.side], [1, -1]);
  assert.deepEqual(orders, {
    submitted: 4,
    filled: 2,
    cancelled: 1,
    rejected: 1,
  });
});

Deno.test("flat at close: without a tick in time, the next session's first fills", () => {
  const { fills } = run({
    tapes: [trades([[10, 100], [20, 101], [250, 106], [260, 107]])],
    sessions: sessions([0, 100], [200, 300]),
    flatBefore: 20 * SECOND,
  });
  // The order of 80 s fills at 250 s; by then the market is open again.
  assert.deepEqual(
    [...fills.time].map((t) => t / SECOND),
    [20, 250, 260],
  );
  assert.deepEqual([...fills.side], [1, -1, 1]);
});

Deno.test("flat at close: a session that opens at the close of the last is open", () => {
  const { fills } = run({
    tapes: [trades([[10, 100], [20, 101], [99, 102], [100, 103], [110, 104]])],
    sessions: sessions([0, 100], [100, 200]),
    flatBefore: 0,
  });
  assert.deepEqual(
    [...fills.time].map((t) => t / SECOND),
    [20, 100, 110],
  );
  assert.deepEqual([...fills.side], [1, -1, 1]);
});

Deno.test("flat at close: several days without a tick change nothing", () => {
  const many = Array.from(
    { length: 50 },
    (_, day): [number, number] => [day * 1000, day * 1000 + 500],
  );
  const { fills } = run({
    tapes: [trades([[10, 1], [20, 2], [49_010, 3], [49_020, 4], [49_495, 5]])],
    sessions: sessions(...many),
    flatBefore: 10 * SECOND,
  });
  assert.deepEqual(
    [...fills.time].map((t) => t / SECOND),
    [20, 49_010, 49_020, 49_495],
  );
  assert.deepEqual([...fills.side], [1, -1, 1, -1]);
});

Deno.test("flat at close: every instrument is closed, each at its own next tick", () => {
  const both = strategy({
    inputs: { es: "ticks", nq: "ticks" },
    indicators: ({ es }) => ({ price: es.price }),
    state: { tick: 0 },
    onTick(_series, broker, state) {
      if (state.tick++ > 0) return;
      broker.buy(1);
      broker.of("NQ").sell(2);
    },
  });
  const { fills } = run({
    strategy: both,
    instruments: [ES, NQ],
    tapes: [
      trades([[10, 100], [20, 101], [81, 103], [99, 104]]),
      { ...trades([[15, 200], [90, 201], [95, 202]]), instrument: 1 },
    ],
    sessions: sessions([0, 100]),
    flatBefore: 20 * SECOND,
  });
  const rows = [...fills.time].map((time, i) => [
    time / SECOND,
    fills.instrument[i],
    fills.side[i] * fills.quantity[i],
    fills.price[i],
    fills.submitted[i] / SECOND,
  ]);
  assert.deepEqual(rows, [
    [15, 1, -2, 200, 10],
    [20, 0, 1, 101, 10],
    [81, 0, -1, 103, 80],
    [90, 1, 2, 201, 80],
  ]);
});

const onBars = strategy({
  indicators: ({ close }) => ({ close }),
  onBar: (_series: unknown, broker: Broker) => broker.target(1),
});

/** Minute bars, stamped at their close: opens 100, 101, … closes 100.5, … */
function bars(count: number, kind = { instrument: 0 }): Tape {
  const rows = Array.from({ length: count }, (_, i) => i);
  return {
    kind: "bars",
    ...kind,
    time: rows.map((i) => (i + 1) * MINUTE),
    columns: {
      open: rows.map((i) => 100 + i),
      close: rows.map((i) => 100.5 + i),
    },
  };
}

Deno.test("flat at close on bars: no fill at an open that was before the order", () => {
  const { fills } = run({
    strategy: onBars,
    tapes: [bars(10)],
    sessions: [[0, 10 * MINUTE]],
    flatBefore: 3 * MINUTE,
  });
  // The order goes out at 7 min. The bar of 7 min opened at 6 min; the next one
  // opens at 7 min, at 107, and is known at 8 min.
  const rows = [...fills.time].map((time, i) => [
    time / MINUTE,
    fills.side[i],
    fills.price[i],
    fills.submitted[i] / MINUTE,
  ]);
  assert.deepEqual(rows, [[2, 1, 101, 1], [8, -1, 107, 7]]);
});

Deno.test("an order sent within a bar of another instrument waits for its next open", () => {
  const hedge = strategy({
    inputs: { es: "ticks", nq: "bars" },
    indicators: ({ es }) => ({ price: es.price }),
    state: { tick: 0 },
    onTick(_series, broker, state) {
      if (state.tick++ === 1) broker.of("NQ").buy(1);
    },
  });
  const { fills } = run({
    strategy: hedge,
    instruments: [ES, NQ],
    tapes: [
      trades([[60, 1], [90, 2], [200, 3]]),
      bars(4, { instrument: 1 }),
    ],
  });
  // Sent at 1.5 min; the bar of 2 min opened at 1 min, that of 3 min at 2 min.
  assert.deepEqual([...fills.time], [3 * MINUTE]);
  assert.deepEqual([...fills.price], [102]);
});
