import { attachBuffer, type Cursor, type Series } from "./series.ts";

/** Rows of a block: small enough that a dozen series stay in the L2 cache. */
export const BLOCK_ROWS = 4096;

/**
 * The values of one series: `[history | block]`, in which the block begins at
 * an index that all series of a feed share.
 *
 * What keeps little is one buffer, and its last values move in front of the
 * next block. What keeps much (a window of an hour, say) is a view that slides
 * along a larger buffer instead, so that a block costs no copy of an hour.
 */
export class SeriesStore {
  readonly series: Series;
  /** Rows that are kept whatever their time. */
  readonly rows: number;
  /** Nanoseconds of rows that are kept. */
  readonly reach: number;
  readonly #cursor: Cursor;
  readonly #slides: boolean;
  values: Float64Array = new Float64Array(0);
  #backing = this.values;
  #offset = 0;
  #history = 0;

  constructor(series: Series, rows: number, reach: number, cursor: Cursor) {
    this.series = series;
    this.rows = rows;
    this.reach = reach;
    this.#cursor = cursor;
    this.#slides = reach > 0 || rows > BLOCK_ROWS;
  }

  /** Makes room for `history` rows before a block, and keeps the last `held`. */
  resize(history: number, held: number): void {
    const old = this.values;
    const end = this.#history;
    const length = history + BLOCK_ROWS;
    const slack = Math.max(4 * BLOCK_ROWS, history >> 1);
    this.#backing = new Float64Array(this.#slides ? length + slack : length);
    this.#offset = 0;
    this.#history = history;
    // Left untouched, the rest of a large buffer takes no memory.
    this.#backing.fill(NaN, Math.max(0, history - this.rows), history);
    this.#show();
    this.values.set(old.subarray(end - held, end), history - held);
  }

  /** Takes `rows` rows of a block into the past, of which `held` are kept. */
  retire(rows: number, held: number): void {
    const history = this.#history;
    if (!this.#slides) {
      const end = history + rows;
      this.values.copyWithin(history - held, end - held, end);
      return;
    }
    this.#offset += rows;
    const length = history + BLOCK_ROWS;
    if (this.#offset + length > this.#backing.length) {
      const end = this.#offset + history;
      this.#backing.copyWithin(history - held, end - held, end);
      this.#offset = 0;
    }
    this.#show();
  }

  save(out: Float64Array, offset: number, held: number): number {
    const history = this.#history;
    out.set(this.values.subarray(history - held, history), offset);
    return offset + held;
  }

  restore(from: Float64Array, offset: number, held: number): number {
    const history = this.#history;
    this.values.fill(NaN, Math.max(0, history - this.rows), history);
    this.values.set(from.subarray(offset, offset + held), history - held);
    return offset + held;
  }

  #show(): void {
    const length = this.#history + BLOCK_ROWS;
    this.values = this.#slides
      ? this.#backing.subarray(this.#offset, this.#offset + length)
      : this.#backing;
    attachBuffer(this.series, this.values, this.#cursor);
  }
}
