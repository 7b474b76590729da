import { TableReader, TableWriter } from "../../formats/store/mod.ts";
import { BATCH_ROWS, type TableRef } from "../../formats/table.ts";
import { userFrame } from "../user_frame.ts";
import type { Emit, OnRow, Row } from "./mod.ts";

/** What an application of a transform needs. */
export interface ApplyOptions {
  readonly input: TableRef;
  readonly reads: readonly string[];
  readonly onRow: OnRow;
  /** The module's URL, to find its lines in what it throws. */
  readonly module: string;
  readonly writer: TableWriter;
  readonly columns: readonly string[];
  readonly signal: AbortSignal;
  progress(rows: number, fraction: number): void;
}

/** Runs a transform over every row of a table. */
export function applyTransform(options: ApplyOptions): void {
  const { input, reads, onRow, writer, columns, signal } = options;
  const reader = TableReader.open(input.directory);
  const time = new BigInt64Array(BATCH_ROWS);
  const values = reads.map(() => new Float64Array(BATCH_ROWS));
  const out = new Output(writer, columns);
  let index = 0;
  const row = rowView(reads, values, time, () => index);
  const emit: Emit = (given) => out.add(time[index], given);
  try {
    for (const [b, batch] of reader.batches.entries()) {
      signal.throwIfAborted();
      reader.readRaw(b, reads, time, values);
      try {
        for (index = 0; index < batch.rows; index++) onRow(row, emit);
      } catch (error) {
        throw threw(error, options.module, batch.row + index);
      }
      options.progress(batch.row + batch.rows, (b + 1) / reader.batches.length);
    }
    out.flush();
  } finally {
    reader.close();
  }
}

function rowView(
  reads: readonly string[],
  values: readonly Float64Array[],
  time: BigInt64Array,
  at: () => number,
): Row {
  const row = {};
  for (const [c, name] of reads.entries()) {
    const column = values[c];
    Object.defineProperty(row, name, {
      enumerable: true,
      get: () => column[at()],
    });
  }
  return Object.defineProperty(row, "timeNs", {
    get: () => time[at()],
  }) as Row;
}

/** Collects emitted rows into batches for the writer. */
class Output {
  readonly #writer: TableWriter;
  readonly #names: readonly string[];
  readonly #time = new BigInt64Array(BATCH_ROWS);
  readonly #columns: Float64Array[];
  #rows = 0;

  constructor(writer: TableWriter, names: readonly string[]) {
    this.#writer = writer;
    this.#names = names;
    this.#columns = names.map(() => new Float64Array(BATCH_ROWS));
  }

  add(time: bigint, row: Readonly<Record<string, number | bigint>>): void {
    for (let c = 0; c < this.#names.length; c++) {
      const value = row[this.#names[c]];
      if (typeof value !== "number" || !Number.isFinite(value)) {
        throw new TypeError(
          `Cannot emit ${this.#names[c]}: current value is ${value}`,
        );
      }
      this.#columns[c][this.#rows] = value;
    }
    this.#time[this.#rows++] = time;
    if (this.#rows === BATCH_ROWS) this.flush();
  }

  flush(): void {
    this.#writer.append(this.#columns, this.#time, this.#rows);
    this.#rows = 0;
  }
}

function threw(error: unknown, module: string, tick: number): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  return Object.assign(
    new Error(`${cause.message} (row ${tick} of the input)`, { cause }),
    {
      code: "module_failed",
      file: module,
      stack: cause.stack,
      ...userFrame(cause.stack, module),
    },
  );
}
