import assert from "node:assert/strict";
import fc from "fast-check";
import { crossing, param, sma, strategy } from "../engine/mod.ts";
import {
  assertSameRecord,
  ES,
  MINUTE,
  runAll,
  SECOND,
  type Setup,
  walk,
} from "./helpers/engine.ts";

/** Long above, short below; asleep between crossings or not. */
function crosser(asleep: boolean, calls: number[] = []) {
  return strategy({
    params: {
      fast: param.int({ default: 3, min: 1 }),
      slow: param.int({ default: 10, min: 1 }),
      quantity: param.float({ default: 1 }),
    },
    indicators({ price }, params) {
      const fast = sma(price, params.fast);
      const slow = sma(price, params.slow);
      return { fast, slow, cross: crossing(fast, slow) };
    },
    ...(asleep ? { wakeOn: "cross" } as const : {}),
    onTick({ fast, slow }, broker, _state, { params, time }) {
      calls.push(time);
      if (!fast.ready || !slow.ready) return;
      const gap = fast.value - slow.value;
      if (gap !== 0) broker.target(Math.sign(gap) * params.quantity);
    },
  });
}

Deno.test("a strategy that sleeps while it has nothing to do does what it does awake", () => {
  let slept = 0;
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.integer({ min: 1, max: 1e6 }),
        fast: fc.integer({ min: 1, max: 9 }),
        slow: fc.integer({ min: 2, max: 40 }),
        quantity: fc.constantFrom(1, 2.5),
        lotSize: fc.constantFrom(0, 1),
        latency: fc.constantFrom(0, 3 * SECOND),
        flatBefore: fc.constantFrom(null, 5 * MINUTE),
        marginCall: fc.constantFrom("none", "liquidate"),
        hears: fc.boolean(),
      }),
      (c) => {
        const tapes = [walk(900, c.seed, { pause: 20 * SECOND })];
        const constant = { kind: "constant", ns: c.latency } as const;
        const setup: Omit<Setup, "strategy"> = {
          tapes,
          params: { fast: c.fast, slow: c.slow, quantity: c.quantity },
          instruments: [{ ...ES, lotSize: c.lotSize }],
          simulation: {
            latency: { entry: constant, cancel: constant, notice: constant },
          },
          account: {
            marginCall: c.marginCall as "none",
            tracked: c.marginCall !== "none",
          },
          sessions: [[0, 50 * MINUTE], [60 * MINUTE, 110 * MINUTE]],
          flatBefore: c.flatBefore,
        };
        const calls = { awake: [] as number[], asleep: [] as number[] };
        const awake = runAll({
          ...setup,
          strategy: crosser(false, calls.awake),
        });
        const asleep = runAll({
          ...setup,
          strategy: crosser(true, calls.asleep),
        });
        assertSameRecord(asleep.record, awake.record);
        assert.equal(calls.awake.length, 900);
        slept += 900 - calls.asleep.length;
      },
    ),
    { numRuns: 120 },
  );
  assert.ok(slept > 10_000, "hardly a row was left out");
});

Deno.test("it wakes where the series is not 0, after a timer, an order, a refusal", () => {
  const seen: number[] = [];
  const sleeper = strategy({
    params: { buy: param.bool({ default: false }) },
    indicators: ({ price }) => ({ price }),
    wakeOn: "price",
    timers: { often: { every: "40s" } },
    onTimer() {},
    onTick(_series, broker, _state, { time, params }) {
      seen.push(time / SECOND);
      if (params.buy && time === 30 * SECOND) broker.buy(1);
      if (!params.buy && time === 30 * SECOND) broker.buy(0.5);
    },
  });
  const time = Array.from({ length: 10 }, (_, i) => i * 10 * SECOND);
  const price = [0, 0, 0, 7, 0, 0, NaN, 0, 0, 0];
  const setup: Setup = {
    strategy: sleeper,
    tapes: [{ kind: "trades", time, columns: { price } }],
    instruments: [{ ...ES, lotSize: 1 }],
    sessions: [[0, 3600 * SECOND]],
    equityEvery: 3600 * SECOND,
  };
  // The first row; 30 by its value; 40 after the refusal and the timer; 60 by
  // its value; 80 after the timer.
  runAll(setup);
  assert.deepEqual(seen.splice(0), [0, 30, 40, 60, 80]);
  // The order fills at 40: what it leads to is over then.
  runAll({ ...setup, params: { buy: true } });
  assert.deepEqual(seen, [0, 30, 40, 60, 80]);
});

Deno.test("a series that is not there cannot wake anyone", () => {
  const lost = strategy({
    indicators: ({ price }) => ({ price }),
    wakeOn: "prize" as "price",
    onTick() {},
  });
  assert.throws(
    () => runAll({ strategy: lost, tapes: [walk(10, 1)] }),
    /Cannot wake on prize: current series are price/,
  );
});
