import assert from "node:assert/strict";
import fc from "fast-check";
import { compileStrategy, isStrategy } from "../engine/host.ts";
import { ema, max, sma, strategy } from "../engine/mod.ts";
import { RunTotal } from "../stages/aggregator/compose.ts";
import { checkConservation } from "../stages/aggregator/conservation.ts";
import { Settlement } from "../stages/aggregator/settle.ts";
import type { JournalEntry } from "../stages/journal.ts";
import { Schedule } from "../stages/dispatcher/schedule.ts";
import { piecesOf } from "../stages/dispatcher/pieces.ts";
import { type Cut, cutSlices } from "../stages/dispatcher/slices.ts";
import type { FeedIndex } from "../stages/dispatcher/time_index.ts";
import { type Warmup, warmupRanges } from "../stages/dispatcher/warmup.ts";
import { rowsIn } from "../stages/prepared.ts";
import { hashState } from "../stages/worker/hash_state.ts";
import {
  MINUTE,
  play,
  randomOf,
  type Recipe,
  recipes,
  runnerOf,
  setupOf,
  type Tape,
  tapesOf,
} from "./helpers/engine.ts";

/** How many random strategies: `CASES=5000` for a thorough look. */
const CASES = Number(Deno.env.get("CASES") ?? 150);

interface Case {
  readonly recipe: Recipe;
  /** In place of the recipe's own. */
  readonly strategy?: object;
  readonly rows: number;
  readonly seed: number;
  readonly lanes: number;
  readonly cut: Cut;
  /** Rows of a slice's first piece. */
  readonly piece: number;
  /** Null: as far as the strategy's indicators look back. */
  readonly warmup: Warmup | null;
}

function indexOf({ kind, time }: Tape): FeedIndex {
  return {
    stamp: kind === "bars" ? "close" : "event",
    index: {
      rows: time.length,
      lowerBound(ns) {
        const row = time.findIndex((t) => BigInt(t) >= ns);
        return row < 0 ? time.length : row;
      },
      timeAt: (row) => BigInt(time[row]),
    },
  };
}

/**
 * Everything between the store and the figures, without Workers: slices,
 * warm-ups, runners, the schedule, the settlement, the sums and their check.
 */
function run(given: Case) {
  const { recipe, seed, lanes, warmup } = given;
  const tapes = tapesOf(recipe, given.rows, seed);
  const setup = {
    ...setupOf(recipe, tapes),
    ...(given.strategy ? { strategy: given.strategy } : {}),
  };
  assert.ok(isStrategy(setup.strategy));
  const { compiled } = compileStrategy(setup.strategy, {});
  assert.ok(compiled);
  const back = warmup ??
    {
      rows: compiled.inputs.map(({ graph }) => graph.memory),
      time: compiled.inputs.map(({ graph }) => graph.memoryTime),
    };
  const feeds = tapes.map(indexOf);
  const sessions = (setup.sessions ?? []).map(([open, close]) => ({
    date: "2024-03-04",
    open: BigInt(open),
    close: BigInt(close),
  }));
  const slices = cutSlices(given.cut, sessions, feeds, 0n);
  const sliceRows = slices.map(({ rows }) =>
    rows.reduce((sum, ranges) => sum + rowsIn(ranges), 0)
  );
  const { instruments = [] } = setup;
  const capital = 100_000;
  const random = randomOf(seed);
  const schedule = new Schedule(sliceRows, lanes);
  const total = new RunTotal({ capital, instruments });
  let reached = "";
  const settlement = new Settlement<JournalEntry>(slices.length, (entry) => {
    total.add(entry.record);
    reached = entry.endHash;
  });
  const runners = Array.from({ length: lanes }, () => runnerOf(setup));
  let guesses = 0;
  for (const runner of runners) schedule.begin(hashState(runner.initial));
  settlement.begin(hashState(runners[0].initial));
  while (!schedule.done) {
    const lane = Math.floor(random() * lanes);
    const assignment = schedule.next(lane);
    if (assignment === null) continue;
    const { slice, start } = assignment;
    const runner = runners[lane];
    if (start.from === "state") runner.restore(start.state);
    if (start.from === "beginning") runner.restore(runner.initial);
    if (start.from === "guess") {
      guesses++;
      runner.restore(runner.initial);
      runner.record(false);
      const ranges = warmupRanges(back, slices, slice, feeds, 0n);
      play(runner, tapes, { ranges });
    }
    const known = start.from === "state" ? start.known : [];
    const pieces = start.from === "guess" || known.length > 0
      ? piecesOf(slices[slice], feeds, { first: given.piece, most: 200 })
      : [slices[slice].rows];
    for (const [from, ranges] of pieces.entries()) {
      const startHash = hashState(runner.snapshot());
      runner.record(true);
      const cut = () => Math.ceil(random() * 200);
      play(runner, tapes, { ranges, cut });
      const last = from === pieces.length - 1;
      if (last && slice === slices.length - 1) runner.sampleNow();
      const record = runner.take();
      const end = runner.snapshot();
      const entry: JournalEntry = {
        slice,
        from,
        to: from + 1,
        last,
        initialHash: hashState(runner.initial),
        startHash,
        endHash: hashState(end),
        record,
        end: last ? end : new Float64Array(0),
      };
      const through = last ||
        known.some(({ from, startHash }) =>
          from === entry.to && startHash === entry.endHash
        );
      settlement.add(entry);
      schedule.finish(entry, { through, rows: record.ticks });
      if (through) break;
    }
  }
  assert.ok(settlement.complete);
  const record = total.finish();
  checkConservation(record, {
    stage: "results",
    rows: sliceRows.reduce((sum, rows) => sum + rows, 0),
    capital,
    instruments,
  });
  // What the workers kept of cash, piece by piece, is for that check alone.
  const { cash: _, ...counted } = record;
  return {
    record: counted,
    end: reached,
    slices: slices.length,
    guesses,
    reruns: schedule.reruns.slices,
    met: schedule.reruns.met,
  };
}

const cuts: fc.Arbitrary<Cut> = fc.oneof(
  fc.constant<Cut>({ by: "session" }),
  fc.integer({ min: 1, max: 30 }).map((n): Cut => ({
    by: "duration",
    ns: n * MINUTE,
  })),
  fc.integer({ min: 20, max: 300 }).map((ticks): Cut => ({
    by: "ticks",
    ticks,
  })),
);

const cases: fc.Arbitrary<Case> = fc.record({
  recipe: recipes,
  rows: fc.integer({ min: 50, max: 800 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  lanes: fc.integer({ min: 2, max: 4 }),
  cut: cuts,
  piece: fc.constantFrom(1, 5, 40, 1000),
  warmup: fc.option(fc.oneof(
    fc.nat(100).map((n): Warmup => ({ rows: [n, n] })),
    fc.integer({ min: 0, max: 60 }).map((n): Warmup => ({ ns: n * MINUTE })),
  )),
});

Deno.test("several lanes give the fills and the equity of one, to the bit", () => {
  const seen = { guesses: 0, reruns: 0, met: 0, fills: 0, slices: 0 };
  fc.assert(
    fc.property(cases, (given) => {
      const serial = run({ ...given, lanes: 1 });
      const parallel = run(given);
      assert.equal(serial.guesses, 0);
      assert.equal(serial.reruns, 0);
      assert.deepEqual(parallel.record, serial.record);
      assert.equal(parallel.end, serial.end);
      seen.guesses += parallel.guesses;
      seen.reruns += parallel.reruns;
      seen.met += parallel.met;
      seen.fills += serial.record.fills.time.length;
      seen.slices += serial.slices;
    }),
    { numRuns: CASES },
  );
  assert.ok(seen.fills > 500 && seen.reruns > 10 && seen.guesses > 100);
});

/** Long slices of what forgets soon, each begun from a guess that is wrong. */
const forgetful: fc.Arbitrary<Case> = cases.map((given) => ({
  ...given,
  recipe: {
    ...given.recipe,
    average: "sma",
    slow: Math.min(40, given.recipe.slow),
    chance: Math.min(0.02, given.recipe.chance),
    size: "one",
    onFill: "nothing",
    beside: given.recipe.beside === "quotes of NQ" ? "quotes of NQ" : "nothing",
  },
  rows: 2500 + given.rows,
  cut: { by: "ticks", ticks: 700 },
  piece: Math.max(20, Math.min(given.piece, 100)),
  warmup: { rows: [5, 5] },
}));

Deno.test("slices that come right in their middle give the fills and the equity of one lane", () => {
  const seen = { reruns: 0, met: 0 };
  fc.assert(
    fc.property(forgetful, (given) => {
      const serial = run({ ...given, lanes: 1 });
      const parallel = run(given);
      assert.deepEqual(parallel.record, serial.record);
      assert.equal(parallel.end, serial.end);
      seen.reruns += parallel.reruns;
      seen.met += parallel.met;
    }),
    { numRuns: Math.ceil(CASES / 2) },
  );
  assert.ok(seen.met > 20, `${seen.met} of ${seen.reruns} met`);
});

const PLAIN: Recipe = {
  fast: 3,
  slow: 40,
  average: "sma",
  chance: 0,
  hold: 0,
  size: "one",
  by: "target",
  fills: { model: "touch" },
  latency: "none",
  positions: "average",
  onFill: "nothing",
  beside: "nothing",
  flatBefore: 5 * MINUTE,
  slippageTicks: 1,
};

Deno.test("a cross that is flat overnight is guessed right by warmup: auto", () => {
  const cross = strategy({
    indicators: ({ price }) => ({ fast: sma(price, 3), slow: sma(price, 40) }),
    onTick({ fast, slow }, broker) {
      if (slow.ready) broker.target(Math.sign(fast.value - slow.value));
    },
  });
  const { slices, guesses, reruns, record } = run({
    recipe: PLAIN,
    strategy: cross,
    rows: 9000,
    seed: 5,
    lanes: 4,
    cut: { by: "session" },
    piece: 50,
    warmup: null,
  });
  assert.ok(slices > 10 && guesses > 2 && record.fills.time.length > 100);
  assert.equal(reruns, 0);
});

Deno.test("a guess that comes right within its slice is run again only up to there", () => {
  const cross = strategy({
    indicators: ({ price }) => ({ fast: sma(price, 3), slow: sma(price, 40) }),
    onTick({ fast, slow }, broker) {
      if (slow.ready) broker.target(Math.sign(fast.value - slow.value));
    },
  });
  const given = {
    recipe: { ...PLAIN, flatBefore: null },
    strategy: cross,
    rows: 9000,
    seed: 5,
    cut: { by: "session" },
    piece: 10,
    warmup: { rows: [0] },
  } as const;
  const { guesses, reruns, met, record } = run({ ...given, lanes: 4 });
  assert.ok(guesses > 2 && reruns > 2 && met === reruns, `${met} of ${reruns}`);
  assert.deepEqual(record, run({ ...given, lanes: 1 }).record);
});

Deno.test("windows of time and bars are guessed right by warmup: auto", () => {
  const trend = strategy({
    indicators: ({ price, bars }) => ({
      fast: sma(price, "2m"),
      slow: ema(bars("1m").close, 3),
      high: max(price, "5m"),
    }),
    onTick({ fast, slow, high }, broker) {
      if (!fast.ready || !slow.ready || !high.ready) return;
      const side = Math.sign(fast.value - slow.value);
      broker.target(high.value - fast.value > 4 ? -side : side);
    },
  });
  const given = {
    recipe: PLAIN,
    strategy: trend,
    rows: 12_000,
    seed: 5,
    cut: { by: "session" },
    piece: 50,
    warmup: null,
  } as const;
  const { slices, guesses, reruns, record } = run({ ...given, lanes: 4 });
  assert.ok(slices > 10 && guesses > 2 && record.fills.time.length > 100);
  assert.equal(reruns, 0);
  assert.deepEqual(record, run({ ...given, lanes: 1 }).record);
});

Deno.test("a count of all ticks is never guessed, and still right", () => {
  const counting = strategy({
    indicators: ({ price }) => ({ price }),
    state: { ticks: 0 },
    onTick(_series, broker, state) {
      if (++state.ticks % 100 === 0) broker.target(state.ticks % 300 ? 1 : -1);
    },
  });
  const given = {
    recipe: { ...PLAIN, flatBefore: null },
    strategy: counting,
    rows: 2000,
    seed: 6,
    cut: { by: "session" },
    piece: 50,
    warmup: null,
  } as const;
  const parallel = run({ ...given, lanes: 3 });
  assert.deepEqual(parallel.record, run({ ...given, lanes: 1 }).record);
  assert.ok(parallel.guesses > 0 && parallel.reruns >= parallel.guesses);
});
