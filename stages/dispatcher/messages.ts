import type { Fault } from "../../pipeline/contract/mod.ts";
import type { RowRange } from "../../pipeline/link/mod.ts";

/** What a worker tells its dispatcher. */
export type WorkerMessage =
  /** First: the hash of its state before any event, and how far it looks back. */
  | {
    readonly type: "hello";
    readonly initialHash: string;
    /** For each feed of the dispatcher, rows that `warmup: auto` runs. */
    readonly warmupRows: readonly number[];
    /** And before them, nanoseconds of trading time. */
    readonly warmupTime: readonly number[];
  }
  | { readonly type: "ask" }
  | {
    readonly type: "finished";
    readonly slice: number;
    readonly startHash: string;
    readonly endHash: string;
    readonly end: Float64Array;
  }
  /** The strategy threw; `startHash` is empty when the slice could not begin. */
  | {
    readonly type: "failed";
    readonly slice: number;
    readonly startHash: string;
    readonly cause: Fault;
  };

/** What a dispatcher tells a worker that asked. */
export type DispatcherMessage =
  | {
    readonly type: "run";
    readonly slice: number;
    readonly start: WorkerStart;
    /** For each feed of the dispatcher the rows of the slice. */
    readonly rows: readonly (readonly RowRange[])[];
  }
  | { readonly type: "done" };

export type WorkerStart =
  | { readonly from: "beginning" }
  | { readonly from: "last" }
  | { readonly from: "state"; readonly state: Float64Array }
  | {
    readonly from: "guess";
    /** For each feed the rows to warm up with. */
    readonly warmup: readonly (readonly RowRange[])[];
  };
