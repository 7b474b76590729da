/**
 * How fast does the engine run a strategy beside a loop written by hand?
 *
 * `deno task bench:strategies [ROUNDS]` runs `sma_cross` and `hft15` in the
 * Runner over the sample's 5 million trades in memory, on one core, warm, in
 * turn with hand-written loops that do the same arithmetic; prints ticks a
 * second of processor time (medians, so that what else runs matters less) and
 * ratios. Fills must be as many and profit the same.
 */
import process from "node:process";
import { compileStrategy, isStrategy, Runner } from "../engine/host.ts";
import hft15Strategy from "../strategies/hft15.ts";
import smaCrossStrategy from "../strategies/sma_cross.ts";
import { interleave, median } from "./harness.ts";
import { hft15 } from "./hft15_loop.ts";
import { type LoopResult, smaCross } from "./loops.ts";
import { readTape, runOf, type Tape } from "./tape.ts";

type Outcome = Omit<LoopResult, "ms">;

const ROUNDS = Number(Deno.args[0] ?? 7);
const BATCH = 65_536;
const SMA = { fast: 50, slow: 500 };
const HFT = { fast: 50, slow: 1000, enter: 11, least: 2 };

/** One whole run in the engine. */
function runEngine(
  definition: object,
  params: Readonly<Record<string, unknown>>,
  columns: readonly (keyof Tape)[],
  tape: Tape,
): Outcome {
  if (!isStrategy(definition)) throw new TypeError("Cannot run: no strategy");
  const { compiled } = compileStrategy(definition, params);
  if (!compiled) throw new TypeError("Cannot run: bad parameters");
  const rows = tape.time.length;
  const runner = new Runner({
    strategy: compiled,
    ...runOf(columns),
  });
  runner.record(true);
  for (let from = 0; runner.advance() >= 0; from += BATCH) {
    const to = Math.min(rows, from + BATCH);
    const batch = from >= rows ? null : {
      time: tape.time.subarray(from, to),
      columns: columns.map((name) => tape[name].subarray(from, to)),
      from: 0,
      to: to - from,
      ordinal: from,
    };
    runner.supply(0, batch);
  }
  runner.sampleNow();
  const { fills, equity, ticks } = runner.take();
  const last = equity.time.length - 1;
  const profit = equity.value[last] - equity.commission[last];
  return { ticks, fills: fills.time.length, profit };
}

const tape = readTape();
const JOBS = [
  {
    name: "sma_cross",
    engine: () => runEngine(smaCrossStrategy, SMA, ["price"], tape),
    loop: () => smaCross(tape.price, SMA.fast, SMA.slow),
  },
  {
    name: "hft15",
    engine: () => runEngine(hft15Strategy, HFT, ["price", "size"], tape),
    loop: () => hft15(tape.price, tape.size, HFT),
  },
];

for (const { name, engine, loop } of JOBS) {
  const times = { engine: [] as number[], loop: [] as number[] };
  const outcomes = { engine: engine(), loop: loop() };
  const { fills, profit } = outcomes.loop;
  if (
    outcomes.engine.fills !== fills ||
    Math.abs(outcomes.engine.profit - profit) > 0.005
  ) {
    throw new Error(
      `Cannot compare ${name}: the engine has ${outcomes.engine.fills} fills and ${outcomes.engine.profit}, the loop ${fills} and ${profit}`,
    );
  }
  const clock = (into: number[], job: () => unknown) => () => {
    const begun = process.cpuUsage();
    job();
    const { user, system } = process.cpuUsage(begun);
    into.push((user + system) / 1e6);
    return Promise.resolve();
  };
  await interleave(ROUNDS, [
    clock(times.engine, engine),
    clock(times.loop, loop),
  ]);
  const rate = (seconds: number[]) =>
    (tape.time.length / median(seconds) / 1e6).toFixed(1);
  const ratio = (median(times.loop) / median(times.engine)).toFixed(2);
  console.log(
    `${name}: ${fills} fills, profit ${profit.toFixed(2)}; engine ${
      rate(times.engine)
    } M ticks/s, loop ${rate(times.loop)} M ticks/s, ratio ${ratio}`,
  );
}
