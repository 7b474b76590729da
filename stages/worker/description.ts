import type { ParamSpec } from "../../engine/host.ts";
import type { StageIssue } from "../../pipeline/contract/mod.ts";

/** What a strategy says of itself once it was loaded with its parameters. */
export interface StrategyDescription {
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** Problems with the given parameters; paths count from the stage's mapping. */
  readonly issues: readonly StageIssue[];
  readonly inputs: readonly StrategyInput[];
  /** Rows of each input after which all indicators have forgotten their start. */
  readonly warmup_rows: number;
}

export interface StrategyInput {
  /** Null: the strategy has one input and does not name it. */
  readonly name: string | null;
  /** Columns that its indicators read, beside `time`. */
  readonly columns: readonly string[];
  readonly stamp: "event" | "close" | "any";
}
