import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { type Fault, FaultError } from "../../../pipeline/contract/mod.ts";
import type { PreparedSweep } from "../../prepared.ts";
import type { Figures } from "../figures.ts";
import { writeTable } from "../output.ts";
import {
  outcomeOf,
  type OutcomeOptions,
  type RunFacts,
  type RunOutcome,
} from "../run_outcome.ts";
import type { BundleResults } from "./bundle_results.ts";
import { judge, type Judgement } from "./judge.ts";
import {
  digestOfSets,
  type RankedRow,
  rankRows,
  type SetRow,
} from "./leaderboard.ts";
import { objectiveOf } from "./objective.ts";
import { sweepColumns } from "./sweep_columns.ts";
import { wholeOf } from "./whole_run.ts";

/** The part of `result.json` that tells of a sweep. */
export interface SweepResult {
  readonly sets: number;
  readonly failed: number;
  readonly objective: string;
  /** The first ten, the one in the middle and the last of those that ended. */
  readonly top: readonly SweepEntry[];
  readonly median: SweepEntry;
  readonly worst: SweepEntry;
  /** The first that failed, in the order of the sweep. */
  readonly first_error: Fault | null;
  readonly overfitting: Judgement;
}

/** A set of the leaderboard. */
export interface SweepEntry extends Omit<RankedRow, "fault"> {
  readonly figures: Figures;
}

export interface ConcludeSweep {
  readonly sweep: PreparedSweep;
  readonly results: BundleResults;
  readonly facts: RunFacts;
  readonly options: OutcomeOptions;
  /** Where files go. */
  readonly directory: string;
  /** What else is worked out of the best set. */
  histories(outcome: RunOutcome): Promise<object>;
  /** Called after each set, so that nobody takes the work for a standstill. */
  beat(): void;
}

const TOP = 10;

/**
 * Works out every set, ranks them, and leaves `sweep.parquet` with a row a set
 * and the files of the best one.
 *
 * @throws FaultError of the first set when all have failed
 */
export async function concludeSweep(
  { sweep, results, facts, options, directory, histories, beat }: ConcludeSweep,
): Promise<object> {
  const objective = objectiveOf(sweep.objective);
  const rows: SetRow[] = [];
  const returns = new Map<number, Float64Array>();
  let able = 0;
  for (const [set, { params, fault }] of sweep.sets.entries()) {
    const left = fault === null ? results.read(able++) : { fault };
    if ("fault" in left) {
      rows.push({ ...failedRow(set, params), fault: left.fault });
      continue;
    }
    const place = sweep.keep === "all" ? join(directory, `sets/${set}`) : null;
    if (place !== null) mkdirSync(place, { recursive: true });
    const outcome = outcomeOf(
      wholeOf(left.records, facts, options),
      facts,
      options,
      place,
    );
    const { digest, figures } = outcome;
    const value = objective(figures);
    rows.push({ set, params, objective: value, figures, digest, fault: null });
    returns.set(set, outcome.returns);
    beat();
    // Lets go of the thread, so that others hear of it.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const ranked = rankRows(rows);
  writeTable(join(directory, "sweep.parquet"), sweepColumns(ranked));
  const ended = ranked.filter((row): row is RankedRow & SweepEntry =>
    row.figures !== null
  );
  if (ended.length === 0) throw allFailed(rows);
  const [best] = ended;
  const place = sweep.sets.slice(0, best.set)
    .filter(({ fault }) => fault === null).length;
  const left = results.read(place);
  const outcome = "records" in left
    ? outcomeOf(
      wholeOf(left.records, facts, options),
      facts,
      options,
      sweep.keep === "none" ? null : directory,
    )
    : null;
  const told: SweepResult = {
    sets: rows.length,
    failed: rows.length - ended.length,
    objective: sweep.objective,
    top: ended.slice(0, TOP).map(entryOf),
    median: entryOf(ended[(ended.length - 1) >> 1]),
    worst: entryOf(ended[ended.length - 1]),
    first_error: rows.find(({ fault }) => fault !== null)?.fault ?? null,
    overfitting: judge(ranked, returns, options.annualisation),
  };
  return {
    digest: digestOfSets(rows),
    ...best.figures,
    metrics: outcome?.metrics() ?? null,
    ...(outcome === null ? {} : await histories(outcome)),
    sweep: told,
  };
}

function failedRow(set: number, params: SetRow["params"]) {
  return { set, params, objective: null, figures: null, digest: null };
}

function entryOf({ fault: _, ...row }: RankedRow & SweepEntry): SweepEntry {
  return row;
}

function allFailed(rows: readonly SetRow[]): FaultError {
  const fault = rows[0].fault!;
  return new FaultError({
    ...fault,
    message:
      `Cannot rank the sweep: all of its ${rows.length} sets failed, the first with "${fault.message}"`,
    hint: "sweep.parquet in the run directory has the error of each set",
  });
}
