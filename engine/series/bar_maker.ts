import type { BarGraph } from "./graph.ts";
import type { BlockSpan, Run } from "./kernel.ts";
import { bufferOf, type Cursor, type Series } from "./series.ts";
import { BLOCK_ROWS } from "./store.ts";

/** Columns that a bar has. */
export const BAR_COLUMNS = [
  "open",
  "high",
  "low",
  "close",
  "volume",
  "count",
  "vwap",
] as const;

/** What computes the indicators of bars. */
export interface BarBlocks {
  readonly history: number;
  readonly columns: readonly string[];
  readonly snapshotSize: number;
  load(
    batch: readonly Float64Array[],
    time: Float64Array,
    from: number,
    to: number,
    numbers: readonly Run[],
  ): void;
  retire(): void;
  save(out: Float64Array, offset: number): number;
  restore(from: Float64Array, offset: number): number;
}

/** The bar that is being formed. */
const OPEN = 0;
const HIGH = 1;
const LOW = 2;
const CLOSE = 3;
const VOLUME = 4;
const COUNT = 5;
/** Σ price·size. */
const VALUE = 6;
/** When it will be complete; 0 before the first tick. */
const END = 7;
const STATE = 8;

/**
 * Makes bars of ticks and computes what is made of them.
 *
 * A bar holds the ticks of `[k·every, (k+1)·every)` and is complete when a tick
 * at or after its end has come; intervals without ticks have no bar.
 */
export class BarMaker {
  readonly graph: BarGraph;
  readonly #series: BarBlocks;
  readonly #every: number;
  readonly #state = new Float64Array(STATE);
  readonly #made = BAR_COLUMNS.map(() => new Float64Array(BLOCK_ROWS));
  readonly #ends = new Float64Array(BLOCK_ROWS);
  readonly #batch: readonly Float64Array[];

  constructor(graph: BarGraph, ticks: Cursor, series: BarBlocks) {
    this.graph = graph;
    this.#every = graph.every;
    this.#series = series;
    const { view } = graph;
    view.cursor = ticks;
    view.completed = new Int32Array(BLOCK_ROWS + 1);
    this.#batch = this.#series.columns.map((name) =>
      this.#made[BAR_COLUMNS.indexOf(name as "open")]
    );
    this.retire(ticks.at);
  }

  /** Makes the bars that ticks of a block complete, and their indicators. */
  advance(
    time: Float64Array,
    price: Float64Array,
    size: Float64Array | null,
    { from, to }: BlockSpan,
  ): void {
    const { view } = this.graph;
    const { completed } = view;
    const state = this.#state;
    let open = state[OPEN];
    let high = state[HIGH];
    let low = state[LOW];
    let close = state[CLOSE];
    let volume = state[VOLUME];
    let count = state[COUNT];
    let value = state[VALUE];
    let end = state[END];
    let bars = 0;
    for (let i = from; i < to; i++) {
      const t = time[i];
      const p = price[i];
      if (t >= end || end === 0) {
        if (end !== 0 && count > 0) {
          this.#put(
            bars++,
            [open, high, low, close, volume, count, value],
            end,
          );
        }
        end = this.#endOf(t);
        open = high = low = p;
        volume = count = value = 0;
      }
      completed[i - from + 1] = bars;
      // A price that is not there makes no bar.
      if (p !== p) continue;
      if (count === 0) open = high = low = p;
      if (p > high) high = p;
      if (p < low) low = p;
      close = p;
      count++;
      if (size !== null) {
        volume += size[i];
        value += p * size[i];
      }
    }
    state[OPEN] = open;
    state[HIGH] = high;
    state[LOW] = low;
    state[CLOSE] = close;
    state[VOLUME] = volume;
    state[COUNT] = count;
    state[VALUE] = value;
    state[END] = end;
    if (bars > 0) {
      this.#series.load(this.#batch, this.#ends, 0, bars, this.#runs(bars));
    }
  }

  /** Writes, at each tick of a block, the last completed bar's value. */
  lift(source: Series, out: Float64Array, { from, to }: BlockSpan): void {
    const { completed, base } = this.graph.view;
    const values = bufferOf(source);
    for (let i = from; i < to; i++) {
      out[i] = values[base + completed[i - from + 1]];
    }
  }

  /** @param start index of the ticks' row before the next block */
  retire(start: number): void {
    const { view } = this.graph;
    this.#series.retire();
    view.start = start;
    view.completed[0] = 0;
    view.base = this.#series.history - 1;
  }

  get snapshotSize(): number {
    return STATE + this.#series.snapshotSize;
  }

  save(out: Float64Array, offset: number): number {
    out.set(this.#state, offset);
    return this.#series.save(out, offset + STATE);
  }

  restore(from: Float64Array, offset: number): number {
    this.#state.set(from.subarray(offset, offset + STATE));
    return this.#series.restore(from, offset + STATE);
  }

  #put(bar: number, values: readonly number[], end: number): void {
    for (let c = 0; c < VALUE; c++) this.#made[c][bar] = values[c];
    const volume = values[VOLUME];
    // As the bars of a preaggregate stage: the close where nothing was traded.
    this.#made[VALUE][bar] = volume === 0
      ? values[CLOSE]
      : values[VALUE] / volume;
    this.#ends[bar] = end;
  }

  /** The end of the interval that `time` lies in. */
  #endOf(time: number): number {
    const every = this.#every;
    let k = Math.floor(time / every);
    // The quotient of a late time may round up to the next interval.
    if (k * every > time) k--;
    return (k + 1) * every;
  }

  /** Bars whose intervals follow on each other. */
  #runs(bars: number): readonly Run[] {
    const every = this.#every;
    const runs: Run[] = [];
    for (let begin = 0; begin < bars;) {
      let end = begin + 1;
      while (end < bars && this.#ends[end] === this.#ends[end - 1] + every) {
        end++;
      }
      const ordinal = Math.round(this.#ends[begin] / every) - 1;
      runs.push({ rows: end - begin, ordinal });
      begin = end;
    }
    return runs;
  }
}
