import { createHash } from "node:crypto";
import { describeRun, workloadOf } from "../../stages/summary.ts";
import { type Plan, slotMemory } from "../plan/mod.ts";
import type { Loaded } from "./load.ts";
import { speedUpOf } from "./speed_up.ts";
import type { WorkerUsage } from "./usage.ts";

/** What a finished run leaves in `result.json`. */
export interface RunResult {
  readonly digest: string;
  readonly name: string;
  readonly [figure: string]: unknown;
}

export interface Timings {
  /** From the start until rows could flow. */
  readonly prepare_s: number;
  /** While rows flowed, results written. */
  readonly run_s: number;
  /** From the start to the end. */
  readonly elapsed_s: number;
  /** Bytes that the process took at most. */
  readonly peak_memory: number;
}

/** Puts together what the stages that end the graph gave. */
export function resultOf(
  { spec, graph }: Loaded,
  plan: Plan,
  finished: ReadonlyMap<string, unknown>,
  timings: Timings,
  usage: readonly WorkerUsage[],
): RunResult {
  const ends = graph.stages.filter(({ output }) => output === null)
    .map(({ id }) => ({ id, result: finished.get(id) as RunResult }));
  const [first] = ends;
  const ticks = Number(first.result.ticks);
  const workers = plan.stages.find(({ kind }) => kind === "worker")?.copies;
  const account = describeRun(plan, finished);
  const strategies = plan.stages.filter(({ kind }) => kind === "worker")
    .map(({ id }) => id);
  const sweeps = "sweep" in first.result || "walk_forward" in first.result;
  const rows = sweeps ? workloadOf(plan).rows : ticks;
  const facts = { ...account, ticks: rows, run_s: timings.run_s };
  return {
    ...first.result,
    digest: digestOf(ends.map(({ result }) => result)),
    name: spec.name,
    workers,
    ...timings,
    ticks_per_second: Math.round(ticks / timings.run_s),
    slot_memory: slotMemory(plan),
    usage,
    speed_up: speedUpOf(usage, strategies, facts),
    ...account,
    ...(ends.length === 1 ? {} : {
      by_stage: Object.fromEntries(ends.map(({ id, result }) => [id, result])),
    }),
  };
}

/** One digest for all of a run's results, in the order of the pipeline. */
function digestOf(results: readonly RunResult[]): string {
  if (results.length === 1) return results[0].digest;
  const hash = createHash("sha256");
  for (const { digest } of results) hash.update(`${digest}\n`);
  return hash.digest("hex");
}
