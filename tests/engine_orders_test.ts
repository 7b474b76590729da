import assert from "node:assert/strict";
import { param, strategy } from "../engine/mod.ts";
import type { Broker } from "../engine/mod.ts";
import { ES, runAll, SECOND, type Setup, type Tape } from "./helpers/engine.ts";

/** What a strategy does on its n-th tick, counted from 0. */
type Script = Readonly<Record<number, (broker: Broker) => void>>;

/** Follows a script; `see` runs on every tick after it. */
function scripted(
  script: Script,
  see: (broker: Broker, tick: number) => void = () => {},
) {
  return strategy({
    indicators: ({ price }) => ({ price }),
    state: { tick: 0 },
    onTick(_series, broker, state) {
      script[state.tick]?.(broker);
      see(broker, state.tick);
      state.tick++;
    },
  });
}

/** Trades a second apart, from second 1. */
function trades(...price: number[]): Tape {
  const time = price.map((_, i) => (i + 1) * SECOND);
  return { kind: "trades", time, columns: { price } };
}

function run(script: Script, tape: Tape, more: Partial<Setup> = {}) {
  const { record } = runAll({
    strategy: scripted(script),
    tapes: [tape],
    equityEvery: 1e15,
    ...more,
  });
  return record;
}

Deno.test("a market order fills at the next tick, at that tick's price", () => {
  const { fills, orders, cash, commission, working } = run(
    { 1: (broker) => broker.buy(2) },
    trades(100, 101, 103, 104),
  );
  assert.deepEqual([...fills.time], [3 * SECOND]);
  assert.deepEqual([...fills.submitted], [2 * SECOND]);
  assert.deepEqual([...fills.price], [103]);
  assert.deepEqual([...fills.quantity], [2]);
  assert.deepEqual([...fills.side], [1]);
  assert.deepEqual([...fills.commission], [4]);
  assert.equal(cash, -2 * 103 * 50);
  assert.equal(commission, 4);
  assert.equal(working, 0);
  assert.deepEqual(orders, {
    submitted: 1,
    filled: 1,
    cancelled: 0,
    rejected: 0,
  });
});

Deno.test("an order on the last tick is still working at the end", () => {
  const { fills, working, orders } = run(
    { 1: (broker) => broker.sell(1) },
    trades(100, 101),
  );
  assert.equal(fills.time.length, 0);
  assert.equal(working, 1);
  assert.equal(orders.submitted, 1);
});

Deno.test("orders of one tick fill at one tick, in the order of submission", () => {
  const { fills } = run(
    {
      0: (broker) => {
        broker.buy(1);
        broker.sell(3);
        broker.buy(5);
      },
    },
    trades(100, 101, 102),
  );
  assert.deepEqual([...fills.side], [1, -1, 1]);
  assert.deepEqual([...fills.quantity], [1, 3, 5]);
  assert.deepEqual([...fills.time], [2, 2, 2].map((s) => s * SECOND));
  assert.equal(new Set(fills.order).size, 3);
  assert.ok(fills.order[0] < fills.order[1] && fills.order[1] < fills.order[2]);
});

Deno.test("ticks of one time are still one after the other", () => {
  const { fills } = run({ 0: (broker) => broker.buy(1) }, {
    kind: "trades",
    time: [SECOND, SECOND, SECOND],
    columns: { price: [100, 101, 102] },
  });
  assert.deepEqual([...fills.price], [101]);
});

Deno.test("slippage makes a buy dearer and a sell cheaper by whole ticks", () => {
  const { fills } = run(
    { 0: (broker) => broker.buy(1), 2: (broker) => broker.sell(1) },
    trades(100, 101, 102, 103),
    { slippageTicks: 3 },
  );
  // 101 + 3 × 0.25 and 103 − 3 × 0.25.
  assert.deepEqual([...fills.price], [101.75, 102.25]);
});

Deno.test("quotes: a buy pays the ask, a sell gets the bid, the mark is the middle", () => {
  const marks: number[] = [];
  const profits: number[] = [];
  const definition = strategy({
    indicators: ({ bid }) => ({ bid }),
    state: { tick: 0 },
    onTick(_series, broker, state) {
      marks.push(broker.mark);
      profits.push(broker.openProfit);
      if (state.tick === 0) broker.buy(1);
      if (state.tick === 1) broker.sell(1);
      state.tick++;
    },
  });
  const { record } = runAll({
    strategy: definition,
    tapes: [{
      kind: "quotes",
      time: [1, 2, 3].map((s) => s * SECOND),
      columns: { bid: [99, 100, 102], ask: [100, 101.5, 103] },
    }],
  });
  assert.deepEqual([...record.fills.price], [101.5, 102]);
  assert.deepEqual(marks, [99.5, 100.75, 102.5]);
  // Long 1 from 101.5 at a mark of 100.75: −0.75 × 50.
  assert.deepEqual(profits, [0, -37.5, 0]);
  // Bought at 101.5 and sold at 102.
  assert.equal(record.cash, 25);
});

Deno.test("bars: an order fills at the next bar's open and is marked at its close", () => {
  const marks: number[] = [];
  const definition = strategy({
    indicators: ({ close }) => ({ close }),
    state: { bar: 0 },
    onBar({ close }, broker, state) {
      assert.equal(close.value, broker.mark);
      marks.push(broker.mark);
      if (state.bar === 0) broker.buy(1);
      state.bar++;
    },
  });
  const { record } = runAll({
    strategy: definition,
    tapes: [{
      kind: "bars",
      time: [60, 120, 180].map((s) => s * SECOND),
      columns: { open: [100, 101, 102], close: [100.5, 101.25, 102.5] },
    }],
  });
  assert.deepEqual([...record.fills.price], [101]);
  assert.deepEqual([...record.fills.time], [120 * SECOND]);
  assert.deepEqual(marks, [100.5, 101.25, 102.5]);
});

interface Seen {
  position: number;
  entry: number;
  profit: number;
  goal: number;
}

/** Position, entry and profit after the fills of each tick. */
function watch(script: Script, tape: Tape): Seen[] {
  const seen: Seen[] = [];
  const definition = scripted({}, (broker, tick) => {
    seen.push({
      position: broker.position,
      entry: broker.entryPrice,
      profit: broker.openProfit + 0,
      goal: broker.goal,
    });
    script[tick]?.(broker);
  });
  runAll({ strategy: definition, tapes: [tape] });
  return seen;
}

Deno.test("average price: add, partial close, close, flip", () => {
  const seen = watch(
    {
      0: (broker) => broker.buy(1), // at 100
      1: (broker) => broker.buy(3), // at 104
      2: (broker) => broker.sell(2), // at 110
      3: (broker) => broker.sell(5), // at 90: flips 2 to −3
      4: (broker) => broker.buy(3), // at 95: flat
      5: (broker) => broker.sell(2), // at 80
      6: (broker) => broker.sell(2), // at 90
    },
    trades(99, 100, 104, 110, 90, 95, 80, 90),
  );
  assert.deepEqual(seen, [
    { position: 0, entry: NaN, profit: 0, goal: 0 },
    { position: 1, entry: 100, profit: 0, goal: 1 },
    // (1 × 100 + 3 × 104) / 4 = 103; (104 − 103) × 4 × 50 = 200.
    { position: 4, entry: 103, profit: 200, goal: 4 },
    // A partial close leaves the entry: (110 − 103) × 2 × 50 = 700.
    { position: 2, entry: 103, profit: 700, goal: 2 },
    // A flip begins at its own price.
    { position: -3, entry: 90, profit: 0, goal: -3 },
    { position: 0, entry: NaN, profit: 0, goal: 0 },
    { position: -2, entry: 80, profit: 0, goal: -2 },
    // (2 × 80 + 2 × 90) / 4 = 85; (90 − 85) × −4 × 50 = −1000.
    { position: -4, entry: 85, profit: -1000, goal: -4 },
  ]);
});

Deno.test("target counts what is on its way and does nothing when it is there", () => {
  const { fills, orders } = run(
    {
      0: (broker) => {
        broker.target(2);
        broker.target(2);
        broker.target(-1);
        assert.equal(broker.goal, -1);
        assert.equal(broker.position, 0);
        assert.equal(broker.working, 2);
      },
      1: (broker) => {
        assert.equal(broker.position, -1);
        broker.target(-1);
        assert.equal(broker.working, 0);
      },
      2: (broker) => broker.flatten(),
      3: (broker) => {
        assert.equal(broker.position, 0);
        broker.flatten();
        assert.equal(broker.working, 0);
      },
    },
    trades(100, 101, 102, 103),
  );
  assert.deepEqual([...fills.side], [1, -1, 1]);
  assert.deepEqual([...fills.quantity], [2, 3, 1]);
  assert.equal(orders.submitted, 3);
});

Deno.test("a target in fractions of a contract is reached with one order", () => {
  // 0.2 + (0.9 − 0.2) is not 0.9 in binary: no crumb of an order may follow.
  const { fills } = run(
    {
      0: (broker) => broker.target(0.2),
      1: (broker) => broker.target(0.9),
      2: (broker) => broker.target(0.9),
      3: (broker) => broker.target(0.9),
      4: (broker) => broker.target(0),
      5: (broker) => assert.equal(broker.position, 0),
    },
    trades(100, 101, 102, 103, 104, 105, 106),
  );
  assert.equal(fills.time.length, 3);
});

Deno.test("cancelAll takes every working order back and counts it", () => {
  const { fills, orders, working } = run(
    {
      0: (broker) => {
        broker.buy(1);
        broker.buy(2);
        broker.cancelAll();
        assert.equal(broker.goal, 0);
        broker.buy(4);
        assert.equal(broker.goal, 4);
      },
    },
    trades(100, 101, 102),
  );
  assert.deepEqual([...fills.quantity], [4]);
  assert.deepEqual(orders, {
    submitted: 3,
    filled: 1,
    cancelled: 2,
    rejected: 0,
  });
  assert.equal(working, 0);
});

Deno.test("bad quantities and targets are refused", () => {
  for (const bad of [0, -1, NaN, Infinity]) {
    for (const verb of ["buy", "sell"] as const) {
      const script: Script = { 0: (broker) => broker[verb](bad) };
      assert.throws(() => run(script, trades(1)), {
        name: "RangeError",
        message:
          `Cannot ${verb}: current quantity is ${bad}, it must be above 0`,
      });
    }
  }
  for (const bad of [NaN, Infinity, -Infinity]) {
    const script: Script = { 0: (broker) => broker.target(bad) };
    assert.throws(() => run(script, trades(1)), RangeError);
  }
});

Deno.test("64 orders a tick have ids of their own, one more is refused", () => {
  const many = (count: number): Script => ({
    0: (broker) => {
      for (let i = 0; i < count; i++) broker.buy(1);
    },
    1: (broker) => broker.buy(1),
  });
  const { fills } = run(many(64), trades(1, 2, 3));
  assert.equal(new Set(fills.order).size, 65);
  assert.throws(() => run(many(65), trades(1, 2, 3)), RangeError);
});

Deno.test("onFill runs before onTick of the same tick and sees the position", () => {
  const log: string[] = [];
  const definition = strategy({
    params: { quantity: param.int({ default: 3 }) },
    indicators: ({ price }) => ({ price }),
    state: { tick: 0 },
    onTick({ price }, broker, state, { params, time }) {
      log.push(`tick ${price.value} ${broker.position} ${time / SECOND}`);
      if (state.tick === 0) broker.buy(params.quantity);
      state.tick++;
    },
    onFill(fill, broker, state, { time }) {
      assert.equal(fill.time, time);
      assert.equal(fill.commission, 6);
      log.push(`fill ${fill.price} ${broker.position} ${state.tick}`);
    },
  });
  runAll({ strategy: definition, tapes: [trades(100, 101, 102)] });
  assert.deepEqual(log, [
    "tick 100 0 1",
    "fill 101 3 1",
    "tick 101 3 2",
    "tick 102 3 3",
  ]);
});

Deno.test("an order sent from onFill meets the next tick, not this one", () => {
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    state: { tick: 0 },
    onTick(_series, broker, state) {
      if (state.tick++ === 0) broker.buy(1);
    },
    onFill(_fill, broker) {
      if (broker.position < 3) broker.buy(1);
    },
  });
  const { record } = runAll({
    strategy: definition,
    tapes: [trades(100, 101, 102, 103, 104)],
  });
  assert.deepEqual([...record.fills.price], [101, 102, 103]);
});

Deno.test("cancelAll in onFill comes too late for what the same tick fills", () => {
  const heard: number[] = [];
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    state: { tick: 0 },
    onTick(_series, broker, state) {
      if (state.tick++ !== 0) return;
      broker.buy(1);
      broker.buy(2);
      broker.buy(4);
    },
    onFill(_fill, broker) {
      heard.push(broker.position);
      if (broker.position !== 1) return;
      broker.cancelAll();
      broker.sell(8);
    },
  });
  const { record } = runAll({
    strategy: definition,
    tapes: [trades(100, 101, 102, 103)],
  });
  // The market filled all three at once; the strategy hears of one after the other.
  assert.deepEqual([...record.fills.quantity], [1, 2, 4, 8]);
  assert.deepEqual([...record.fills.price], [101, 101, 101, 102]);
  assert.deepEqual(heard, [1, 3, 7, -1]);
  assert.deepEqual(record.orders, {
    submitted: 4,
    filled: 4,
    cancelled: 0,
    rejected: 0,
  });
  assert.equal(record.working, 0);
});

Deno.test("cash, position value and commission add up at every sample", () => {
  const tape = trades(100, 101, 99, 98, 102, 103, 101);
  const { equity, fills } = run(
    {
      0: (broker) => broker.buy(3),
      2: (broker) => broker.target(-2),
      4: (broker) => broker.flatten(),
    },
    tape,
  );
  let cash = 0;
  let position = 0;
  let paid = 0;
  const expected = fills.time.reduce<number[][]>((rows, time, i) => {
    cash -= fills.side[i] * fills.quantity[i] * fills.price[i] * ES.multiplier;
    position += fills.side[i] * fills.quantity[i];
    paid += fills.commission[i];
    const exposure = position * fills.price[i] * ES.multiplier;
    return [...rows, [time, cash + exposure, paid, exposure]];
  }, []);
  const samples = [...equity.time].map((time, i) => [
    time,
    equity.value[i],
    equity.commission[i],
    equity.exposure[i],
  ]);
  // One for each fill, and one at the end.
  assert.deepEqual(samples.slice(0, -1), expected);
  assert.deepEqual(samples.at(-1), [7 * SECOND, cash, paid, 0]);
});
