import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Failure,
  Schedule,
  type Start,
} from "../stages/dispatcher/schedule.ts";
import type { JournalEntry } from "../stages/journal.ts";
import { Settlement } from "../stages/aggregator/settle.ts";
import type { SliceRecord } from "../engine/host.ts";
import { randomOf } from "./helpers/engine.ts";

/**
 * A toy strategy: its state is a number, each piece of a slice takes it to the
 * next. With probability `convergence` a slice forgets what came before, in one
 * of its pieces.
 */
interface Toy {
  readonly slices: number;
  readonly pieces: number;
  readonly lanes: number;
  readonly convergence: number;
  readonly seed: number;
  /** Rows of each slice; they decide where lanes begin. */
  readonly rows: readonly number[];
  readonly shuffle: number | null;
  /** It throws in one of so many states; 0: never. */
  readonly fragile: number;
}

const FIRST = 1;

/** The state after a piece; null when the strategy throws. */
function step(
  toy: Toy,
  slice: number,
  piece: number,
  state: number,
): number | null {
  const number = slice * toy.pieces + piece;
  const { fragile } = toy;
  if (fragile > 0 && (state + 7 * number) % (fragile * toy.pieces) === 0) {
    return null;
  }
  const random = randomOf(toy.seed ^ Math.imul(slice + 1, 0x9e3779b9));
  const salt = Math.floor(random() * 1e9) + piece;
  const forgets = random() < toy.convergence &&
    Math.floor(random() * toy.pieces) === piece;
  if (forgets) return salt;
  return Math.abs(Math.imul(state, 31) + salt) % 1_000_003;
}

/** The state after a slice; null when the strategy throws. */
function stepThrough(toy: Toy, slice: number, state: number): number | null {
  let next: number | null = state;
  for (let piece = 0; piece < toy.pieces && next !== null; piece++) {
    next = step(toy, slice, piece, next);
  }
  return next;
}

/** States before each slice, as far as the serial run comes. */
function serial(toy: Toy): number[] {
  const states = [FIRST];
  for (let slice = 0; slice < toy.slices; slice++) {
    const next = stepThrough(toy, slice, states[slice]);
    if (next === null) break;
    states.push(next);
  }
  return states;
}

interface Run {
  readonly results: JournalEntry[];
  /** Slices in the order in which lanes took them up. */
  readonly begun: number[];
  readonly schedule: Schedule;
  readonly starts: Start["from"][];
  readonly failed: number;
}

/** A worker of the toy. */
interface Hand {
  /** Null: it failed and has no state. */
  state: number | null;
  last: number;
  readonly queue: { slice: number; start: Start }[];
  asking: boolean;
}

/**
 * Plays workers against a schedule as the worker stage does: a lane runs one
 * slice while it has asked for the next. Which lane moves is random.
 */
function simulate(toy: Toy, recalled: readonly JournalEntry[] = []): Run {
  const random = randomOf(toy.seed);
  const { shuffle } = toy;
  const schedule = new Schedule(toy.rows, toy.lanes, { shuffle });
  for (const entry of recalled) schedule.recall(entry);
  const results = [...recalled];
  const begun: number[] = [];
  const starts: Start["from"][] = [];
  let failed = 0;
  const hands = Array.from({ length: toy.lanes }, (): Hand => ({
    state: null,
    last: -2,
    queue: [],
    asking: true,
  }));
  for (let lane = 0; lane < toy.lanes; lane++) schedule.begin(String(FIRST));

  const answer = (patience: number) => {
    const first = Math.floor(random() * toy.lanes);
    for (let n = 0; n < toy.lanes; n++) {
      const lane = (first + n) % toy.lanes;
      const hand = hands[lane];
      if (!hand.asking || schedule.done || random() < patience) continue;
      const assignment = schedule.next(lane);
      if (assignment === null) continue;
      hand.queue.push(assignment);
      // A worker that had nothing to do takes it up and asks for the next.
      hand.asking = hand.queue.length === 1;
    }
  };
  // Questions may still be under way while lanes finish.
  const patience = random() * 0.9;
  for (let moves = 0; !schedule.done && !schedule.failure; moves++) {
    assert.ok(moves <= 2 * toy.slices, "it goes on and on");
    answer(patience);
    answer(patience);
    if (hands.every(({ queue }) => queue.length === 0)) answer(0);
    const busy = hands.filter(({ queue }) => queue.length > 0);
    assert.ok(busy.length > 0, "no lane has work, and work is left");
    const hand = busy[Math.floor(random() * busy.length)];
    const { slice, start } = hand.queue.shift()!;
    starts.push(start.from);
    const from = beginning(start, hand, slice, toy);
    begun.push(slice);
    hand.asking = true;
    const ran = runSlice(toy, slice, start, from);
    for (const { entry, through } of ran.entries) {
      results.push(entry);
      const rows = toy.rows[slice] / toy.pieces * (entry.to - entry.from);
      schedule.finish(entry, { through, rows });
    }
    // A run that met another stands at no slice's end.
    hand.last = ran.met ? -2 : slice;
    hand.state = ran.state;
    if (ran.failure) {
      failed++;
      schedule.fail(hands.indexOf(hand), slice, ran.failure);
    }
  }
  return { results, begun, schedule, starts, failed };
}

/** What a worker makes of a slice; `state` is null where it stands at no end. */
function runSlice(toy: Toy, slice: number, start: Start, state: number | null) {
  const entries: { entry: JournalEntry; through: boolean }[] = [];
  const known = start.from === "state" ? start.known : [];
  const inPieces = start.from === "guess" || known.length > 0;
  const edges = inPieces
    ? Array.from({ length: toy.pieces + 1 }, (_, edge) => edge)
    : [0, toy.pieces];
  let startHash = state === null ? "" : String(state);
  for (const [i, to] of edges.slice(1).entries()) {
    const from = edges[i];
    for (let piece = from; piece < to && state !== null; piece++) {
      state = step(toy, slice, piece, state);
    }
    if (state === null) {
      const failure: Failure = { from, startHash, cause: slice };
      return { entries, state, failure, met: false };
    }
    const last = to === toy.pieces;
    const endHash = String(state);
    const through = last ||
      known.some((meeting) =>
        meeting.from === to && meeting.startHash === endHash
      );
    const entry: JournalEntry = {
      slice,
      from,
      to,
      last,
      initialHash: String(FIRST),
      startHash,
      endHash,
      record: {} as SliceRecord,
      end: last ? Float64Array.of(state) : new Float64Array(0),
    };
    entries.push({ entry, through });
    if (through && !last) return { entries, state: null, met: true };
    startHash = endHash;
  }
  return { entries, state, met: false };
}

/** Null when the slice cannot even begin. */
function beginning(
  start: Start,
  hand: Hand,
  slice: number,
  toy: Toy,
): number | null {
  switch (start.from) {
    case "beginning":
      assert.equal(slice, 0);
      return FIRST;
    case "last":
      assert.equal(
        hand.last,
        slice - 1,
        "the lane's state is not of this slice",
      );
      return hand.state;
    case "state":
      return start.state[0];
    case "guess":
      assert.ok(slice > 0);
      // A warm-up that sees the slice before, from flat.
      return stepThrough(toy, slice - 1, FIRST);
  }
}

const toys: fc.Arbitrary<Toy> = fc.record({
  slices: fc.integer({ min: 0, max: 24 }),
  pieces: fc.integer({ min: 1, max: 4 }),
  lanes: fc.integer({ min: 1, max: 5 }),
  convergence: fc.constantFrom(0, 0.05, 0.3, 0.7, 0.95, 1),
  seed: fc.integer(),
  even: fc.boolean(),
  shuffle: fc.option(fc.nat()),
}).map(({ even, ...toy }) => {
  const random = randomOf(toy.seed + 1);
  const rows = Array.from(
    { length: toy.slices },
    () => even ? 100 : Math.floor(random() ** 4 * 1000),
  );
  return { ...toy, rows, fragile: 0 };
});

const fragileToys = fc.tuple(toys, fc.constantFrom(2, 5, 20, 60))
  .map(([toy, fragile]): Toy => ({ ...toy, fragile }));

Deno.test("every slice counts in the end, from the state of the serial run", () => {
  fc.assert(
    fc.property(toys, (toy) => {
      const { results } = simulate(toy);
      assertSerial(results, toy);
    }),
    { numRuns: 4000 },
  );
});

Deno.test("the aggregator settles the same results in whatever order they come", () => {
  const shuffled = toys.chain((toy) => {
    const { results } = simulate(toy);
    return fc.tuple(
      fc.constant({ toy, results }),
      fc.shuffledSubarray(results, { minLength: results.length }),
    );
  });
  fc.assert(
    fc.property(shuffled, ([{ toy, results }, other]) => {
      const chains = [results, other].map((order) => {
        const { settlement, entries } = settle(order, toy);
        assert.ok(settlement.complete);
        return entries.map(({ slice, from, startHash, endHash }) =>
          `${slice} ${from} ${startHash} ${endHash}`
        );
      });
      assert.deepEqual(chains[0], chains[1]);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("a settlement lacks what lacks, and is never complete before", () => {
  fc.assert(
    fc.property(
      toys.filter(({ slices }) => slices > 0),
      fc.nat(),
      (toy, n) => {
        const lost = n % toy.slices;
        const results = simulate(toy).results
          .filter(({ slice }) => slice !== lost);
        const { settlement } = settle(results, toy);
        assert.ok(!settlement.complete);
        assert.equal(settlement.settled, lost);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("one lane runs every slice once, in order, and guesses nothing", () => {
  fc.assert(
    fc.property(toys, (toy) => {
      const serially = { ...toy, lanes: 1, shuffle: null };
      const { results, schedule: { reruns }, starts } = simulate(serially);
      assert.deepEqual(
        results.map(({ slice }) => slice),
        Array.from({ length: toy.slices }, (_, slice) => slice),
      );
      assert.deepEqual(reruns, NO_RERUNS);
      assert.deepEqual(
        starts,
        Array.from({ length: toy.slices }, (_, n) => n ? "last" : "beginning"),
      );
    }),
    { numRuns: 500 },
  );
});

Deno.test("guesses that are right are never run again", () => {
  fc.assert(
    fc.property(toys, (toy) => {
      const sure = { ...toy, convergence: 1 };
      const { begun, schedule: { reruns } } = simulate(sure);
      assert.equal(begun.length, toy.slices);
      assert.deepEqual(reruns, NO_RERUNS);
    }),
    { numRuns: 500 },
  );
});

Deno.test("re-runs are counted, each slice at most once", () => {
  let met = 0;
  let full = 0;
  fc.assert(
    fc.property(toys, (toy) => {
      const { begun, schedule: { reruns } } = simulate(toy);
      const runs = new Map<number, number>();
      for (const slice of begun) runs.set(slice, (runs.get(slice) ?? 0) + 1);
      assert.equal(runs.size, toy.slices);
      assert.ok([...runs.values()].every((n) => n <= 2), "a slice ran thrice");
      const again = [...runs].filter(([, n]) => n > 1).map(([slice]) => slice);
      assert.equal(reruns.slices, again.length);
      const most = again.reduce((sum, slice) => sum + toy.rows[slice], 0);
      assert.ok(reruns.rows <= most + 1e-6);
      assert.ok(reruns.met <= reruns.slices);
      if (reruns.met === 0) assert.ok(Math.abs(reruns.rows - most) < 1e-6);
      // The first slice begins where everything begins.
      assert.ok(!again.includes(0));
      met += reruns.met;
      full += reruns.slices - reruns.met;
    }),
    { numRuns: 1000 },
  );
  assert.ok(met > 50 && full > 50, `${met} met, ${full} did not`);
});

Deno.test("a run that meets another in its state ends there, and the rest of that one counts", () => {
  // Two slices, two lanes: the second lane begins slice 1 from a guess.
  const schedule = new Schedule([8, 8], 2);
  schedule.begin("0");
  const piece = (
    slice: number,
    [from, to]: [number, number],
    [startHash, endHash]: [string, string],
    last = false,
  ) => ({
    slice,
    from,
    to,
    last,
    startHash,
    endHash,
    end: last ? Float64Array.of(Number(endHash)) : new Float64Array(0),
  });
  schedule.next(0);
  assert.deepEqual(schedule.next(1), { slice: 1, start: { from: "guess" } });
  const rows = 4;
  schedule.finish(piece(1, [0, 1], ["70", "71"]), { through: false, rows });
  schedule.finish(piece(1, [1, 2], ["71", "72"], true), {
    through: true,
    rows,
  });
  schedule.finish(piece(0, [0, 1], ["0", "5"], true), { through: true, rows });
  assert.equal(schedule.settled, 1);
  assert.deepEqual(schedule.next(0), {
    slice: 1,
    start: {
      from: "state",
      state: Float64Array.of(5),
      known: [{ from: 1, startHash: "71" }],
    },
  });
  assert.ok(!schedule.done);
  schedule.finish(piece(1, [0, 1], ["5", "71"]), { through: true, rows });
  assert.ok(schedule.done);
  assert.deepEqual(schedule.reruns, { slices: 1, rows: 4, met: 1 });
});

const NO_RERUNS = { slices: 0, rows: 0, met: 0 };

/** What an aggregator makes of results that come in this order. */
function settle(results: readonly JournalEntry[], toy: Toy) {
  const entries: JournalEntry[] = [];
  const settlement = new Settlement<JournalEntry>(
    toy.slices,
    (entry) => entries.push(entry),
  );
  settlement.begin(String(FIRST));
  for (const result of results) settlement.add(result);
  return { settlement, entries };
}

/** Checks that what settles is the chain of the serial run. */
function assertSerial(results: readonly JournalEntry[], toy: Toy): void {
  const { settlement, entries } = settle(results, toy);
  const states = serial(toy);
  assert.ok(settlement.complete);
  let state = String(FIRST);
  let slice = 0;
  for (const entry of entries) {
    assert.equal(entry.slice, slice);
    assert.equal(entry.startHash, state);
    if (entry.from === 0) assert.equal(state, String(states[slice]));
    state = entry.endHash;
    if (!entry.last) continue;
    slice++;
    assert.equal(state, String(states[slice]));
  }
  assert.equal(slice, toy.slices);
}

Deno.test("a failure counts when the serial run fails there, and only then", () => {
  const seen = { failed: 0, survived: 0, forgiven: 0 };
  fc.assert(
    fc.property(fragileToys, (toy) => {
      const { schedule, results, failed } = simulate(toy);
      const states = serial(toy);
      const stop = states.length - 1;
      assert.equal(schedule.settled, stop);
      if (stop === toy.slices) {
        assert.equal(schedule.failure, undefined);
        assert.ok(settle(results, toy).settlement.complete);
        seen.survived++;
        seen.forgiven += failed;
      } else {
        const startHash = String(states[stop]);
        assert.equal(schedule.failure?.cause, stop);
        if (schedule.failure.from === 0) {
          assert.equal(schedule.failure.startHash, startHash);
        }
        seen.failed++;
      }
    }),
    { numRuns: 3000 },
  );
  assert.ok(seen.failed > 100 && seen.survived > 100 && seen.forgiven > 20);
});

Deno.test("a run that goes on with old results comes to the same end", () => {
  const cases = fc.tuple(fc.oneof(toys, fragileToys), fc.nat(), fc.integer());
  fc.assert(
    fc.property(cases, ([toy, kept, seed]) => {
      const before = simulate(toy);
      // A killed run: what it had by then, of which a part came to the disk.
      const random = randomOf(seed);
      const saved = before.results
        .slice(0, kept % (before.results.length + 1))
        .filter(() => random() < 0.8);
      const later = { ...toy, lanes: 1 + kept % 4, shuffle: null };
      const { schedule, results, begun } = simulate(later, saved);
      const whole = saved.filter(({ last }) => last);
      const slices = new Set(whole.map(({ slice }) => slice));
      assert.equal(schedule.recalled, slices.size);
      const states = serial(toy);
      assert.equal(schedule.settled, states.length - 1);
      if (states.length <= toy.slices) {
        assert.ok(schedule.failure);
        return;
      }
      assertSerial(results, toy);
      // What was saved and counts is not run again.
      const counted = new Set(
        whole.filter(({ slice, from, startHash }) =>
          from === 0 && startHash === String(states[slice])
        ).map(({ slice }) => slice),
      );
      for (const slice of begun) {
        assert.ok(!counted.has(slice), `slice ${slice} ran again`);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("an old result of the first slice that begins elsewhere is run again", () => {
  const schedule = new Schedule([1, 1], 1);
  const end = Float64Array.of(9);
  schedule.recall({
    slice: 0,
    from: 0,
    to: 1,
    last: true,
    startHash: "other",
    endHash: "9",
    end,
  });
  schedule.begin("0");
  assert.equal(schedule.settled, 0);
  assert.deepEqual(schedule.next(0), {
    slice: 0,
    start: { from: "beginning" },
  });
});

Deno.test("lanes begin apart and a lane that is through takes from the others", () => {
  const schedule = new Schedule([1, 1, 1, 1, 1, 1, 1, 1], 2);
  schedule.begin("0");
  const finish = (slice: number) =>
    schedule.finish({
      slice,
      from: 0,
      to: 1,
      last: true,
      startHash: String(slice),
      endHash: String(slice + 1),
      end: Float64Array.of(slice + 1),
    }, { through: true, rows: 1 });
  const first = schedule.next(0);
  const second = schedule.next(1);
  assert.deepEqual(first, { slice: 0, start: { from: "beginning" } });
  assert.deepEqual(second, { slice: 4, start: { from: "guess" } });
  for (const slice of [4, 5, 6, 7]) {
    if (slice > 4) {
      const next = schedule.next(1);
      assert.deepEqual(next, { slice, start: { from: "last" } });
    }
    finish(slice);
  }
  // Slices 1 to 3 are left to lane 0: half of them, rounded up, go to lane 1.
  const stolen = schedule.next(1);
  assert.deepEqual(stolen, { slice: 2, start: { from: "guess" } });
  assert.equal(schedule.settled, 0);
  finish(0);
  assert.equal(schedule.settled, 1);
  assert.deepEqual(schedule.next(0), { slice: 1, start: { from: "last" } });
  finish(1);
  finish(2);
  const last = schedule.next(0);
  assert.equal(last?.slice, 3);
  assert.equal(last?.start.from, "state");
  finish(3);
  assert.ok(schedule.done);
  assert.equal(schedule.next(0), null);
  assert.deepEqual(schedule.reruns, NO_RERUNS);
});

Deno.test("without slices there is nothing to do", () => {
  const schedule = new Schedule([], 3);
  assert.ok(schedule.done);
  assert.equal(schedule.next(0), null);
  assert.ok(new Settlement(0, () => {}).complete);
});
