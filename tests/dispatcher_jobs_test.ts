import assert from "node:assert/strict";
import fc from "fast-check";
import { Jobs } from "../stages/dispatcher/jobs.ts";
import { randomOf } from "./helpers/engine.ts";

/**
 * Lanes that run a strategy which never forgets: the state after a slice is the
 * job's whole past, so a guess is always wrong, and only the serial run counts.
 */
function simulate(
  slices: readonly number[],
  lanes: number,
  seed: number,
  shuffle: number | null = null,
): { guesses: number; counted: string[] } {
  const random = randomOf(seed);
  const jobs = new Jobs({
    rows: slices.map((n) => new Array<number>(n).fill(10)),
    lanes,
    shuffle,
  });
  slices.forEach((_, job) => jobs.begin(job, `${job}:`));
  const ends = slices.map(() => new Map<number, string>());
  const last = new Array<string>(lanes).fill("");
  const states = new Map<string, Float64Array>();
  const names = new Map<Float64Array, string>();
  const stateOf = (name: string) => {
    const state = states.get(name) ?? Float64Array.of(states.size);
    states.set(name, state);
    names.set(state, name);
    return state;
  };
  let guesses = 0;
  const busy: (() => void)[] = [];
  const idle = new Set(Array.from({ length: lanes }, (_, lane) => lane));
  for (let steps = 0; !jobs.done; steps++) {
    assert.ok(steps < 100_000, "the jobs do not come to their end");
    for (const lane of [...idle]) {
      const next = jobs.next(lane);
      if (next === null) continue;
      idle.delete(lane);
      const { job, slice, start } = next;
      const from = start.from === "beginning"
        ? `${job}:`
        : start.from === "last"
        ? last[lane]
        : start.from === "state"
        ? names.get(start.state) ?? ""
        : `guess ${guesses++}`;
      assert.notEqual(from, "");
      const to = `${from}.${slice}`;
      last[lane] = to;
      busy.push(() => {
        ends[job].set(slice, to);
        jobs.finish(job, {
          slice,
          from: 0,
          to: 1,
          last: true,
          startHash: from,
          endHash: to,
          end: stateOf(to),
        }, { through: true, rows: 10 });
        idle.add(lane);
      });
    }
    if (jobs.done) break;
    assert.ok(busy.length > 0, "nobody has anything to do");
    busy.splice(Math.floor(random() * busy.length), 1)[0]();
  }
  return {
    guesses,
    counted: ends.map((each, job) => each.get(slices[job] - 1) ?? ""),
  };
}

/** The state at the end of a serial run of a job. */
function serial(job: number, slices: number): string {
  return `${job}:` +
    Array.from({ length: slices }, (_, slice) => `.${slice}`).join("");
}

const jobsOf = fc.array(fc.integer({ min: 1, max: 12 }), {
  minLength: 1,
  maxLength: 9,
});

Deno.test("every job comes to the end of its serial run, whatever the lanes do", () => {
  fc.assert(
    fc.property(
      jobsOf,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 1e6 }),
      fc.option(fc.integer({ min: 1, max: 99 })),
      (slices, lanes, seed, shuffle) => {
        const { counted } = simulate(slices, lanes, seed, shuffle);
        assert.deepEqual(
          counted,
          slices.map((n, job) => serial(job, n)),
        );
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("one lane runs every job from its first slice to its last, without a guess", () => {
  fc.assert(
    fc.property(jobsOf, (slices) => {
      assert.equal(simulate(slices, 1, 1).guesses, 0);
    }),
  );
});

Deno.test("lanes with a job each do not guess until one is through", () => {
  const jobs = new Jobs({ rows: [[9, 9, 9], [9, 9, 9]], lanes: 2 });
  for (const job of [0, 1]) jobs.begin(job, "a");
  for (const lane of [0, 1]) {
    for (const slice of [0, 1, 2]) {
      const next = jobs.next(lane);
      assert.equal(next?.job, lane);
      assert.equal(next?.slice, slice);
      assert.equal(next?.start.from, slice === 0 ? "beginning" : "last");
    }
  }
});
