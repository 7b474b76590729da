import type { StageIssue } from "../../pipeline/contract/mod.ts";

/** One declared parameter of a strategy. */
export type ParamDescription =
  | {
    readonly type: "int" | "float";
    readonly default: number;
    readonly min?: number;
    readonly max?: number;
  }
  | { readonly type: "bool"; readonly default: boolean }
  | {
    readonly type: "choice";
    readonly default: string;
    readonly choices: readonly string[];
  };

/** What a strategy says of itself once it was loaded with its parameters. */
export interface StrategyDescription {
  readonly params: Readonly<Record<string, ParamDescription>>;
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
