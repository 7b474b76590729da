import { createHash } from "node:crypto";
import { join } from "node:path";
import type { SliceRecord } from "../../../engine/host.ts";
import type { PreparedSweep, PreparedWalkForward } from "../../prepared.ts";
import type { ParamSet } from "../../sweep/sets.ts";
import type { Segment } from "../../sweep/windows.ts";
import { writeTable } from "../output.ts";
import {
  outcomeOf,
  type OutcomeOptions,
  type RunFacts,
  type RunOutcome,
} from "../run_outcome.ts";
import type { BundleResults } from "./bundle_results.ts";
import { errorText, type RankedRow, rankRows } from "./leaderboard.ts";
import { objectiveOf } from "./objective.ts";
import { wholeOf } from "./whole_run.ts";
import { windowColumns } from "./window_columns.ts";

/** A set in one window: what it came to on the training and on the test. */
export interface WindowRow {
  readonly window: number;
  readonly set: number;
  /** By the objective on the training: 1 is chosen. */
  readonly rank: number;
  readonly params: ParamSet;
  readonly train: SideFigures;
  readonly test: SideFigures;
}

export interface SideFigures {
  readonly objective: number | null;
  readonly net_profit: number | null;
  readonly trades: number | null;
  readonly error: string;
}

/** A window of the walk, as `result.json` has it. */
export interface WalkWindow {
  /** Trade dates of the first and the last session. */
  readonly train: readonly [string, string];
  readonly test: readonly [string, string];
  /** Null when no set had an objective, or the chosen one failed on the test. */
  readonly set: number | null;
  readonly params: ParamSet | null;
  readonly train_objective: number | null;
  readonly test_objective: number | null;
  /** Test over training; null unless the latter is above 0. */
  readonly efficiency: number | null;
  readonly net_profit: number | null;
  readonly trades: number | null;
  readonly error: string | null;
}

/** The part of `result.json` that tells of a walk forward. */
export interface WalkForwardResult {
  readonly objective: string;
  readonly sets: number;
  readonly windows: readonly WalkWindow[];
  /** Mean test objective over mean training objective, where that is above 0. */
  readonly efficiency: number | null;
  /** Windows whose test objective was above 0, as a part of all. */
  readonly consistency: number | null;
}

export interface ConcludeWalk {
  readonly sweep: PreparedSweep;
  readonly walk: PreparedWalkForward;
  /** Of each segment: training and test of each window in turn. */
  readonly results: BundleResults;
  readonly facts: RunFacts;
  readonly options: OutcomeOptions;
  readonly directory: string;
  /** What else is worked out of the run of all tests. */
  histories(outcome: RunOutcome): Promise<object>;
  beat(): void;
}

/**
 * Chooses in each window the best set on its training, and puts what the chosen
 * ones did on their tests together as one run. Leaves `windows.parquet` with a
 * row a window and set, and the files of the run of all tests.
 */
export async function concludeWalk(conclude: ConcludeWalk): Promise<object> {
  const { sweep, walk, facts, options, directory } = conclude;
  const rows: WindowRow[] = [];
  const windows: WalkWindow[] = [];
  const chosen: { segment: number; records: readonly SliceRecord[] }[] = [];
  const hash = createHash("sha256");
  for (const [w, window] of walk.windows.entries()) {
    const trained = await runsOf(conclude, 2 * w);
    const tested = new Map(
      (await runsOf(conclude, 2 * w + 1)).map((row) => [row.set, row]),
    );
    for (const row of trained) {
      rows.push(windowRow(w, row, tested.get(row.set)!));
    }
    const [best] = trained;
    const test = tested.get(best.set)!;
    const able = best.objective !== null && test.fault === null;
    hash.update(
      `${JSON.stringify(best.params)} ${best.digest} ${test.digest}\n`,
    );
    if (able) {
      const left = conclude.results.read(placeOf(sweep, best.set), 2 * w + 1);
      if ("records" in left) chosen.push({ segment: 2 * w + 1, ...left });
    }
    windows.push({
      train: datesOf(facts, window.train),
      test: datesOf(facts, window.test),
      set: able ? best.set : null,
      params: able ? best.params : null,
      train_objective: best.objective,
      test_objective: able ? test.objective : null,
      efficiency: ratio(able ? test.objective : null, best.objective),
      net_profit: able ? test.figures?.net_profit ?? null : null,
      trades: able ? test.figures?.trades ?? null : null,
      error: test.fault ? errorText(test.fault) : null,
    });
  }
  const tested = testFacts(facts, walk, chosen.map(({ segment }) => segment));
  const all = outcomeOf(
    wholeOf(chosen.flatMap(({ records }) => records), facts, options),
    tested,
    options,
    directory,
  );
  writeTable(join(directory, "windows.parquet"), windowColumns(rows));
  const told: WalkForwardResult = {
    objective: sweep.objective,
    sets: sweep.sets.length,
    windows,
    efficiency: ratio(
      mean(windows.map(({ test_objective }) => test_objective)),
      mean(windows.map(({ train_objective }) => train_objective)),
    ),
    consistency: mean(
      windows.map(({ test_objective }) =>
        test_objective === null ? null : Number(test_objective > 0)
      ),
    ),
  };
  const digest = hash.update(all.digest).digest("hex");
  return {
    digest,
    ...all.figures,
    metrics: all.metrics(),
    ...await conclude.histories(all),
    walk_forward: told,
  };
}

/** Every set over one segment, the best first. */
async function runsOf(
  { sweep, walk, results, facts, options, beat }: ConcludeWalk,
  segment: number,
): Promise<RankedRow[]> {
  const objective = objectiveOf(sweep.objective);
  const own = segmentFacts(facts, walk, segment);
  const rows = sweep.sets.map(({ params, fault }, set) => {
    const failed = {
      set,
      params,
      objective: null,
      figures: null,
      digest: null,
      fault,
    };
    if (fault !== null) return failed;
    const left = results.read(placeOf(sweep, set), segment);
    if ("fault" in left) return { ...failed, fault: left.fault };
    const run = wholeOf(left.records, own, options);
    const { digest, figures } = outcomeOf(run, own, options, null);
    beat();
    const value = objective(figures);
    return { set, params, objective: value, figures, digest, fault: null };
  });
  // Lets go of the thread, so that others hear of it.
  await new Promise((resolve) => setTimeout(resolve, 0));
  return rankRows(rows);
}

/** The place of a set among those that can run. */
function placeOf({ sets }: PreparedSweep, set: number): number {
  return sets.slice(0, set).filter(({ fault }) => fault === null).length;
}

function segmentOf({ windows }: PreparedWalkForward, segment: number): Segment {
  const { train, test } = windows[segment >> 1];
  return segment % 2 === 0 ? train : test;
}

function segmentFacts(
  facts: RunFacts,
  walk: PreparedWalkForward,
  segment: number,
): RunFacts {
  const { first, last, from, to } = segmentOf(walk, segment);
  return {
    ...facts,
    span: [from, to],
    sessions: facts.sessions.slice(first, last),
    sliceRows: walk.sliceRows[segment],
  };
}

/** The facts of the tests of some windows, one after the other. */
function testFacts(
  facts: RunFacts,
  walk: PreparedWalkForward,
  segments: readonly number[],
): RunFacts {
  const each = segments.map((segment) => segmentFacts(facts, walk, segment));
  const sessions = each.flatMap(({ sessions }) => sessions);
  return {
    ...facts,
    span: sessions.length === 0
      ? null
      : [sessions[0].open, sessions[sessions.length - 1].close],
    sessions,
    sliceRows: each.flatMap(({ sliceRows }) => sliceRows),
  };
}

function datesOf(
  { sessions }: RunFacts,
  { first, last }: Segment,
): [string, string] {
  return [sessions[first].date, sessions[last - 1].date];
}

function windowRow(
  window: number,
  train: RankedRow,
  test: RankedRow,
): WindowRow {
  const { set, rank, params } = train;
  return {
    window,
    set,
    rank,
    params,
    train: sideOf(train),
    test: sideOf(test),
  };
}

function sideOf({ objective, figures, fault }: RankedRow): SideFigures {
  return {
    objective,
    net_profit: figures?.net_profit ?? null,
    trades: figures?.trades ?? null,
    error: fault === null ? "" : errorText(fault),
  };
}

function ratio(test: number | null, train: number | null): number | null {
  return test !== null && train !== null && train > 0 ? test / train : null;
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
