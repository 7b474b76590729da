/** Codes of {@link FormatError}: those of a run's faults that data can cause. */
export type FormatCode =
  | "source_not_found"
  | "bad_data"
  | "corrupt_file"
  | "corrupt_store"
  | "too_many_bad_ticks"
  | "store_write"
  | "interrupted";

export interface FormatErrorFields {
  readonly code: FormatCode;
  /** `Cannot X: current value is Y`. */
  readonly message: string;
  readonly file?: string;
  /** Line in `file`, from 1. */
  readonly line?: number;
  /** Byte offset in `file`. */
  readonly offset?: number;
  /** The way out, when one is known. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** What is wrong with a source or with the store, as data. */
export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly code: FormatCode;
  readonly file?: string;
  readonly line?: number;
  readonly offset?: number;
  readonly hint?: string;

  constructor(
    { code, message, file, line, offset, hint, cause }: FormatErrorFields,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (file !== undefined) this.file = file;
    if (line !== undefined) this.line = line;
    if (offset !== undefined) this.offset = offset;
    if (hint !== undefined) this.hint = hint;
  }
}

/** Throws `interrupted` when the signal was raised. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new FormatError({
    code: "interrupted",
    message: "Cannot go on: the work was interrupted",
    cause: signal.reason,
  });
}
