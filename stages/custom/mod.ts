/** What a module for `kind: ./my_stage.ts` imports. */

/** One row of the input: its columns by name. The same object for every row. */
export interface Row {
  /** Event time, nanoseconds since the epoch. */
  readonly timeNs: bigint;
  readonly [column: string]: number | bigint;
}

/** Passes a row on at the time of the row at hand; give every output column. */
export type Emit = (row: Readonly<Record<string, number | bigint>>) => void;

/** Sees the rows in order, each once. What it remembers between them is its own. */
export type OnRow = (row: Row, emit: Emit) => void;

export interface Transform {
  /** Columns of the input that it reads. All of them when absent. */
  readonly reads?: readonly string[];
  /** Begins a pass over the whole table. */
  begin(params: Readonly<Record<string, unknown>>): OnRow;
}

const MARK = Symbol.for("breakwater.transform");

/**
 * Declares a stage that makes one table of another: the default export of a
 * module that a pipeline names as a stage's kind.
 *
 * It runs once, over all rows in order; what it emits is kept in the store, so
 * slices do not change it and a second run pays nothing.
 *
 * @example
 * export default transform({
 *   begin() {
 *     let last = NaN;
 *     return (row, emit) => {
 *       if (row.price !== last) emit(row);
 *       last = Number(row.price);
 *     };
 *   },
 * });
 */
export function transform(definition: Transform): Transform {
  return Object.assign(definition, { [MARK]: true });
}

/** Whether a module's default export came from {@link transform}. */
export function isTransform(value: unknown): value is Transform {
  return typeof value === "object" && value !== null && MARK in value;
}
