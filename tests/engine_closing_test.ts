import assert from "node:assert/strict";
import { strategy } from "../engine/mod.ts";
import { MINUTE, runAll, type Setup, type Tape } from "./helpers/engine.ts";

function bars(rows: readonly (readonly [at: number, price: number])[]): Tape {
  const prices = rows.map(([, price]) => price);
  return {
    kind: "bars",
    time: rows.map(([at]) => at * MINUTE),
    columns: { open: prices, close: prices },
  };
}

function trades(rows: readonly (readonly [at: number, price: number])[]): Tape {
  return {
    kind: "trades",
    time: rows.map(([at]) => at * MINUTE),
    columns: { price: rows.map(([, price]) => price) },
  };
}

function closes(setup: Setup): [minute: number, value: number][] {
  const { equity } = runAll({ equityEvery: 1e15, ...setup }).record;
  return [...equity.time].flatMap((time, i) =>
    equity.close[i] === 1 ? [[time / MINUTE, equity.value[i]]] : []
  );
}

/** Buys one contract on the first event and holds it. */
const hold = strategy({
  indicators: () => ({}),
  onTick: (_series, broker) => broker.target(1),
  onBar: (_series, broker) => broker.target(1),
});

const SESSIONS: Setup["sessions"] = [
  [0, 10 * MINUTE],
  [10 * MINUTE, 20 * MINUTE],
];

Deno.test("a session's close has the bar that closes at it", () => {
  // Bought at 101 (minute 2). The bar of minute 10 closes at 107: 6 points.
  assert.deepEqual(
    closes({
      strategy: hold,
      sessions: SESSIONS,
      tapes: [bars([[1, 100], [2, 101], [9, 105], [10, 107], [11, 120]])],
    }),
    [[10, 6 * 50]],
  );
});

Deno.test("a session's close has not the tick that has its time", () => {
  // Bought at 101. The tick at minute 10 opens the next session at 120.
  assert.deepEqual(
    closes({
      strategy: hold,
      sessions: SESSIONS,
      tapes: [trades([[1, 100], [2, 101], [9, 105], [10, 120], [21, 130]])],
    }),
    [[10, 4 * 50], [20, 19 * 50]],
  );
});

Deno.test("after the flat moment nothing keeps a position open", () => {
  const stubborn = strategy({
    indicators: () => ({}),
    onTick(_series, broker) {
      broker.cancelAll();
      broker.target(1);
    },
  });
  const rows = Array.from({ length: 9 }, (_, i) => [i, 100] as const);
  const { record, runner } = runAll({
    strategy: stubborn,
    sessions: [[0, 10 * MINUTE]],
    flatBefore: 5 * MINUTE,
    tapes: [trades([...rows, [9.5, 100]])],
  });
  // The order of each tick is cancelled on the next before it could fill twice.
  assert.equal(
    record.fills.side.reduce((sum, side) => sum + side, 0),
    0,
    "flat at the end",
  );
  assert.ok(runner);
});

Deno.test("after the flat moment an order may close a position, not turn it", () => {
  const turn = strategy({
    indicators: () => ({}),
    state: { ticks: 0 },
    onTick(_series, broker, state) {
      state.ticks++;
      if (state.ticks === 1) broker.sell(1);
      if (state.ticks === 7) {
        broker.cancelAll();
        broker.buy(2);
      }
    },
  });
  const { record } = runAll({
    strategy: turn,
    sessions: [[0, 10 * MINUTE]],
    flatBefore: 4 * MINUTE,
    tapes: [trades(Array.from({ length: 9 }, (_, i) => [i, 100] as const))],
  });
  assert.equal(record.orders.rejected, 1);
  assert.deepEqual([...record.fills.side], [-1, 1]);
});

Deno.test("what rounding leaves of a position is none", () => {
  // 0.1 + 0.2 - 0.3 is 5.6e-17 in floating point: flat, and nothing to close.
  const dust = strategy({
    indicators: () => ({}),
    state: { ticks: 0 },
    onTick(_series, broker, state) {
      state.ticks++;
      if (state.ticks === 1) broker.buy(0.1);
      if (state.ticks === 2) broker.buy(0.2);
      if (state.ticks === 3) broker.sell(0.3);
      if (state.ticks === 5) {
        assert.equal(broker.position, 0);
        broker.flatten();
      }
    },
  });
  const { record } = runAll({
    strategy: dust,
    tapes: [trades(Array.from({ length: 9 }, (_, i) => [i, 100] as const))],
  });
  assert.equal(record.fills.time.length, 3);
});

Deno.test("inputs that nothing listens to are refused", () => {
  const deaf = strategy({
    inputs: { m: "bars" },
    indicators: ({ m }) => ({ close: m.close }),
    onTick: () => {},
  });
  assert.throws(
    () => runAll({ strategy: deaf, tapes: [bars([[1, 100]])] }),
    /hears nothing/,
  );
});
