import assert from "node:assert/strict";
import fc from "fast-check";
import { RangeJoin, type SliceRecord } from "../engine/host.ts";
import { strategy } from "../engine/mod.ts";
import {
  assertSameRecord,
  play,
  randomOf,
  type Recipe,
  recipes,
  runAll,
  runnerOf,
  sameBytes,
  setupOf,
  spansOf,
  tapesOf,
  walk,
} from "./helpers/engine.ts";

const seeds = fc.integer({ min: 1, max: 1e6 });

/** Edges in time, ascending, some of them where there is no row. */
const parts = fc.array(fc.double({ min: 0, max: 1.1, noNaN: true }), {
  minLength: 1,
  maxLength: 6,
});

function concat<T>(
  records: readonly T[],
  pick: (record: T) => Readonly<Record<string, Float64Array>>,
): Record<string, number[]> {
  return Object.fromEntries(
    Object.keys(pick(records[0])).map((name) => [
      name,
      records.flatMap((record) => [...pick(record)[name]]),
    ]),
  );
}

function floats(
  columns: Readonly<Record<string, readonly number[]>>,
): SliceRecord["fills"] {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      Float64Array.from(column),
    ]),
  ) as SliceRecord["fills"];
}

Deno.test("a run in pieces, each from the last one's state in a fresh runner, is the run", () => {
  let fills = 0;
  fc.assert(
    fc.property(recipes, seeds, parts, (recipe, seed, fractions) => {
      const tapes = tapesOf(recipe, 700, seed);
      const setup = setupOf(recipe, tapes);
      const whole = runAll(setup);
      fills += whole.record.fills.time.length;
      const end = Number(tapes[0].time.at(-1));
      const edges = fractions.map((f) => Math.floor(f * end))
        .sort((a, b) => a - b);

      const records: SliceRecord[] = [];
      let state = runnerOf(setup).initial;
      for (const ranges of spansOf(tapes, edges)) {
        const runner = runnerOf(setup);
        runner.restore(state);
        assert.ok(sameBytes(runner.snapshot(), state));
        runner.record(true);
        play(runner, tapes, { ranges });
        if (records.length === edges.length) runner.sampleNow();
        records.push(runner.take());
        state = runner.snapshot();
      }
      assert.ok(sameBytes(state, whole.end));
      const join = new RangeJoin();
      const joined = floats(concat(records, ({ fills }) => fills));
      let row = 0;
      for (const record of records) {
        join.add(record, joined, row);
        row += record.fills.time.length;
      }
      assert.deepEqual(
        joined,
        floats(concat([whole.record], ({ fills }) => fills)),
      );
      assert.deepEqual(join.marks, whole.record.marks);
      assert.deepEqual(
        concat(records, ({ ended }) => ended),
        concat([whole.record], ({ ended }) => ended),
      );
      assert.deepEqual(records.at(-1)?.open, whole.record.open);
      for (const column of ["time", "exposure"] as const) {
        assert.deepEqual(
          records.flatMap(({ equity }) => [...equity[column]]),
          [...whole.record.equity[column]],
        );
      }
      for (
        const name of ["submitted", "filled", "cancelled", "rejected"] as const
      ) {
        const sum = records.reduce((sum, { orders }) => sum + orders[name], 0);
        assert.equal(sum, whole.record.orders[name]);
      }
      const { submitted, filled, cancelled, rejected } = whole.record.orders;
      assert.equal(
        submitted,
        filled + cancelled + rejected + whole.record.working,
      );
    }),
    { numRuns: 250 },
  );
  assert.ok(fills > 1000, "the strategies hardly traded");
});

Deno.test("a runner that goes back to a state does the same again", () => {
  fc.assert(
    fc.property(recipes, seeds, fc.double({ min: 0, max: 1, noNaN: true }), (
      recipe,
      seed,
      fraction,
    ) => {
      const tapes = tapesOf(recipe, 400, seed);
      const runner = runnerOf(setupOf(recipe, tapes));
      const edge = Math.floor(fraction * Number(tapes[0].time.at(-1)));
      const [first, second] = spansOf(tapes, [edge]);
      runner.record(true);
      play(runner, tapes, { ranges: first });
      const state = runner.snapshot();
      const once = again();
      const twice = again();
      assertSameRecord(once.record, twice.record);
      assert.ok(sameBytes(once.end, twice.end));

      function again() {
        runner.restore(state);
        runner.record(true);
        play(runner, tapes, { ranges: second });
        return { record: runner.take(), end: runner.snapshot() };
      }
    }),
    { numRuns: 150 },
  );
});

Deno.test("chance that is asked for once in a slice is the same when it runs again", () => {
  const drawn: number[] = [];
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    state: { tick: 0 },
    onTick(_series, _broker, state, context) {
      if (state.tick++ === 2) drawn.push(context.random(), context.random());
    },
  });
  const tapes = [walk(5, 1)];
  const runner = runnerOf({ strategy: definition, tapes });
  for (let n = 0; n < 2; n++) {
    runner.restore(runner.initial);
    runner.record(true);
    play(runner, tapes);
  }
  assert.equal(drawn.length, 4);
  assert.notEqual(drawn[0], drawn[1]);
  assert.deepEqual(drawn.slice(2), drawn.slice(0, 2));
});

Deno.test("batches change nothing", () => {
  fc.assert(
    fc.property(recipes, seeds, (recipe, seed) => {
      const tapes = tapesOf(recipe, 900, seed);
      const whole = runAll(setupOf(recipe, tapes));
      const random = randomOf(seed);
      for (const cut of [() => 1, () => 7, () => Math.ceil(random() * 300)]) {
        const { record, end } = runAll(setupOf(recipe, tapes), { cut });
        assertSameRecord(record, whole.record);
        assert.ok(sameBytes(end, whole.end));
      }
    }),
    { numRuns: 60 },
  );
});

const BIG: Recipe = {
  fast: 5,
  slow: 60,
  average: "sma",
  chance: 0.02,
  hold: 1,
  size: "profit",
  by: "target",
  fills: { model: "touch" },
  latency: "none",
  positions: "average",
  onFill: "chase",
  beside: "quotes of NQ",
  flatBefore: 5 * 60e9,
  slippageTicks: 1,
};

Deno.test("batches change nothing over many blocks", () => {
  const tapes = tapesOf(BIG, 70_000, 11);
  const whole = runAll(setupOf(BIG, tapes));
  assert.ok(whole.record.fills.time.length > 1000);
  const random = randomOf(12);
  const cuts = [
    () => 1,
    () => 7,
    () => 4096,
    () => 65_536,
    () => Math.ceil(random() ** 4 * 65_536),
  ];
  for (const cut of cuts) {
    const { record, end } = runAll(setupOf(BIG, tapes), { cut });
    assertSameRecord(record, whole.record);
    assert.ok(sameBytes(end, whole.end));
  }
});

Deno.test("what a warm-up records is nothing, and it does not change what follows", () => {
  fc.assert(
    fc.property(recipes, seeds, (recipe, seed) => {
      const tapes = tapesOf(recipe, 300, seed);
      const setup = setupOf(recipe, tapes);
      const [first, second] = spansOf(tapes, [Number(tapes[0].time[150])]);
      const runs = [true, false].map((on) => {
        const runner = runnerOf(setup);
        runner.record(on);
        play(runner, tapes, { ranges: first });
        const before = on ? null : runner.take();
        runner.record(true);
        play(runner, tapes, { ranges: second });
        return { before, record: runner.take(), end: runner.snapshot() };
      });
      assertSameRecord(runs[0].record, runs[1].record);
      assert.ok(sameBytes(runs[0].end, runs[1].end));
      const { before } = runs[1];
      assert.ok(before);
      assert.equal(before.fills.time.length, 0);
      assert.equal(before.equity.time.length, 0);
      assert.equal(before.cash, 0);
      assert.equal(before.ticks, 0);
      assert.deepEqual(before.orders, {
        submitted: 0,
        filled: 0,
        cancelled: 0,
        rejected: 0,
      });
    }),
    { numRuns: 100 },
  );
});
