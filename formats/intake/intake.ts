import { BLANK, KINDS, OUTSIDE, RowCheck } from "../csv/check.ts";
import { Rejects } from "../csv/reject.ts";
import type { IngestRequest } from "../request.ts";
import { firstDisorder } from "../store/time.ts";
import type { TableWriter } from "../store/writer.ts";
import type { Quality } from "../table.ts";
import { Duplicates } from "./duplicates.ts";
import { type Origin, type SortedRows, Sorter } from "./sorter.ts";

/** Rows as a reader gives them; it may be used again after `take`. */
export interface RowBatch {
  readonly rows: number;
  /** Nanoseconds since the epoch, UTC. */
  readonly time: BigInt64Array<ArrayBuffer>;
  readonly values: readonly Float64Array[];
  /** Marks of rows that are bad already, by `MARK`, and how many there are. */
  readonly marks: Uint8Array;
  readonly bad: number;
  /** Line, row number or byte offset of what is behind a row. */
  place(row: number): number;
  /** What is behind a row, as text. */
  raw(row: number): string;
}

export interface IntakeOptions {
  readonly request: IngestRequest;
  /** Columns beside `time`, in the order of the batches. */
  readonly columns: readonly string[];
  readonly writer: TableWriter;
  readonly place: "line" | "offset";
}

/**
 * What stands between the readers and the table: leaves out rows outside the
 * period, checks the others, puts late ones in order, turns bad ones away and
 * appends the rest. Every row is accounted for.
 */
export class Intake {
  readonly #writer: TableWriter;
  readonly #check: RowCheck;
  readonly #rejects: Rejects;
  readonly #sorter: Sorter | undefined;
  readonly #duplicates: Duplicates | undefined;
  readonly #period: { readonly from: bigint; readonly to: bigint } | undefined;
  #outside = 0;
  #time: bigint | undefined;

  constructor({ request, columns, writer, place }: IntakeOptions) {
    const { tick_size, on_bad_tick, period } = request;
    const window = BigInt(request.sort_window ?? 0);
    this.#writer = writer;
    this.#check = new RowCheck({ columns, tickSize: tick_size, window });
    this.#rejects = new Rejects({
      policy: on_bad_tick,
      directory: writer.directory,
      place,
    });
    if (window > 0n) {
      this.#sorter = new Sorter({ columns: columns.length, window });
    }
    if (request.duplicates === "bad") {
      this.#duplicates = new Duplicates({ columns: columns.length });
    }
    this.#period = period && {
      from: BigInt(period.from ?? -(2n ** 63n)),
      to: BigInt(period.to ?? 2n ** 63n),
    };
  }

  /** Time of the last row that went into the table. */
  get time(): bigint | undefined {
    return this.#time;
  }

  /** Takes rows of a file. Throws `bad_data` at a bad row under `fail`. */
  take(batch: RowBatch, file: string): void {
    const { time, values, marks, rows } = batch;
    let bad = batch.bad + this.#leaveOut(batch);
    bad += this.#check.check(time, values, rows, marks, bad);
    const origin = (row: number): Origin => ({
      file,
      place: batch.place(row),
      raw: batch.raw(row),
    });
    if (!this.#sorter) {
      return this.#keep(time, values, rows, marks, bad, origin);
    }
    const origins = this.#duplicates
      ? Array.from({ length: rows }, (_, row) => origin(row))
        .filter((_, row) => marks[row] === 0)
      : [];
    const kept = bad === 0 ? rows : this.#sift(batch, origin);
    this.#sorter.add(time, values, kept, origins);
    if (this.#sorter.due) this.#keepSorted(this.#sorter.release());
  }

  /** Appends what is held back, and checks the share of bad rows. */
  finish({ maxBad }: { maxBad: number }): Quality {
    if (this.#sorter) this.#keepSorted(this.#sorter.release({ all: true }));
    const quality = this.#rejects.finish({ kept: this.#writer.rows, maxBad });
    return this.#period ? { ...quality, outside: this.#outside } : quality;
  }

  close(): void {
    this.#rejects.close();
  }

  /** Marks rows outside the period; what they hold does not matter. */
  #leaveOut({ time, marks, rows }: RowBatch): number {
    if (!this.#period || rows === 0) return 0;
    const { from, to } = this.#period;
    if (
      time[0] >= from && time[rows - 1] < to && firstDisorder(time, rows) < 0
    ) return 0;
    let found = 0;
    for (let i = 0; i < rows; i++) {
      if (marks[i] !== 0 || (time[i] >= from && time[i] < to)) continue;
      marks[i] = OUTSIDE;
      found++;
    }
    this.#outside += found;
    return found;
  }

  #keepSorted({ time, values, rows, origins }: SortedRows): void {
    const marks = new Uint8Array(this.#duplicates ? rows : 0);
    this.#keep(time, values, rows, marks, 0, (row) => origins[row]);
  }

  #keep(
    time: BigInt64Array<ArrayBuffer>,
    values: readonly Float64Array[],
    rows: number,
    marks: Uint8Array,
    alreadyBad: number,
    origin: (row: number) => Origin,
  ): void {
    const bad = alreadyBad +
      (this.#duplicates?.mark(time, values, rows, marks) ?? 0);
    const kept = bad === 0
      ? rows
      : this.#sift({ time, values, rows, marks }, origin);
    this.#writer.append(values, time, kept);
    if (kept > 0) this.#time = time[kept - 1];
  }

  /** Moves the good rows together and hands on the bad ones. */
  #sift(
    { time, values, rows, marks }: Pick<
      RowBatch,
      "time" | "values" | "rows" | "marks"
    >,
    origin: (row: number) => Origin,
  ): number {
    let kept = 0;
    for (let i = 0; i < rows; i++) {
      const mark = marks[i];
      if (mark === 0) {
        if (kept !== i) {
          time[kept] = time[i];
          for (const column of values) column[kept] = column[i];
        }
        kept++;
      } else if (mark !== BLANK && mark !== OUTSIDE) {
        const { file, place, raw } = origin(i);
        const kind = KINDS[mark];
        const error = this.#rejects.add({ file, line: place, kind, row: raw });
        if (error) throw error;
      }
    }
    return kept;
  }
}
