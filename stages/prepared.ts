import type {
  AccountSpec,
  Instrument,
  SimulationSpec,
} from "../engine/host.ts";
import type { Window } from "./sweep/windows.ts";
import type { DescribedSweep } from "./worker/description.ts";
import type { TableRef } from "../formats/table.ts";
import type { LaneNeed, RowRange } from "../pipeline/link/mod.ts";

/** What the preparation of a stage whose output is a table gives. */
export interface PreparedTable {
  readonly stage: string;
  readonly instrument: string;
  /** Columns beside `time`. */
  readonly columns: readonly string[];
  readonly stamp: "event" | "close";
  /** The store already had it. */
  readonly cached: boolean;
  /** Null: not made yet, when only looking. */
  readonly table: TableFacts | null;
}

export interface TableFacts extends TableRef {
  readonly rows: number;
  /** Epoch nanoseconds, decimal; null in an empty table. */
  readonly first: string | null;
  readonly last: string | null;
  /** Hash of the rows: the same for the same data anywhere. */
  readonly content: string;
  readonly synthetic: boolean;
  /** Rows that the source had, and those that were turned away, by reason. */
  readonly read: number;
  readonly rejected: Readonly<Record<string, number>>;
  /** Rows of the source outside the loader's period. */
  readonly outside: number;
  /** File of the rows that were turned away and kept; null: none were kept. */
  readonly quarantine: string | null;
}

/** What the preparation of a dispatcher gives: all slices of a run. */
export interface PreparedSlices {
  /** Epoch nanoseconds of the run's time 0, decimal. */
  readonly origin: string;
  readonly feeds: readonly PreparedTable[];
  /** Sessions that hold rows; times in ns since the origin. */
  readonly sessions: readonly SessionSpan[];
  /** Trade dates of sessions between the first row and the last without any. */
  readonly empty: readonly string[];
  readonly slices: readonly Slice[];
  /** Rows outside every session, by feed. */
  readonly filtered: readonly number[];
  readonly warmup: string;
}

export interface SessionSpan {
  /** Trade date. */
  readonly date: string;
  readonly open: number;
  readonly close: number;
}

/** A contiguous span of event time that one worker runs. */
export interface Slice {
  /** Trading time that it covers, in order: ns since the origin, `[from, to)`. */
  readonly spans: readonly RowRange[];
  /** For each feed its rows, in order. */
  readonly rows: readonly (readonly RowRange[])[];
}

/** What the preparation of a worker gives. */
export interface PreparedWorker {
  readonly stage: string;
  readonly lanes: readonly LaneNeed[];
  /** URL of the strategy's module, and a hash of its code. */
  readonly strategy: string;
  readonly code: string;
  readonly feeds: readonly WorkerFeed[];
  readonly origin: string;
  readonly sessions: readonly SessionSpan[];
  /** Rows of each slice, all feeds together. */
  readonly sliceRows: readonly number[];
  /** First and last time of any row, ns since the origin; null without rows. */
  readonly span: readonly [first: number, last: number] | null;
  readonly instruments: readonly Instrument[];
  readonly simulation: SimulationSpec;
  readonly account: AccountSpec;
  /** Present when the worker sweeps over sets of parameters. */
  readonly sweep?: PreparedSweep;
}

/** The sets of a sweep, and what is asked of them. */
export interface PreparedSweep extends DescribedSweep {
  readonly objective: string;
  readonly keep: "best" | "all" | "none";
  /** Present when the best set is chosen window by window. */
  readonly walk?: PreparedWalkForward;
}

export interface PreparedWalkForward {
  readonly windows: readonly Window[];
  /**
   * Rows of each slice, all feeds together, of each segment: the training and
   * the test of each window in turn.
   */
  readonly sliceRows: readonly (readonly number[])[];
}

export interface WorkerFeed {
  readonly stage: string;
  /** Index among the feeds of the dispatcher. */
  readonly source: number;
  readonly kind: "trades" | "quotes" | "bars";
  /** Index into `instruments`. */
  readonly instrument: number;
  readonly columns: readonly string[];
}

/** The parts of a plan that tell people of it. */
export interface PlanView {
  readonly stages: readonly {
    readonly id: string;
    readonly kind: string;
    readonly copies: number;
    readonly prepared: unknown;
  }[];
}

/** Rows in all ranges. */
export function rowsIn(ranges: readonly RowRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}
