import { join } from "node:path";
import type { FinishedRun } from "./finished_run.ts";
import { firstRow, type RowDifference } from "./first_row.ts";
import { flat, type InputChange, inputChanges } from "./inputs.ts";

/** How two runs stand to each other. */
export interface Comparison {
  /** The same fills, orders, trades, equity and figures, to the last bit. */
  readonly same: boolean;
  readonly a: RunName;
  readonly b: RunName;
  readonly inputs: readonly InputChange[];
  /** Figures that differ, by name. */
  readonly figures: Readonly<Record<string, FigureChange>>;
  readonly stages: readonly StageDifference[];
}

export interface RunName {
  readonly directory: string;
  readonly digest: string;
}

export interface FigureChange {
  readonly a: number | null;
  readonly b: number | null;
}

/** The first rows in which what an aggregator left differs; null: none does. */
export interface StageDifference {
  /** Id of the aggregator of the first run. */
  readonly stage: string;
  readonly fills: RowDifference | null;
  readonly orders: RowDifference | null;
  readonly trades: RowDifference | null;
  readonly equity: RowDifference | null;
}

/** What a run is measured by, and not what it came to. */
const NOT_RESULTS = [
  "prepare_s",
  "run_s",
  "elapsed_s",
  "ticks_per_second",
  "slot_memory",
  "peak_memory",
  "workers",
  "recalled",
  "speed_up",
  "reruns",
  "usage",
  "data",
  "by_stage",
  "log",
];

export async function compareRuns(
  a: FinishedRun,
  b: FinishedRun,
): Promise<Comparison> {
  const same = a.digest === b.digest;
  const stages = same ? [] : await Promise.all(
    pairsOf(a, b).map(async ({ stage, left, right }) => ({
      stage,
      fills: await firstRow(left, right, "fills"),
      orders: await firstRow(left, right, "orders"),
      trades: await firstRow(left, right, "trades"),
      equity: await firstRow(left, right, "equity"),
    })),
  );
  return {
    same,
    a: { directory: a.directory, digest: a.digest },
    b: { directory: b.directory, digest: b.digest },
    inputs: inputChanges(a, b),
    figures: figureChanges(a.result, b.result),
    stages,
  };
}

function figureChanges(
  a: FinishedRun["result"],
  b: FinishedRun["result"],
): Comparison["figures"] {
  const [left, right] = [a, b].map((result) => numbersOf(result));
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  const entries = [...names].filter((name) => left[name] !== right[name])
    .map((name) => [
      name,
      { a: left[name] ?? null, b: right[name] ?? null },
    ]);
  return Object.fromEntries(entries);
}

/** Numbers of a result by their path, as `metrics.risk.omega`. */
function numbersOf(
  result: FinishedRun["result"],
): Record<string, number | null> {
  const own = Object.entries(result).filter(([key]) =>
    !NOT_RESULTS.includes(key)
  );
  const entries = Object.entries(flat(Object.fromEntries(own)))
    .filter(([, text]) => text === "null" || /^-?\d[\d.e+-]*$/.test(text))
    .map(([name, text]) => [name, text === "null" ? null : Number(text)]);
  return Object.fromEntries(entries);
}

/** Directories that belong together: aggregators of one id, else the first. */
function pairsOf(
  a: FinishedRun,
  b: FinishedRun,
): { stage: string; left: string; right: string }[] {
  const [left, right] = [a, b].map(endsOf);
  const common = [...left.keys()].filter((stage) => right.has(stage));
  if (common.length > 0) {
    return common.map((stage) => ({
      stage,
      left: left.get(stage)!,
      right: right.get(stage)!,
    }));
  }
  const [[stage, one]] = left;
  const [[, two]] = right;
  return [{ stage, left: one, right: two }];
}

function endsOf({ directory, plan }: FinishedRun): Map<string, string> {
  const ids = plan.stages.filter(({ kind }) => kind === "aggregator")
    .map(({ id }) => id);
  return new Map(
    ids.map((id) => [id, ids.length < 2 ? directory : join(directory, id)]),
  );
}
