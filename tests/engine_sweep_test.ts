import assert from "node:assert/strict";
import fc from "fast-check";
import type { SetOutcome, SliceRecord } from "../engine/host.ts";
import { derive, type Kernel, param, sma, strategy } from "../engine/mod.ts";
import {
  assertSameRecord,
  play,
  randomOf,
  recipes,
  runAll,
  sameBytes,
  type Setup,
  setupOf,
  spansOf,
  sweepRunnerOf,
  tapesOf,
  walk,
} from "./helpers/engine.ts";

type Params = Readonly<Record<string, unknown>>;

function recordOf(outcome: SetOutcome): SliceRecord {
  assert.ok(outcome !== null && "record" in outcome);
  return outcome.record;
}

function sweepAll(
  setup: Setup,
  sets: readonly Params[],
  cut?: () => number,
): SetOutcome[] {
  const runner = sweepRunnerOf(setup, sets);
  runner.record(true);
  play(runner, setup.tapes, cut ? { cut } : {});
  runner.sampleNow();
  return runner.take();
}

const setsOf = fc.array(
  fc.record({
    fast: fc.integer({ min: 1, max: 6 }),
    slow: fc.integer({ min: 2, max: 40 }),
  }),
  { minLength: 1, maxLength: 5 },
);
const seeds = fc.integer({ min: 1, max: 1e6 });

Deno.test("each set of a sweep does what it does alone", () => {
  let fills = 0;
  fc.assert(
    fc.property(recipes, seeds, setsOf, (recipe, seed, sets) => {
      const tapes = tapesOf(recipe, 500, seed);
      const setup = setupOf(recipe, tapes);
      const random = randomOf(seed);
      const outcomes = sweepAll(
        setup,
        sets,
        () => 1 + Math.floor(random() * 300),
      );
      for (const [i, params] of sets.entries()) {
        const { record } = runAll({ ...setup, params });
        assertSameRecord(recordOf(outcomes[i]), record);
        fills += record.fills.time.length;
      }
    }),
    { numRuns: 150 },
  );
  assert.ok(fills > 1000, "the strategies hardly traded");
});

Deno.test("each set does the same over many blocks", () => {
  fc.assert(
    fc.property(recipes, seeds, setsOf, (recipe, seed, sets) => {
      const tapes = tapesOf(recipe, 9500, seed);
      const setup = setupOf(recipe, tapes);
      const outcomes = sweepAll(setup, sets);
      const { record } = runAll({ ...setup, params: sets[0] });
      assertSameRecord(recordOf(outcomes[0]), record);
    }),
    { numRuns: 8 },
  );
});

Deno.test("a sweep goes on from its state in a fresh runner", () => {
  fc.assert(
    fc.property(
      recipes,
      seeds,
      setsOf,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (recipe, seed, sets, fraction) => {
        const tapes = tapesOf(recipe, 400, seed);
        const setup = setupOf(recipe, tapes);
        const edge = Math.floor(fraction * Number(tapes[0].time.at(-1)));
        const [first, second] = spansOf(tapes, [edge]);
        const whole = sweepRunnerOf(setup, sets);
        whole.record(true);
        play(whole, tapes, { ranges: first });
        whole.take();
        const state = whole.snapshot();
        whole.record(true);
        play(whole, tapes, { ranges: second });
        const fresh = sweepRunnerOf(setup, sets);
        fresh.restore(state);
        assert.ok(sameBytes(fresh.snapshot(), state));
        fresh.record(true);
        play(fresh, tapes, { ranges: second });
        const outcomes = fresh.take();
        for (const [i, outcome] of whole.take().entries()) {
          assertSameRecord(recordOf(outcomes[i]), recordOf(outcome));
        }
        assert.ok(sameBytes(fresh.snapshot(), whole.snapshot()));
      },
    ),
    { numRuns: 80 },
  );
});

const fragile = strategy({
  params: {
    length: param.int({ default: 5, min: 1 }),
    last: param.int({ default: 1e9, min: 0 }),
  },
  indicators: ({ price }, { length }) => ({ price, mean: sma(price, length) }),
  state: { seen: 0 },
  onTick({ price, mean }, broker, state, { params }) {
    if (++state.seen > params.last) throw new Error(`after ${params.last}`);
    if (mean.ready) broker.target(price.value > mean.value ? 1 : -1);
  },
});

Deno.test("a set that throws is left out, and the others go on", () => {
  const tape = walk(9000, 3);
  const setup = { strategy: fragile, tapes: [tape] };
  const sets = [
    { length: 5 },
    { length: 7, last: 5000 },
    { length: 9, last: 0 },
    { length: 11 },
  ];
  const runner = sweepRunnerOf(setup, sets);
  const [first, second] = [0, 6000].map((from, i) => [[
    { from, to: [6000, 9000][i] },
  ]]);
  runner.record(true);
  play(runner, [tape], { ranges: first });
  const early = runner.take();
  const state = runner.snapshot();
  for (
    const [set, tick, message] of [[1, 5000, "after 5000"], [2, 0, "after 0"]]
  ) {
    const outcome = early[Number(set)];
    assert.ok(outcome !== null && "error" in outcome);
    assert.equal((outcome.error as Error).message, message);
    assert.equal(outcome.at.tick, tick);
    assert.equal(outcome.at.time, tape.time[Number(tick)]);
  }
  for (const goer of [runner, sweepRunnerOf(setup, sets)]) {
    goer.restore(state);
    goer.record(true);
    play(goer, [tape], { ranges: second });
    goer.sampleNow();
    const late = goer.take();
    assert.deepEqual([late[1], late[2]], [null, null]);
    for (const set of [0, 3]) {
      const alone = runAll({ ...setup, params: sets[set] }).record;
      assert.deepEqual(
        [
          ...recordOf(early[set]).fills.price,
          ...recordOf(late[set]).fills.price,
        ],
        [...alone.fills.price],
      );
    }
  }
});

/** A kernel whose name leaves its parameter out. */
class Times implements Kernel {
  readonly name = "times";
  readonly lookback = 0;
  readonly stateSize = 0;
  readonly memory = 0;
  readonly #by: number;

  constructor(by: number) {
    this.#by = by;
  }

  advance(
    [x]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: { readonly from: number; readonly to: number },
  ): void {
    for (let i = from; i < to; i++) out[i] = x[i] * this.#by;
  }
}

Deno.test("a strategy's own kernels are not taken for each other's, whatever they are called", () => {
  const own = strategy({
    params: { by: param.float({ default: 1 }) },
    indicators: ({ price }, { by }) => ({ at: derive(new Times(by), price) }),
    onTick({ at }, broker) {
      broker.target(Math.floor(at.value) % 3);
    },
  });
  const setup = { strategy: own, tapes: [walk(500, 4)] };
  const sets = [{ by: 1 }, { by: 1.5 }, { by: 0.1 }];
  const outcomes = sweepAll(setup, sets);
  for (const [i, params] of sets.entries()) {
    assertSameRecord(
      recordOf(outcomes[i]),
      runAll({ ...setup, params }).record,
    );
  }
});
