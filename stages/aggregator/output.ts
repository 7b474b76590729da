import { createHash, type Hash } from "node:crypto";
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { SliceRecord } from "../../engine/broker/ledger.ts";
import type { Column } from "./column.ts";
import type { Figures } from "./figures.ts";
import { ParquetFile } from "./parquet.ts";
import type { RunTables } from "./run_tables.ts";
import { type TableContext, TABLES } from "./tables.ts";

/** Rows that are turned into the form of a file at a time. */
const GROUP = 65_536;

type Rows = Readonly<Record<string, Float64Array>>;

/**
 * Writes the files of a run; each appears whole, and none before all are
 * written. No file is ever in memory as a whole.
 *
 * @param directory null: nothing is written
 * @param orders rows of all orders, part by part
 * @returns what names the rows: equal runs have equal ones
 */
export function writeTables(
  directory: string | null,
  { record, trades, daily }: RunTables,
  orders: Iterable<SliceRecord["ended"]>,
  context: TableContext,
): string[] {
  const files: TableFile[] = [];
  const write = <R extends Rows>(
    name: keyof typeof TABLES,
    columnsOf: (rows: R, context: TableContext) => Column[],
    parts: Iterable<R>,
  ) => {
    const file = new TableFile(
      directory === null ? null : join(directory, `${name}.parquet`),
    );
    files.push(file);
    for (const part of parts) {
      for (const rows of groupsOf(part)) file.append(columnsOf(rows, context));
    }
    file.finish();
  };
  try {
    write("fills", TABLES.fills, [record.fills]);
    write("orders", TABLES.orders, orders);
    write("trades", TABLES.trades, [trades]);
    write("equity", TABLES.equity, [record.equity]);
    write("daily", TABLES.daily, [daily]);
    for (const file of files) file.publish();
  } catch (error) {
    for (const file of files) file.abandon();
    throw error;
  }
  return files.flatMap(({ hashes }) => hashes);
}

/** Writes a file of a few rows. */
export function writeTable(path: string, columns: readonly Column[]): void {
  const file = new TableFile(path);
  try {
    file.append(columns);
    file.finish();
    file.publish();
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** SHA-256 over all tables and the figures: equal runs have equal digests. */
export function digestOf(tables: readonly string[], figures: Figures): string {
  const hash = createHash("sha256");
  for (const line of tables) hash.update(`${line}\n`);
  hash.update(JSON.stringify(figures));
  return hash.digest("hex");
}

/** At most {@link GROUP} rows each, one group where there are none. */
function* groupsOf<R extends Rows>(rows: R): Generator<R> {
  const names = Object.keys(rows);
  const { length } = rows[names[0]];
  for (let from = 0; from === 0 || from < length; from += GROUP) {
    if (length <= GROUP) yield rows;
    else {
      const entries = names.map((name) => [
        name,
        rows[name].subarray(from, from + GROUP),
      ]);
      yield Object.fromEntries(entries) as R;
    }
  }
}

/** A file in the making, and a hash of each of its columns. */
class TableFile {
  readonly #path: string | null;
  #columns: readonly Column[] = [];
  #file: ParquetFile | null = null;
  #hashes: readonly Hash[] = [];
  #rows = 0;

  constructor(path: string | null) {
    this.#path = path;
  }

  append(columns: readonly Column[]): void {
    if (this.#hashes.length === 0) {
      this.#columns = columns;
      this.#hashes = columns.map(() => createHash("sha256"));
      if (this.#path !== null) {
        this.#file = new ParquetFile(`${this.#path}.part`, columns);
      }
    }
    this.#file?.append(columns);
    for (const [c, column] of columns.entries()) {
      const data = "codes" in column ? column.codes : column.data;
      const { buffer, byteOffset, byteLength } = data;
      this.#hashes[c].update(new Uint8Array(buffer, byteOffset, byteLength));
      if (c === 0) this.#rows += data.length;
    }
  }

  finish(): void {
    this.#file?.finish();
  }

  publish(): void {
    if (this.#file) renameSync(`${this.#path}.part`, `${this.#path}`);
  }

  abandon(): void {
    this.#file?.close();
    if (this.#file) rmSync(`${this.#path}.part`, { force: true });
  }

  /** A line a column: its name, rows, labels, and the hash of its values. */
  get hashes(): string[] {
    return this.#columns.map((column, c) => {
      const labels = "labels" in column ? column.labels.join(",") : "";
      const hash = this.#hashes[c].digest("hex");
      return `${column.name} ${this.#rows} ${labels} ${hash}`;
    });
  }
}
