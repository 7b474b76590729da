import type { Kernel } from "./kernel.ts";

/** Where a feed stands: an index that all buffers of the feed share. */
export interface Cursor {
  at: number;
}

let attach: (series: Series, values: Float64Array, cursor: Cursor) => void;
let buffer: (series: Series) => Float64Array;

/** What a series belongs to: the graph of one input. */
export interface SeriesOwner {
  /** Names the input in messages; empty when the strategy has only one. */
  readonly label: string;
  /** The indicator that a kernel makes of series of this input. */
  derive(kernel: Kernel, inputs: readonly Series[]): Series;
}

/** How far back {@link Series.ago} reaches unless an indicator asks for more. */
export const AGO = 64;

/**
 * A column of ticks, or an indicator over one, read at the current tick.
 *
 * Values are computed a block at a time and read one at a time: nothing here
 * reaches past the current tick.
 */
export class Series {
  /** What it computes, for messages and to share equal indicators. */
  readonly name: string;
  readonly owner: SeriesOwner;
  /** Rows after which the value no longer depends on where the run began. */
  readonly memory: number;
  #values: Float64Array = new Float64Array(1);
  #cursor: Cursor = { at: 0 };

  constructor(owner: SeriesOwner, name: string, memory: number) {
    this.owner = owner;
    this.name = name;
    this.memory = memory;
  }

  /** The value at the current tick; NaN until {@link ready}. */
  get value(): number {
    return this.#values[this.#cursor.at];
  }

  /** Whether enough ticks were seen for a value. */
  get ready(): boolean {
    const value = this.#values[this.#cursor.at];
    return value === value;
  }

  /**
   * The value `k` ticks (bars) ago; `ago(0)` is {@link value}. NaN before the
   * series was ready.
   *
   * @throws RangeError when `k` is negative, fractional or above {@link AGO}
   */
  ago(k: number): number {
    if (!(k >= 0 && k <= AGO && Number.isInteger(k))) {
      throw new RangeError(
        `Cannot look back: current value is ${k}, the range is 0 to ${AGO}`,
      );
    }
    return this.#values[this.#cursor.at - k];
  }

  static {
    attach = (series, values, cursor) => {
      series.#values = values;
      series.#cursor = cursor;
    };
    buffer = (series) => series.#values;
  }
}

/** Gives a series its buffer. For the engine, not for strategies. */
export function attachBuffer(
  series: Series,
  values: Float64Array,
  cursor: Cursor,
): void {
  attach(series, values, cursor);
}

/** The whole buffer of a series, future rows of the block included. */
export function bufferOf(series: Series): Float64Array {
  return buffer(series);
}
