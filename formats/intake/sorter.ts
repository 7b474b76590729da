import { FormatError } from "../error.ts";
import { firstDisorder, lowerBoundIn } from "../store/time.ts";

/** Where a row came from, for the case that it is turned away later. */
export interface Origin {
  readonly file: string;
  /** Line, row number or byte offset in the file. */
  readonly place: number;
  readonly raw: string;
}

/** Rows in order of time; valid until the next are added. */
export interface SortedRows {
  readonly rows: number;
  readonly time: BigInt64Array<ArrayBuffer>;
  readonly values: readonly Float64Array[];
  readonly origins: readonly Origin[];
}

const LEAST = 65_536;
const MOST = 1 << 22;

/**
 * Puts rows in order that are late by at most a window of time; rows of equal
 * time keep the order in which they came. Holds the rows of the window and as
 * many again, so that each row is moved a bounded number of times.
 */
export class Sorter {
  readonly #window: bigint;
  readonly #most: number;
  #time = new BigInt64Array(LEAST);
  #values: Float64Array<ArrayBuffer>[];
  #origins: Origin[] = [];
  #rows = 0;
  #max: bigint | undefined;
  #sorted = true;
  #due = LEAST;

  constructor(
    { columns, window, most = MOST }: {
      columns: number;
      /** Nanoseconds. */
      window: bigint;
      /** Rows that it may hold. */
      most?: number;
    },
  ) {
    this.#window = window;
    this.#most = most;
    this.#values = Array.from(
      { length: columns },
      () => new Float64Array(LEAST),
    );
  }

  /** True when {@link release} is worth its while. */
  get due(): boolean {
    return this.#rows >= this.#due;
  }

  /** Adds rows, each no earlier than the latest so far less the window. */
  add(
    time: BigInt64Array<ArrayBuffer>,
    values: readonly Float64Array[],
    rows: number,
    origins: readonly Origin[] = [],
  ): void {
    if (rows === 0) return;
    this.#grow(this.#rows + rows);
    this.#time.set(time.subarray(0, rows), this.#rows);
    values.forEach((column, i) =>
      this.#values[i].set(column.subarray(0, rows), this.#rows)
    );
    for (const origin of origins) this.#origins.push(origin);
    this.#rows += rows;
    if (
      (this.#max === undefined || time[0] >= this.#max) &&
      firstDisorder(time, rows) < 0
    ) {
      this.#max = time[rows - 1];
      return;
    }
    this.#sorted = false;
    for (let i = 0; i < rows; i++) {
      if (this.#max === undefined || time[i] > this.#max) this.#max = time[i];
    }
  }

  /** The rows that no later one may precede; all rows at the end. */
  release({ all = false }: { all?: boolean } = {}): SortedRows {
    if (!this.#sorted) this.#sort();
    const end = all || this.#max === undefined
      ? this.#rows
      : lowerBoundIn(this.#time, this.#max - this.#window + 1n, 0, this.#rows);
    const released = {
      rows: end,
      time: this.#time.slice(0, end),
      values: this.#values.map((column) => column.slice(0, end)),
      origins: this.#origins.splice(0, end),
    };
    this.#time.copyWithin(0, end, this.#rows);
    for (const column of this.#values) column.copyWithin(0, end, this.#rows);
    this.#rows -= end;
    this.#due = Math.max(LEAST, 2 * this.#rows);
    return released;
  }

  #sort(): void {
    const rows = this.#rows;
    const time = this.#time;
    const base = time[0];
    // A window is a day at most, so the distances are exact.
    const away = Float64Array.from(
      { length: rows },
      (_, i) => Number(time[i] - base),
    );
    const order = new Uint32Array(rows).map((_, i) => i);
    order.sort((a, b) => away[a] - away[b] || a - b);
    this.#time.set(time.slice(0, rows).map((_, i) => time[order[i]]));
    this.#values = this.#values.map((column) => {
      const moved = new Float64Array(column.length);
      for (let i = 0; i < rows; i++) moved[i] = column[order[i]];
      return moved;
    });
    if (this.#origins.length > 0) {
      const origins = this.#origins;
      this.#origins = Array.from(order, (from) => origins[from]);
    }
    this.#sorted = true;
  }

  #grow(rows: number): void {
    if (rows <= this.#time.length) return;
    if (rows > this.#most) {
      throw new FormatError({
        code: "bad_data",
        message:
          `Cannot sort the rows: current number of rows within sort_window is above ${
            this.#most / 2
          }`,
        hint: "make sort_window shorter, or sort the files",
      });
    }
    const capacity = Math.max(rows, 2 * this.#time.length);
    const time = new BigInt64Array(capacity);
    time.set(this.#time.subarray(0, this.#rows));
    this.#time = time;
    this.#values = this.#values.map((column) => {
      const wider = new Float64Array(capacity);
      wider.set(column.subarray(0, this.#rows));
      return wider;
    });
  }
}
