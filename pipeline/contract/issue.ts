/** What can be wrong with a pipeline file, as data. Text is made last. */
export interface Issue {
  readonly code: IssueCode;
  /** Keys from the document's root, for example `["stages", "ticks", "from"]`. */
  readonly path: readonly (string | number)[];
  /** `Cannot X: current value is Y`. Sentence case, no final period. */
  readonly message: string;
  /** The way out, when one is known: `did you mean "ticks"?`. */
  readonly hint?: string;
  /** Where in the text; filled in by whoever holds the text. */
  readonly position?: Position;
}

/** A place in a pipeline file. Lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters the caret underlines. */
  readonly length: number;
}

/** The closed list of codes. Tests assert these and the position. */
export type IssueCode =
  | "yaml_syntax"
  | "yaml_limit"
  | "duplicate_key"
  | "missing_key"
  | "unknown_key"
  | "wrong_type"
  | "bad_value"
  | "bad_override"
  | "missing_variable"
  | "unknown_kind"
  | "unknown_input"
  | "unknown_instrument"
  | "duplicate_input"
  | "no_input"
  | "too_many_inputs"
  | "no_consumer"
  | "cycle"
  | "type_mismatch"
  | "missing_column"
  | "bad_module"
  | "bad_param"
  | "hidden_state"
  | "forbidden"
  | "memory_too_small"
  | "no_stages";
