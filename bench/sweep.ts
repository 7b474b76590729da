/**
 * What does a sweep cost beside one run for each of its sets?
 *
 * `deno task bench:sweep [ROUNDS]` runs `sma_cross` with 100 sets of parameters
 * (10 fast × 10 slow) over 10 million trades in memory, on one core, warm, in
 * slices as a worker does; then a few of the sets one by one, whose median is
 * multiplied by 100. Prints parameter-ticks a second of processor time and the
 * ratio. Every set that was run alone must have left the same fills and equity.
 */
import process from "node:process";
import {
  type CompiledStrategy,
  compileStrategy,
  isStrategy,
  Runner,
  type SliceRecord,
  SweepRunner,
} from "../engine/host.ts";
import smaCross from "../strategies/sma_cross.ts";
import { machine, median } from "./harness.ts";
import { readTape, runOf, type Tape, twice } from "./tape.ts";

const ROUNDS = Number(Deno.args[0] ?? 5);
const BATCH = 65_536;
const SLICE = 4 * BATCH;

const OPTIONS = runOf(["price"]);

/** Sets that trade often, and ten times as slow ones that trade seldom. */
const GRIDS = { often: gridOf(10), seldom: gridOf(100) };

function gridOf(step: number): { fast: number; slow: number }[] {
  return Array.from({ length: 100 }, (_, i) => ({
    fast: step + step * (i % 10),
    slow: 20 * (step + step * Math.floor(i / 10)),
  }));
}

type Set = (typeof GRIDS)["often"][number];

/** Runs the tape slice by slice; gives what each slice left. */
function runSlices<T>(runner: {
  record(on: boolean): void;
  advance(): number;
  supply: Runner["supply"];
  take(): T;
}, { time, price }: Tape): T[] {
  const left: T[] = [];
  for (let begin = 0; begin < time.length; begin += SLICE) {
    const end = Math.min(time.length, begin + SLICE);
    runner.record(true);
    for (let from = begin; runner.advance() >= 0; from += BATCH) {
      const to = Math.min(end, from + BATCH);
      runner.supply(
        0,
        from >= end ? null : {
          time: time.subarray(from, to),
          columns: [price.subarray(from, to)],
          from: 0,
          to: to - from,
          ordinal: from,
        },
      );
    }
    left.push(runner.take());
  }
  return left;
}

function compiled(
  params: Set,
  beside?: CompiledStrategy,
): CompiledStrategy {
  if (!isStrategy(smaCross)) throw new TypeError("Cannot run: no strategy");
  const { compiled } = compileStrategy(smaCross, params, beside);
  if (!compiled) throw new TypeError("Cannot run: bad parameters");
  return compiled;
}

function alone(set: Set, tape: Tape): SliceRecord[] {
  return runSlices(
    new Runner({ ...OPTIONS, strategy: compiled(set) }),
    tape,
  );
}

/** What sets of interest left, by index; the others are let go. */
function together(
  sets: readonly Set[],
  tape: Tape,
  keep: readonly number[],
): ReadonlyMap<number, SliceRecord[]> {
  const first = compiled(sets[0]);
  const strategies = sets.map((set, i) =>
    i === 0 ? first : compiled(set, first)
  );
  const runner = new SweepRunner({ ...OPTIONS, strategies });
  const kept = new Map(keep.map((set) => [set, [] as SliceRecord[]]));
  runSlices({
    record: (on) => runner.record(on),
    advance: () => runner.advance(),
    supply: (feed, batch) => runner.supply(feed, batch),
    take() {
      const outcomes = runner.take();
      for (const [set, records] of kept) {
        const outcome = outcomes[set];
        if (outcome === null || !("record" in outcome)) {
          throw new Error(`Cannot go on: set ${set} failed`);
        }
        records.push(outcome.record);
      }
    },
  }, tape);
  return kept;
}

function seconds(job: () => unknown): number {
  const begun = process.cpuUsage();
  job();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}

function same(a: readonly SliceRecord[], b: readonly SliceRecord[]): boolean {
  return a.every((record, slice) =>
    (["fills", "equity"] as const).every((table) =>
      Object.entries(record[table]).every(([name, column]) => {
        const other = b[slice][table][name as "time"];
        return column.length === other.length &&
          column.every((value, i) => Object.is(value, other[i]));
      })
    )
  );
}

const tape = twice(readTape());
const ticks = tape.time.length;
const some = [0, 33, 66, 99];
console.log(`${machine(ROUNDS)}; ${ticks} ticks, processor time`);
for (const [name, sets] of Object.entries(GRIDS)) {
  const kept = together(sets, tape, some);
  let fills = 0;
  for (const [set, records] of kept) {
    if (!same(records, alone(sets[set], tape))) {
      throw new Error(`Cannot compare: set ${set} alone has another result`);
    }
    fills += records.reduce((sum, { fills }) => sum + fills.time.length, 0);
  }
  const times = { alone: [] as number[], together: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const set of some) {
      times.alone.push(seconds(() => alone(sets[set], tape)));
    }
    times.together.push(seconds(() => together(sets, tape, [])));
  }
  const one = median(times.alone);
  const all = median(times.together);
  const rate = (sets: number, s: number) => (sets * ticks / s / 1e6).toFixed(1);
  console.log(
    `100 sets of sma_cross that trade ${name}, about ${
      Math.round(fills / some.length)
    } fills each:`,
  );
  console.log(
    `  alone    ${one.toFixed(2)} s a set, ${
      (100 * one).toFixed(1)
    } s for 100 (multiplied), ${rate(1, one)} M parameter-ticks/s`,
  );
  console.log(
    `  together ${all.toFixed(2)} s for 100, ${
      rate(100, all)
    } M parameter-ticks/s: ${(100 * one / all).toFixed(2)} times as cheap`,
  );
}
