/**
 * How fast is the main job, end to end, beside a loop written by hand?
 *
 * `deno task bench [ROUNDS]` runs `main_job.yaml` (the main job without
 * flat-at-close, store warm) in fresh processes, in turn with the hand-written
 * loop of `loops.ts` over the same prices in memory, and prints medians with
 * all raw values. Fills and profit of both must agree.
 */
import {
  interleave,
  json,
  line,
  machine,
  median,
  run,
  type RunFigures,
} from "./harness.ts";
import type { LoopResult } from "./loops.ts";

const ROUNDS = Number(Deno.args[0] ?? 7);
const CONFIG = "bench/main_job.yaml";

const { plan } = await run(CONFIG);
const directory: string = JSON.parse(plan).stages[0].prepared.table.directory;

const loops: LoopResult[] = [];
const runs: Record<1 | 2, RunFigures[]> = { 1: [], 2: [] };
await interleave(ROUNDS, [
  async () => void loops.push(await json(["bench/loops.ts", directory])),
  async () => void runs[1].push(await run(CONFIG, "--workers", "1")),
  async () => void runs[2].push(await run(CONFIG, "--workers", "2")),
]);

const [loop] = loops;
for (const { fills, net_profit, digest } of [...runs[1], ...runs[2]]) {
  const agrees = fills === loop.fills &&
    Math.abs(net_profit - loop.profit) < 0.005 &&
    digest === runs[1][0].digest;
  if (!agrees) {
    throw new Error(
      `Cannot compare: the run has ${fills} fills and ${net_profit}, the loop ${loop.fills} and ${loop.profit}`,
    );
  }
}

console.log(machine(ROUNDS));
console.log(
  `${loop.ticks} ticks, ${loop.fills} fills, profit ${
    loop.profit.toFixed(2)
  }\n`,
);
const hand = loops.map(({ ms }) => ms / 1000);
console.log(line("hand-written loop, in memory", hand, loop.ticks));
for (const workers of [1, 2] as const) {
  const figures = runs[workers];
  const label = `run, ${workers} worker${workers === 1 ? "" : "s"}`;
  const flow = figures.map(({ run_s }) => run_s);
  const whole = figures.map(({ elapsed_s }) => elapsed_s);
  console.log(line(`${label}: rows to results`, flow, loop.ticks));
  console.log(line(`${label}: whole process`, whole, loop.ticks));
  console.log(
    `  ratio to the loop: ${
      (median(hand) / median(flow)).toFixed(3)
    } rows to results, ${
      (median(hand) / median(whole)).toFixed(3)
    } whole process\n`,
  );
}
