import { NoRunError } from "./no_run_error.ts";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Facts, Feed, Result, Run, RunInstrument } from "./run.ts";
import { readHistories } from "./histories.ts";
import { readSweep } from "./sweep.ts";
import { readWalk } from "./walk.ts";
import { readDaily, readEquity, readFills, readTrades } from "./tables.ts";

/** The parts of `plan.json` that are read here. */
interface Plan {
  readonly program: string;
  readonly name: string;
  readonly run: { readonly seed: number };
  readonly sections: {
    readonly account: { readonly capital: number; readonly currency: string };
  };
  readonly stages: readonly PlanStage[];
}

interface PlanStage {
  readonly id: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly prepared: Readonly<Record<string, unknown>>;
}

interface PreparedWorker {
  readonly strategy: string;
  readonly code: string;
  readonly origin: string;
  readonly sessions: readonly { date: string; open: number; close: number }[];
  readonly instruments: readonly RunInstrument[];
  readonly feeds: readonly {
    readonly stage: string;
    readonly kind: Feed["kind"];
    readonly instrument: number;
  }[];
}

interface PreparedTable {
  readonly table: {
    readonly directory: string;
    readonly rows: number;
    /** Epoch nanoseconds, decimal. */
    readonly first: string | null;
    readonly last: string | null;
  };
}

/** Aggregators of a finished run: what there is a report for. */
export interface Reportable {
  readonly stage: string;
  /** Where its files lie, and its report will. */
  readonly directory: string;
  /** The configuration of the aggregator. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * The aggregators of a run directory.
 *
 * @throws NoRunError when `directory` holds no finished run
 */
export function reportable(directory: string): Reportable[] {
  const plan = readJson<Plan>(directory, "plan.json");
  readJson(directory, "result.json");
  const ends = plan.stages.filter(({ kind }) => kind === "aggregator");
  return ends.map(({ id, config }) => ({
    stage: id,
    config,
    directory: ends.length < 2 ? directory : join(directory, id),
  }));
}

/**
 * Reads what a run left, for one of its aggregators.
 *
 * @throws NoRunError when something is missing
 */
export async function readRun(
  directory: string,
  { stage, directory: own }: Reportable,
  version: string,
): Promise<Run> {
  const plan = readJson<Plan>(directory, "plan.json");
  const whole = readJson<Result>(directory, "result.json");
  const byStage = whole.by_stage as Record<string, Result> | undefined;
  const result = byStage === undefined
    ? whole
    : { ...whole, ...byStage[stage] };
  const aggregator = stageOf(plan, stage);
  const worker = stageOf(plan, String(aggregator.prepared.worker))
    .prepared as unknown as PreparedWorker;
  const origin = BigInt(worker.origin);
  const { capital, currency } = plan.sections.account;
  const names = worker.instruments.map(({ symbol }) => symbol);
  // A sweep may keep no files of its best set.
  const kept = existsSync(join(own, "fills.parquet")) ||
    result.sweep === undefined;
  const file = (name: string) => kept ? must(join(own, name)) : null;
  return {
    name: plan.name,
    stage: byStage === undefined ? null : stage,
    result,
    yaml: readText(directory, "config.yaml"),
    facts: factsOf(directory, plan, worker, version),
    origin: Number(origin / 1000n),
    sessions: worker.sessions.map(({ date, open, close }) => ({
      date,
      open: open / 1000,
      close: close / 1000,
    })),
    capital,
    currency,
    annualisation: Number(aggregator.config.annualisation),
    instruments: worker.instruments,
    feeds: worker.feeds.map(({ stage, kind, instrument }) => {
      const { table } = stageOf(plan, stage)
        .prepared as unknown as PreparedTable;
      const { directory, rows, first, last } = table;
      const since = (ns: string | null) =>
        ns === null ? null : Number((BigInt(ns) - origin) / 1000n);
      return {
        stage,
        kind,
        instrument,
        directory,
        rows,
        first: since(first),
        last: since(last),
      };
    }),
    kept,
    fills: await readFills(file("fills.parquet"), origin, names),
    trades: await readTrades(file("trades.parquet"), origin, names),
    daily: await readDaily(file("daily.parquet"), origin),
    equity: await readEquity(file("equity.parquet"), origin),
    histories: await readHistories(join(own, "monte_carlo.parquet"), result),
    walk: await readWalk(join(own, "windows.parquet"), result),
    sweep: await readSweep(join(own, "sweep.parquet"), result),
  };
}

function factsOf(
  directory: string,
  { program, run }: Plan,
  { strategy, code }: PreparedWorker,
  version: string,
): Facts {
  const { mtime } = statSync(join(directory, "result.json"));
  return {
    version,
    program,
    strategy: strategy.replace(/^.*\/(?=strategies\/|[^/]*$)/, ""),
    code,
    seed: run.seed,
    finished: mtime.toISOString(),
  };
}

function stageOf({ stages }: Plan, id: string): PlanStage {
  const found = stages.find((stage) => stage.id === id);
  if (found) return found;
  throw new NoRunError(`plan.json has no stage "${id}"`);
}

function must(path: string): string {
  if (existsSync(path)) return path;
  throw new NoRunError(`it has no ${path}`);
}

function readText(directory: string, name: string): string {
  return readFileSync(must(join(directory, name)), "utf8");
}

function readJson<T>(directory: string, name: string): T {
  const path = join(directory, name);
  if (!existsSync(path)) throw new NoRunError(`it has no ${name}`);
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new NoRunError(`${name} is not JSON`);
  }
}
