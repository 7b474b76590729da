import type { Fault } from "../contract/mod.ts";
import type { LogRecord } from "./log.ts";
import type { LinkKind } from "./open_link.ts";
import type { CpuProfile } from "./profile.ts";
import type { SlotMemory } from "./slots.ts";

/** Settings of the whole run that stages may look at. */
export interface RunSettings {
  readonly seed: number;
  /** Bytes. */
  readonly memory: number;
  readonly batch_rows: number;
  /** What the wires between Workers are made of. */
  readonly link: LinkKind;
  readonly store: string;
  readonly on_bad_tick: { readonly policy: string; readonly max: number };
  /**
   * Hand slices out in an order of this seed instead of in spans: a test of
   * exactness, since nearly every slice then begins from a guess.
   */
  readonly shuffle: number | null;
}

/** A stage as its Worker gets to know it. Everything is plain data. */
export interface StageTask {
  readonly id: string;
  readonly config: unknown;
  readonly sections: Readonly<Record<string, unknown>>;
  readonly run: RunSettings;
}

/** What one end of a wire gets. */
export interface WireEnd {
  /** `rows`: a table's rows travel on it. Else the other end is upstream or downstream. */
  readonly role: "rows" | "upstream" | "downstream";
  /** The stage at the other end, and which of its Workers. */
  readonly stage: string;
  readonly copy: number;
  readonly port: MessagePort;
  /** The lane's memory, on a wire of rows. */
  readonly memory?: SlotMemory;
}

/** Supervisor to Worker. */
export type Command =
  | { readonly type: "describe"; readonly task: StageTask }
  | {
    readonly type: "prepare";
    readonly task: StageTask;
    /** What each input's own preparation gave, in the order of `from`. */
    readonly inputs: readonly unknown[];
    /** Look, but make nothing. */
    readonly dry: boolean;
  }
  | {
    readonly type: "flow";
    readonly task: StageTask;
    readonly copy: number;
    readonly prepared: unknown;
    readonly wires: readonly WireEnd[];
    readonly gauges: { buffer: SharedArrayBuffer; index: number };
    /** Where the stage's results go. */
    readonly directory: string;
    /** The run's journal of finished work. */
    readonly journal: string;
    /** Take a CPU profile. */
    readonly profile: boolean;
  }
  | { readonly type: "abort" }
  /** Asks for a sign of life; `heard` records of its log have arrived. */
  | { readonly type: "ping"; readonly heard: number };

/** Worker to supervisor. */
export type Report =
  | { readonly type: "described"; readonly value: unknown }
  | { readonly type: "prepared"; readonly value: unknown }
  | { readonly type: "finished"; readonly value: Finished }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "notice"; readonly text: string }
  | { readonly type: "log"; readonly record: LogRecord }
  /** Bytes of its JavaScript heap and of what hangs on it. */
  | { readonly type: "pong"; readonly heap: number }
  | { readonly type: "failed"; readonly fault: Fault };

/** What a Worker leaves when its flow is over. */
export interface Finished {
  readonly value: unknown;
  readonly profile?: CpuProfile;
  /** Bytes of its JavaScript heap at the end. */
  readonly heap: number;
}

/** How far a preparation has come. */
export interface Progress {
  readonly activity: string;
  readonly rows: number;
  /** 0 to 1, when it is known. */
  readonly fraction?: number;
}

/** What the preparation of a stage that reads tables says of its lanes. */
export interface LaneNeed {
  /** The stage whose table is read. */
  readonly stage: string;
  /** Columns beside `time`. */
  readonly columns: readonly string[];
  /** Epoch nanoseconds, decimal, from which times in the slots count. */
  readonly origin: string;
  /** Rows that a slot must hold. */
  readonly rows: number;
}

/** The part of a preparation that the compiler itself looks at. */
export interface Prepared {
  readonly lanes?: readonly LaneNeed[];
}
