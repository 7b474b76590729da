import type { Kernel } from "./kernel.ts";

/** Where a feed stands: an index that all buffers of the feed share. */
export interface Cursor {
  at: number;
}

/** Which of the bars is the last completed one at the current tick. */
export interface BarView {
  /** Where the feed of the ticks stands. */
  cursor: Cursor;
  /** `cursor.at` of the row before the block. */
  start: number;
  /** For the row before the block and each of its rows: bars completed in it. */
  completed: Int32Array;
  /** Index, in the buffers of bars, of the last one before the block. */
  base: number;
}

let attach: (series: Series, values: Float64Array, cursor: Cursor) => void;
let buffer: (series: Series) => Float64Array;

/** What a series belongs to: the graph of one input, or of its bars. */
export interface SeriesOwner {
  /** Names the input in messages; empty when the strategy has only one. */
  readonly label: string;
  /** The graph of the ticks that bars are made of; null for an input's own. */
  readonly parent: SeriesOwner | null;
  /** When each row happened. */
  readonly time: Series;
  /** The indicator that a kernel makes of series of this input. */
  derive(kernel: Kernel, inputs: readonly Series[], own?: boolean): Series;
  /** A series of bars as one of ticks: at each, the last completed bar's. */
  lift(series: Series): Series;
  /** Has a series computed; nothing is that nobody reads. */
  want(series: Series): void;
}

/** How far back {@link Series.ago} reaches unless an indicator asks for more. */
export const AGO = 64;

/** How much a value depends on of what came before. */
export interface Memory {
  /** Rows after which it no longer depends on where the run began. */
  readonly memory: number;
  /** Nanoseconds that must pass as well. */
  readonly memoryTime: number;
}

/**
 * A column of ticks, or an indicator over one, read at the current tick.
 *
 * Values are computed a block at a time and read one at a time: nothing here
 * reaches past the current tick.
 */
export class Series implements Memory {
  /** What it computes, for messages and to share equal indicators. */
  readonly name: string;
  readonly owner: SeriesOwner;
  readonly memory: number;
  readonly memoryTime: number;
  #values: Float64Array = new Float64Array(1).fill(NaN);
  #cursor: Cursor = { at: 0 };

  constructor(
    owner: SeriesOwner,
    name: string,
    { memory, memoryTime }: Memory,
  ) {
    this.owner = owner;
    this.name = name;
    this.memory = memory;
    this.memoryTime = memoryTime;
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
    checkAgo(k);
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

/**
 * A column of bars, or an indicator over one, read at the current tick: the
 * value of the last bar that is complete. `ago(k)` counts bars.
 */
export class BarSeries extends Series {
  readonly #view: BarView;

  constructor(
    owner: SeriesOwner,
    name: string,
    memory: Memory,
    view: BarView,
  ) {
    super(owner, name, memory);
    this.#view = view;
  }

  override get value(): number {
    const { cursor, start, completed, base } = this.#view;
    return buffer(this)[base + completed[cursor.at - start]];
  }

  override get ready(): boolean {
    const value = this.value;
    return value === value;
  }

  override ago(k: number): number {
    checkAgo(k);
    const { cursor, start, completed, base } = this.#view;
    return buffer(this)[base + completed[cursor.at - start] - k];
  }
}

function checkAgo(k: number): void {
  if (!(k >= 0 && k <= AGO && Number.isInteger(k))) {
    throw new RangeError(
      `Cannot look back: current value is ${k}, the range is 0 to ${AGO}`,
    );
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
