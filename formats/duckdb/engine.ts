/** Which DuckDB runs SQL. */
export type EngineName = "native" | "wasm";

export interface EngineOptions {
  /** Bytes that DuckDB may use. */
  readonly memory: number;
  /** Directory where it may spill what does not fit; wasm cannot. */
  readonly temporary?: string | undefined;
}

export interface ResultColumn {
  readonly name: string;
  /** Type as DuckDB writes it. */
  readonly type: string;
}

/** Rows of the table `ticks`: arrays of the same length. */
export interface SqlRows {
  readonly bar: Int32Array;
  /** Nanoseconds since the epoch. */
  readonly time: BigInt64Array;
  /** In the order of the columns that the table was made with. */
  readonly columns: readonly Float64Array[];
}

/** Piece of a result: one array a column; null where SQL says NULL. */
export type SqlPiece = readonly (readonly (number | bigint | null)[])[];

/**
 * A DuckDB with one table, `ticks`: `bar` INTEGER, `time` BIGINT, and columns
 * of DOUBLE. It runs on one thread and keeps rows in the order in which they
 * came, so a sum adds in that order and has the same bits on every run. It
 * reaches no file and no network.
 *
 * Errors are DuckDB's own.
 */
export interface SqlEngine extends AsyncDisposable {
  readonly name: EngineName;
  /** Makes `ticks` anew, empty. */
  reset(columns: readonly string[]): Promise<void>;
  /** Appends the rows `[from, until)`. */
  append(rows: SqlRows, from: number, until: number): Promise<void>;
  /** Names and types of a query's columns. */
  describe(sql: string): Promise<ResultColumn[]>;
  /** Runs a query whose columns are DOUBLE or BIGINT. */
  query(sql: string): AsyncIterable<SqlPiece>;
}

/** Settings of both engines after an engine's own; the last one keeps SQL from changing them. */
export function settingsOf(
  { memory, temporary }: EngineOptions,
  own: readonly string[] = [],
): string[] {
  return [
    ...own,
    "SET threads = 1",
    `SET memory_limit = '${Math.floor(memory)}B'`,
    ...(temporary === undefined
      ? []
      : [`SET temp_directory = '${temporary.replaceAll("'", "''")}'`]),
    "SET preserve_insertion_order = true",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
  ];
}

/** `CREATE OR REPLACE TABLE ticks …`. */
export function createTicks(columns: readonly string[]): string {
  const doubles = columns.map((name) => `${quoted(name)} DOUBLE`);
  return `CREATE OR REPLACE TEMP TABLE ticks (${
    ["bar INTEGER", '"time" BIGINT', ...doubles].join(", ")
  })`;
}

/** A name as an SQL identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
