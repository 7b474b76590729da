import type { Finished } from "../link/mod.ts";
import type { Watched } from "./flow.ts";
import { bytes } from "./format.ts";

/** What one Worker did with the time of a run. */
export interface WorkerUsage {
  readonly stage: string;
  readonly copy: number;
  /** Seconds at work, waiting for input, waiting for free slots. */
  readonly busy_s: number;
  readonly starved_s: number;
  readonly blocked_s: number;
  /** Rows that it worked on, warm-up and re-runs included. */
  readonly rows: number;
  /** Seconds after which it was through. */
  readonly done_s: number;
  /** Bytes of its JavaScript heap at the end. */
  readonly heap: number;
  /** The most that it was seen to take. */
  readonly peak_heap: number;
}

export function usageOf(
  watched: readonly Watched[],
  finished: readonly (Finished & { readonly done_s: number })[],
): WorkerUsage[] {
  return watched.map(({ worker, gauges }, index) => ({
    stage: worker.stage,
    copy: worker.copy,
    busy_s: gauges.get("busy") / 1000,
    starved_s: gauges.get("starved") / 1000,
    blocked_s: gauges.get("blocked") / 1000,
    rows: gauges.get("work"),
    done_s: finished[index].done_s,
    heap: finished[index].heap,
    peak_heap: Math.max(worker.peakHeap, finished[index].heap),
  }));
}

/**
 * The time of a run by Worker, as a table, and one line on what it was bound
 * by.
 *
 * @param strategies stages that run strategies
 * @param seconds how long rows flowed
 */
export function usageText(
  usage: readonly WorkerUsage[],
  strategies: readonly string[],
  seconds: number,
): string {
  const rows = usage.map(({ stage, copy, ...use }) => {
    const parts = [use.busy_s, use.starved_s, use.blocked_s].map((part) =>
      `${share(part, seconds)} %`.padStart(9)
    );
    return `  ${`${stage}[${copy}]`.padEnd(18)}${parts.join("")}${
      bytes(use.peak_heap).padStart(11)
    }`;
  });
  const head = `  ${"worker".padEnd(18)}${"busy".padStart(9)}${
    "no input".padStart(9)
  }${"no slot".padStart(9)}${"peak heap".padStart(11)}`;
  return [head, ...rows, `  ${verdict(usage, strategies, seconds)}`].join("\n");
}

/** From this share of the time on, something is what a run waits for. */
const MOST = 0.5;

function verdict(
  usage: readonly WorkerUsage[],
  strategies: readonly string[],
  seconds: number,
): string {
  const running = usage.filter(({ stage }) => strategies.includes(stage));
  const others = usage.filter(({ stage }) => !strategies.includes(stage));
  const mean = (of: (use: WorkerUsage) => number) =>
    running.reduce((sum, use) => sum + of(use), 0) / running.length;
  const busy = mean(({ busy_s }) => busy_s);
  if (busy >= MOST * seconds) {
    return `Bound by the strategy: its workers were busy ${
      share(busy, seconds)
    } % of the time`;
  }
  const reading = others.toSorted((a, b) => b.busy_s - a.busy_s)[0];
  if (reading && reading.busy_s >= MOST * seconds) {
    return `Bound by ${reading.stage}: it was busy ${
      share(reading.busy_s, seconds)
    } % of the time`;
  }
  const writing = seconds - Math.max(...running.map(({ done_s }) => done_s));
  if (writing >= MOST * seconds) {
    return `Bound by writing results: that was ${
      share(writing, seconds)
    } % of the time`;
  }
  const starved = mean(({ starved_s }) => starved_s);
  if (starved >= MOST * seconds) {
    return `Bound by waiting: the strategy's workers had no input ${
      share(starved, seconds)
    } % of the time, and nobody was busy with it`;
  }
  return `Bound by no one thing: the strategy's workers were busy ${
    share(busy, seconds)
  } % of the time, ${share(starved, seconds)} % they had no input`;
}

function share(part: number, whole: number): string {
  return (100 * part / whole).toFixed(0);
}
