import assert from "node:assert/strict";
import fc from "fast-check";
import {
  randomOf,
  type Recipe,
  recipes,
  runAll,
  setupOf,
  spansOf,
  type Tape,
  tapesOf,
} from "./helpers/engine.ts";

/** The same tapes with other times and prices from a time on. */
function poison(
  tapes: readonly Tape[],
  from: number,
  seed: number,
): Tape[] {
  const random = randomOf(seed);
  return tapes.map((tape) => {
    const { kind } = tape;
    const first = tape.time.findIndex((t) =>
      kind === "bars" ? t > from : t >= from
    );
    const edge = first < 0 ? tape.time.length : first;
    const bad = () => {
      const dice = random();
      if (dice < 0.1) return NaN;
      if (dice < 0.2) return -1e12;
      return (random() - 0.3) * 10 ** Math.floor(random() * 15);
    };
    let shift = 0;
    return {
      ...tape,
      time: Float64Array.from(tape.time, (time, row) => {
        if (row < edge) return time;
        shift += Math.floor(random() * 90e9);
        return time + shift;
      }),
      columns: Object.fromEntries(
        Object.entries(tape.columns).map(([name, values]) => [
          name,
          Float64Array.from(values, (value, row) => row < edge ? value : bad()),
        ]),
      ),
    };
  });
}

/** What a strategy saw and did, and what was recorded, up to a time. */
function history(
  recipe: Recipe,
  tapes: readonly Tape[],
  options: { until?: number; cut?: () => number },
) {
  const log: number[] = [];
  const setup = setupOf(recipe, tapes, log);
  const ranges = options.until === undefined
    ? undefined
    : spansOf(tapes, [options.until])[0];
  let record: ReturnType<typeof runAll>["record"] | null = null;
  try {
    ({ record } = runAll(setup, { ranges, cut: options.cut }));
  } catch (error) {
    // A position of NaN contracts is refused; that is the poison's future.
    assert.ok(error instanceof RangeError);
  }
  return { log, record };
}

function assertBegins(whole: ArrayLike<number>, start: ArrayLike<number>) {
  assert.ok(whole.length >= start.length);
  for (let i = 0; i < start.length; i++) {
    assert.ok(Object.is(whole[i], start[i]), `${i}: ${whole[i]}, ${start[i]}`);
  }
}

Deno.test("garbage after a moment changes nothing before it", () => {
  let logged = 0;
  let filled = 0;
  const cases = fc.record({
    recipe: recipes,
    seed: fc.integer({ min: 1, max: 1e6 }),
    fraction: fc.double({ min: 0, max: 1, noNaN: true }),
    rows: fc.constantFrom(1, 7, 100, 100_000),
  });
  fc.assert(
    fc.property(cases, ({ recipe, seed, fraction, rows }) => {
      const tapes = tapesOf(recipe, 500, seed);
      const row = Math.floor(fraction * 499);
      const until = Number(tapes[0].time[row]);
      const known = history(recipe, tapes, { until });
      const bad = poison(tapes, until, seed);
      const future = history(recipe, bad, { cut: () => rows });
      assert.ok(known.record);
      logged += known.log.length;
      assertBegins(future.log, known.log);
      if (future.record === null) return;
      const { fills } = known.record;
      filled += fills.time.length;
      for (const name of Object.keys(fills) as (keyof typeof fills)[]) {
        assertBegins(future.record.fills[name], fills[name]);
      }
      // The last sample of the shorter run is that of its end.
      for (const name of ["time", "value", "exposure"] as const) {
        assertBegins(
          future.record.equity[name],
          known.record.equity[name].slice(0, -1),
        );
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(
    logged > 10_000 && filled > 1000,
    "the strategies hardly did a thing",
  );
});

Deno.test("garbage after each row of a day, one after the other", () => {
  const recipe: Recipe = {
    fast: 3,
    slow: 10,
    average: "ema",
    chance: 0.2,
    hold: 0,
    size: "ring",
    by: "orders",
    fills: { model: "touch" },
    latency: "none",
    positions: "average",
    onFill: "chase",
    beside: "bars of NQ",
    flatBefore: 5 * 60e9,
    slippageTicks: 1,
  };
  const tapes = tapesOf(recipe, 160, 21);
  for (let row = 0; row < 160; row++) {
    const until = Number(tapes[0].time[row]);
    const known = history(recipe, tapes, { until });
    const future = history(recipe, poison(tapes, until, row), {
      cut: () => 1 + row % 9,
    });
    assertBegins(future.log, known.log);
  }
});
