import type { WorkerUsage } from "./usage.ts";

/** What several workers gained. */
export interface SpeedUp {
  /**
   * About how many times as fast as one worker's this run was: one would have
   * been busy for as long as all of them with what counts, and the rest of the
   * run would have taken its time all the same.
   */
  readonly factor: number;
  /** Why it was little; null where it was not, or with one worker. */
  readonly reason: string | null;
}

export interface RunFacts {
  /** Rows that count. */
  readonly ticks: number;
  readonly slices: number;
  readonly reruns: { readonly slices: number; readonly rows: number };
  /** Seconds while rows flowed. */
  readonly run_s: number;
}

/** Shares of a run from which they are worth a word. */
const SHORT_S = 2;
const LITTLE = 0.65;
const MUCH = 0.5;

/**
 * @param usage of all Workers
 * @param strategies stages that run strategies
 */
export function speedUpOf(
  usage: readonly WorkerUsage[],
  strategies: readonly string[],
  facts: RunFacts,
): SpeedUp {
  const workers = usage.filter(({ stage }) => strategies.includes(stage));
  const busy = workers.map(({ busy_s }) => busy_s);
  const work = workers.reduce((sum, { rows }) => sum + rows, 0);
  const counts = work === 0 ? 0 : Math.min(1, facts.ticks / work);
  const all = busy.reduce((sum, each) => sum + each, 0);
  const serial = facts.run_s - Math.max(...busy) + all * counts;
  const factor = workers.length === 1 ? 1 : serial / facts.run_s;
  const enough = workers.length < 2 || factor >= LITTLE * workers.length;
  return { factor, reason: enough ? null : reasonOf(usage, workers, facts) };
}

function reasonOf(
  usage: readonly WorkerUsage[],
  workers: readonly WorkerUsage[],
  { slices, reruns, run_s }: RunFacts,
): string {
  const longest = Math.max(...workers.map(({ busy_s }) => busy_s));
  if (slices < 2 * workers.length) {
    return "there are few slices: cut finer, with slice: auto, say";
  }
  if (reruns.slices >= MUCH * slices) {
    return "the strategy never forgets, so each slice waits for the one before it";
  }
  if (reruns.slices > 0) {
    return "slices had to be run again: a longer warmup may spare that";
  }
  if (longest < MUCH * run_s && run_s < SHORT_S) {
    return "most of so short a run is start-up and writing results";
  }
  const slowest = usage.filter((each) => !workers.includes(each))
    .toSorted((a, b) => b.busy_s - a.busy_s)[0];
  if (slowest && slowest.busy_s >= MUCH * run_s) {
    return `the workers waited for "${slowest.stage}"`;
  }
  return longest < MUCH * run_s
    ? "the workers waited for each other and for results to be written"
    : "some workers had less to do than others";
}
