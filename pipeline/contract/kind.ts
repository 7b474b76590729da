import type { z } from "zod";
import type { Issue } from "./issue.ts";

/**
 * The three forms of what travels along an edge.
 * `table`: ticks or bars at rest, readable by rows from anywhere.
 * `slices`: spans of event time, each to be run by one worker.
 * `results`: what running slices gave.
 */
export type Form = "table" | "slices" | "results";

/** The type of an edge: a form and the columns that it carries. */
export type EdgeType =
  | TableType
  | { readonly form: "slices"; readonly feeds: readonly TableType[] }
  | {
    readonly form: "results";
    /** Names of the instruments that were traded. */
    readonly instruments: readonly string[];
  };

export interface TableType {
  readonly form: "table";
  /** The stage that makes the table. */
  readonly stage: string;
  readonly instrument: string;
  /** Names of the columns beside `time`. */
  readonly columns: readonly string[];
  /** `event`: a row happened at its time. `close`: it is known from its time on. */
  readonly stamp: "event" | "close";
}

/** An issue found inside one stage: `path` counts from the stage's own mapping. */
export type StageIssue = Pick<Issue, "code" | "path" | "message" | "hint">;

/** What a kind may look at when it works out the type of its output. */
export interface DescribeContext {
  readonly id: string;
  readonly inputs: readonly EdgeType[];
  /** The pipeline's other sections, such as `instruments`. */
  readonly sections: Readonly<Record<string, unknown>>;
  /** What the stage's own module said of itself, when it has one. */
  readonly module?: unknown;
}

export interface Described {
  readonly output: EdgeType | null;
  readonly issues: readonly StageIssue[];
}

/** Directories of a run, relative to the working directory. */
export interface Places {
  readonly store: string;
  readonly out: string;
}

/** Paths that a Worker may read and write; it may do nothing else. */
export interface Access {
  readonly read: readonly (string | URL)[];
  readonly write: readonly (string | URL)[];
}

/**
 * One kind of stage, as the compiler sees it. The code that runs lives in
 * `entry`, a module for a Deno Worker.
 */
export interface StageKind<Config = unknown> {
  readonly kind: string;
  /** One line for `--help` and for the editor's hover text. */
  readonly summary: string;
  /** The stage's keys beside `kind` and `from`. Strict: unknown keys are issues. */
  readonly config: z.ZodType<Config>;
  readonly inputs: {
    readonly form: Form | null;
    readonly min: number;
    readonly max: number;
  };
  readonly output: Form | null;
  /**
   * It only decides who reads what: its consumers get a wire to each of its
   * inputs, so that rows do not pass through it.
   */
  readonly direct?: boolean;
  readonly entry: URL;
  /**
   * The user's own code: the module that the stage loads, as written in YAML,
   * or the key that holds it. The stage's Worker is asked what it needs.
   */
  module?(config: Config): { path: string; key: string } | undefined;
  /** What its Workers may touch. Everything, when absent. */
  access?(config: Config, places: Places): Access;
  /** How many Workers run the stage; `"auto"` is one a core. 1 when absent. */
  copies?(config: Config): number | "auto";
  /** Runs in the main process: pure, no I/O. */
  describe(config: Config, context: DescribeContext): Described;
}

/** All kinds, and the sections of a pipeline file that belong to the market. */
export interface Registry {
  readonly kinds: Readonly<Record<string, StageKind>>;
  /** The kind behind `kind: ./path/to/module.ts`. */
  readonly custom: StageKind;
  /** Zod schemas of further top-level keys, such as `instruments`. */
  readonly sections: Readonly<Record<string, z.ZodType>>;
}
