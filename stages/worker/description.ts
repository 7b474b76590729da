import type { CompiledInput, ParamSpec } from "../../engine/host.ts";
import type { Fault, StageIssue } from "../../pipeline/contract/mod.ts";
import type { ParamSet } from "../sweep/sets.ts";

/** What a strategy says of itself once it was loaded with its parameters. */
export interface StrategyDescription {
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** Problems with the given parameters; paths count from the stage's mapping. */
  readonly issues: readonly StageIssue[];
  readonly inputs: readonly StrategyInput[];
  /** Rows of each input after which all indicators have forgotten their start. */
  readonly warmup_rows: number;
  /** The sets of a sweep. */
  readonly sweep?: DescribedSweep;
}

export interface DescribedSweep {
  readonly sets: readonly DescribedSet[];
  /** For each input how far any of the sets looks back. */
  readonly memory: readonly InputMemory[];
  /** The strategy keeps memory outside of its state: sets must run one by one. */
  readonly alone: boolean;
}

export interface DescribedSet {
  readonly params: ParamSet;
  /** Why it cannot run: its indicators could not be declared. */
  readonly fault: Fault | null;
}

/** How far a strategy looks back on an input. */
export interface InputMemory {
  readonly rows: number;
  /** Nanoseconds. */
  readonly time: number;
}

export function memoryOf({ memory, memoryTime }: CompiledInput["graph"]) {
  return { rows: memory, time: memoryTime };
}

export interface StrategyInput {
  /** Null: the strategy has one input and does not name it. */
  readonly name: string | null;
  /** Columns that its indicators read, beside `time`. */
  readonly columns: readonly string[];
  readonly stamp: "event" | "close" | "any";
}
