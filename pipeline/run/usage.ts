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
  /** Bytes of its JavaScript heap at the end. */
  readonly heap: number;
  /** The most that it was seen to take. */
  readonly peak_heap: number;
}

export function usageOf(
  watched: readonly Watched[],
  finished: readonly Finished[],
): WorkerUsage[] {
  return watched.map(({ worker, gauges }, index) => ({
    stage: worker.stage,
    copy: worker.copy,
    busy_s: gauges.get("busy") / 1000,
    starved_s: gauges.get("starved") / 1000,
    blocked_s: gauges.get("blocked") / 1000,
    rows: gauges.get("work"),
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

function verdict(
  usage: readonly WorkerUsage[],
  strategies: readonly string[],
  seconds: number,
): string {
  const running = usage.filter(({ stage }) => strategies.includes(stage));
  const others = usage.filter(({ stage }) => !strategies.includes(stage));
  const busy = running.reduce((sum, { busy_s }) => sum + busy_s, 0) /
    running.length;
  if (busy >= 0.7 * seconds) {
    return `Bound by the strategy: its workers were busy ${
      share(busy, seconds)
    } % of the time`;
  }
  const reading = others.toSorted((a, b) => b.busy_s - a.busy_s)[0];
  if (reading && reading.busy_s >= 0.5 * seconds) {
    return `Bound by ${reading.stage}: it was busy ${
      share(reading.busy_s, seconds)
    } % of the time`;
  }
  return "Bound by start-up and by writing results: the run is short";
}

function share(part: number, whole: number): string {
  return (100 * part / whole).toFixed(0);
}
