import { dirname, join } from "node:path";
import { FormatError } from "../error.ts";
import {
  type Batch,
  BATCH_ROWS,
  type Partition,
  type Quality,
  type TableManifest,
  type TableRef,
  type TableSource,
} from "../table.ts";
import type { ArrowFile } from "./arrow_file.ts";
import { makeDirectory, type Making, removeStale } from "./making.ts";
import { contentOf, MANIFEST, readManifest } from "./manifest.ts";
import {
  dateOf,
  DAY_NS,
  dayOf,
  firstDisorder,
  isoOf,
  lowerBoundIn,
} from "./time.ts";

export interface TableWriterOptions {
  /** Directory of the store; made when absent. */
  readonly store: string;
  readonly key: string;
  readonly instrument: string;
  /** Columns beside `time`, in file order. */
  readonly columns: readonly string[];
  readonly stamp: "event" | "close";
  readonly source: TableSource;
}

/** A table that is complete and in its place. */
export type StoredTable = TableRef & { readonly manifest: TableManifest };

/**
 * Makes a table in a temporary directory and moves it into place when whole.
 * Holds one batch in memory. End with {@link publish} or {@link abort}.
 */
export class TableWriter {
  readonly #options: TableWriterOptions;
  readonly #Arrow: typeof ArrowFile;
  readonly #making: Making;
  readonly #time = new BigInt64Array(BATCH_ROWS);
  readonly #values: Float64Array[];
  readonly #partitions: Partition[] = [];
  #open:
    | { file: ArrowFile; path: string; firstRow: number; batches: Batch[] }
    | undefined;
  #dayEnd: bigint | undefined;
  #pending = 0;
  #rows = 0;
  #last: bigint | undefined;

  private constructor(options: TableWriterOptions, Arrow: typeof ArrowFile) {
    this.#options = options;
    this.#Arrow = Arrow;
    this.#values = options.columns.map(() => new Float64Array(BATCH_ROWS));
    this.#making = makeDirectory(options.store, options.key);
  }

  static async create(options: TableWriterOptions): Promise<TableWriter> {
    const { ArrowFile } = await import("./arrow_file.ts");
    removeStale(options.store);
    return new TableWriter(options, ArrowFile);
  }

  /** The temporary directory, for what is to stand beside the table's files. */
  get directory(): string {
    return this.#making.directory;
  }

  /** Rows appended so far. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Appends rows. `columns` are in the order of the options; `time` is
   * nanoseconds since the epoch and never falls, within a call or between two.
   * The arrays are copied.
   */
  append(
    columns: readonly Float64Array[],
    time: BigInt64Array<ArrayBuffer>,
    rows: number,
  ): void {
    if (rows === 0) return;
    this.#checkOrder(time, rows);
    for (let at = 0; at < rows;) {
      if (this.#dayEnd === undefined || time[at] >= this.#dayEnd) {
        this.#nextDay(time[at]);
      }
      const dayEnd = this.#dayEnd as bigint;
      const until = time[rows - 1] < dayEnd
        ? rows
        : lowerBoundIn(time, dayEnd, at, rows);
      const count = Math.min(until - at, BATCH_ROWS - this.#pending);
      this.#time.set(time.subarray(at, at + count), this.#pending);
      for (let c = 0; c < columns.length; c++) {
        this.#values[c].set(columns[c].subarray(at, at + count), this.#pending);
      }
      this.#pending += count;
      this.#rows += count;
      at += count;
      if (this.#pending === BATCH_ROWS) this.#flush();
    }
    this.#last = time[rows - 1];
  }

  /**
   * Writes the manifest, flushes all to the disk and moves the table to its
   * place. When another process was first, its table is used and this one is
   * thrown away.
   */
  publish({ quality }: { quality: Quality }): StoredTable {
    this.#closeDay();
    const { store, key, instrument, columns, stamp, source } = this.#options;
    const batches = this.#partitions.flatMap((partition) => partition.batches);
    const manifest: TableManifest = {
      version: 1,
      key,
      instrument,
      columns,
      stamp,
      rows: this.#rows,
      first: batches[0]?.first ?? null,
      last: batches.at(-1)?.last ?? null,
      content: contentOf(this.#partitions),
      source,
      quality,
      partitions: this.#partitions,
    };
    const path = join(this.#making.directory, MANIFEST);
    Deno.writeTextFileSync(path, JSON.stringify(manifest), { createNew: true });
    sync(path);
    for (const partition of this.#partitions) {
      sync(dirname(join(this.#making.directory, partition.path)));
    }
    const directory = join(store, key);
    this.#making.release();
    sync(this.#making.directory);
    try {
      Deno.renameSync(this.#making.directory, directory);
    } catch (error) {
      this.#making.discard();
      if (!exists(join(directory, MANIFEST))) {
        throw writeError(directory, error);
      }
      return { directory, key, manifest: readManifest(directory) };
    }
    sync(store);
    return { directory, key, manifest };
  }

  /** Throws everything away. Safe to call at any time, also after a failure. */
  abort(): void {
    this.#open?.file.abort();
    this.#open = undefined;
    this.#making.discard();
  }

  #checkOrder(time: BigInt64Array, rows: number): void {
    const falls = this.#last !== undefined && time[0] < this.#last
      ? 0
      : firstDisorder(time, rows);
    if (falls < 0) return;
    throw new FormatError({
      code: "bad_data",
      message: `Cannot append row ${
        this.#rows + falls
      }: current value of time is ${
        isoOf(time[falls])
      }, before the row that it follows`,
    });
  }

  #nextDay(time: bigint): void {
    this.#closeDay();
    const { instrument, columns, key, source, stamp } = this.#options;
    this.#dayEnd = (dayOf(time) + 1n) * DAY_NS;
    const path = `instrument=${encodeURIComponent(instrument)}/date=${
      dateOf(time)
    }/ticks.arrow`;
    const full = join(this.#making.directory, path);
    Deno.mkdirSync(dirname(full), { recursive: true });
    const metadata = new Map([
      ["breakwater.version", "1"],
      ["breakwater.key", key],
      ["breakwater.instrument", instrument],
      ["breakwater.stamp", stamp],
      ["breakwater.fingerprint", source.fingerprint],
    ]);
    const file = new this.#Arrow({ path: full, columns, metadata });
    this.#open = { file, path, firstRow: this.#rows, batches: [] };
  }

  #flush(): void {
    if (!this.#open || this.#pending === 0) return;
    const { file, batches } = this.#open;
    const rows = this.#pending;
    const buffers = file.write(this.#time, this.#values, rows);
    const [first, last] = [String(this.#time[0]), String(this.#time[rows - 1])];
    batches.push({ row: this.#rows - rows, rows, first, last, buffers });
    this.#pending = 0;
  }

  #closeDay(): void {
    if (!this.#open) return;
    this.#flush();
    const { file, path, firstRow, batches } = this.#open;
    const bytes = file.finish();
    this.#open = undefined;
    const rows = this.#rows - firstRow;
    this.#partitions.push({ path, bytes, rows, first_row: firstRow, batches });
  }
}

function sync(path: string): void {
  const file = Deno.openSync(path);
  try {
    file.syncSync();
  } finally {
    file.close();
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function writeError(directory: string, cause: unknown): FormatError {
  return new FormatError({
    code: "store_write",
    message: `Cannot move the table to ${directory}: ${
      cause instanceof Error ? cause.message : cause
    }`,
    file: directory,
    cause,
  });
}
