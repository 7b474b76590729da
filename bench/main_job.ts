/**
 * How fast is the main job, end to end, beside a loop written by hand?
 *
 * `deno task bench [ROUNDS]` runs `main_job.yaml` (the main job without
 * flat-at-close, store warm) in fresh processes, in turn with the hand-written
 * loop of `loops.ts` over the same prices in memory, and prints medians with
 * all raw values. Fills and profit of both must agree.
 */
import { cpus, loadavg } from "node:os";
import type { LoopResult } from "./loops.ts";

const ROUNDS = Number(Deno.args[0] ?? 7);
const CONFIG = "bench/main_job.yaml";
const DENO = Deno.execPath();
const FLAGS = ["run", "--quiet", "--allow-all", "--unstable-worker-options"];

interface RunFigures {
  readonly ticks: number;
  readonly fills: number;
  readonly net_profit: number;
  readonly run_s: number;
  readonly elapsed_s: number;
  readonly digest: string;
}

async function json<T>(args: readonly string[]): Promise<T> {
  const { success, stdout, stderr } = await new Deno.Command(DENO, {
    args: [...FLAGS, ...args],
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

const OUT = `runs/.bench-${Deno.pid}`;

async function run(workers: number): Promise<RunFigures> {
  await Deno.remove(OUT, { recursive: true }).catch(() => {});
  return await json([
    "main.ts",
    "run",
    CONFIG,
    "--json",
    "--workers",
    String(workers),
    "--out",
    OUT,
  ]);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
}

function show(name: string, seconds: readonly number[], ticks: number): void {
  const typical = median(seconds);
  const raw = seconds.map((s) => (s * 1000).toFixed(0)).join(" ");
  const rate = (ticks / typical / 1e6).toFixed(1).padStart(7);
  console.log(
    `${name.padEnd(34)} ${
      (typical * 1000).toFixed(1).padStart(8)
    } ms ${rate} M ticks/s   raw ms: ${raw}`,
  );
}

await run(1);
const plan = JSON.parse(Deno.readTextFileSync(`${OUT}/plan.json`));
const directory: string = plan.stages[0].prepared.table.directory;

const loops: LoopResult[] = [];
const runs: Record<1 | 2, RunFigures[]> = { 1: [], 2: [] };
const variants = [
  async () => loops.push(await json(["bench/loops.ts", directory])),
  async () => runs[1].push(await run(1)),
  async () => runs[2].push(await run(2)),
];
for (let round = 0; round < ROUNDS; round++) {
  const order = round % 2 === 0 ? variants : variants.toReversed();
  for (const variant of order) await variant();
}

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

const load = loadavg().map((value) => value.toFixed(2)).join(" ");
console.log(
  `${cpus().length} × ${cpus()[0].model}, load ${load}, ${ROUNDS} rounds`,
);
console.log(
  `${loop.ticks} ticks, ${loop.fills} fills, profit ${
    loop.profit.toFixed(2)
  }\n`,
);
const hand = loops.map(({ ms }) => ms / 1000);
show("hand-written loop, in memory", hand, loop.ticks);
for (const workers of [1, 2] as const) {
  const figures = runs[workers];
  const label = `${workers} worker${workers === 1 ? "" : "s"}`;
  const flow = figures.map(({ run_s }) => run_s);
  show(`run, ${label}: rows to results`, flow, loop.ticks);
  const whole = figures.map(({ elapsed_s }) => elapsed_s);
  show(`run, ${label}: whole process`, whole, loop.ticks);
  console.log(
    `  ratio to the loop: ${
      (median(hand) / median(flow)).toFixed(3)
    } rows to results, ${
      (median(hand) / median(whole)).toFixed(3)
    } whole process\n`,
  );
}
await Deno.remove(OUT, { recursive: true });
