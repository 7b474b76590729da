import type { Fault } from "../../pipeline/contract/mod.ts";
import type { RowRange } from "../../pipeline/link/mod.ts";
import type { Attempt, Meeting } from "./schedule.ts";

/** What a worker tells its dispatcher. */
export type WorkerMessage =
  /** First: the hash of its state before any event, and how far it looks back. */
  | {
    readonly type: "hello";
    /** Null in a sweep: the bundles are not known yet. */
    readonly initialHash: string | null;
    /** In a sweep, into how many bundles its sets may be divided. */
    readonly most?: number;
    /** Whether there must be as many. */
    readonly all?: boolean;
    /** The parts of event time that are run, each from flat; absent: all in one. */
    readonly segments?: readonly RowRange[];
    /** For each feed of the dispatcher, rows that `warmup: auto` runs. */
    readonly warmupRows: readonly number[];
    /** And before them, nanoseconds of trading time. */
    readonly warmupTime: readonly number[];
  }
  | { readonly type: "ask" }
  | {
    readonly type: "finished";
    readonly job: number;
    readonly initialHash: string;
    readonly piece: Attempt;
    /** Rows of the piece, all feeds together. */
    readonly rows: number;
    /** The worker has done what it was given. */
    readonly through: boolean;
  }
  /** The strategy threw; `startHash` is empty when the slice could not begin. */
  | {
    readonly type: "failed";
    readonly job: number;
    readonly initialHash: string;
    readonly slice: number;
    /** The piece's first edge. */
    readonly from: number;
    readonly startHash: string;
    readonly cause: Fault;
  };

/** A worker's first message. */
export type Hello = Extract<WorkerMessage, { readonly type: "hello" }>;

/** What a dispatcher tells a worker that asked. */
export type DispatcherMessage =
  | {
    readonly type: "run";
    /** In a sweep: which of how many bundles. */
    readonly job: number;
    readonly jobs: number;
    readonly slice: number;
    /** What ends with the slice. */
    readonly ends: "run" | "segment" | null;
    readonly start: WorkerStart;
    /** For each piece of the slice the rows of each feed of the dispatcher. */
    readonly pieces: readonly (readonly (readonly RowRange[])[])[];
  }
  | { readonly type: "done" };

export type WorkerStart =
  | { readonly from: "beginning" }
  /** Flat, before the first event at a time, indicators brought up by rows. */
  | {
    readonly from: "warm";
    readonly at: number;
    readonly warmup: readonly (readonly RowRange[])[];
  }
  | { readonly from: "last" }
  | {
    readonly from: "state";
    readonly state: Float64Array;
    readonly known: readonly Meeting[];
  }
  | {
    readonly from: "guess";
    /** For each feed the rows to warm up with. */
    readonly warmup: readonly (readonly RowRange[])[];
  };
