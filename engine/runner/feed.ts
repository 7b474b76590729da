import { BlockSeries, rowsToBlockEdge } from "../series/block.ts";
import type { SeriesGraph } from "../series/graph.ts";
import type { Market } from "../broker/broker.ts";
import type { Moment } from "../strategy/context.ts";

/** How a feed's rows become prices of its instrument. */
export type FeedKind = "trades" | "quotes" | "bars";

export interface FeedSpec {
  /** Stage id, for messages. */
  readonly stage: string;
  readonly kind: FeedKind;
  /** Index into the run's instruments. */
  readonly instrument: number;
  /** All columns of a batch, beside `time`, in the order in which they come. */
  readonly columns: readonly string[];
}

/** A batch as the engine sees it: columns, and the rows of it that count. */
export interface Batch {
  /** Nanoseconds since the run's origin. */
  readonly time: Float64Array;
  /** In the order of {@link FeedSpec.columns}. */
  readonly columns: readonly Float64Array[];
  readonly from: number;
  readonly to: number;
  /** Row number, in the table, of the batch's row 0. */
  readonly ordinal: number;
}

const PRICE_COLUMNS: Readonly<
  Record<FeedKind, { buy: string; sell: string; mark: [string, string] }>
> = {
  trades: { buy: "price", sell: "price", mark: ["price", "price"] },
  quotes: { buy: "ask", sell: "bid", mark: ["bid", "ask"] },
  bars: { buy: "open", sell: "open", mark: ["close", "close"] },
};

/** Columns that a feed needs for its instrument's orders, of those it has. */
export function priceColumns(kind: FeedKind): readonly string[] {
  const { buy, sell, mark } = PRICE_COLUMNS[kind];
  return [...new Set([buy, sell, ...mark])];
}

const EMPTY: Float64Array = new Float64Array(0);

/** Keys of events leave room for this many feeds. */
const MAX_FEEDS = 8;

/** One input of a slice: batches in, one row after the other out. */
export class Feed implements Market, Moment {
  readonly index: number;
  readonly spec: FeedSpec;
  readonly series: BlockSeries;
  /** Rows of the current block that are still to come: `[at, to)` of the batch. */
  at = 0;
  to = 0;
  /** `cursor.at - shift` is the current row of the batch. */
  shift = 0;
  ended = false;
  times = EMPTY;
  readonly #pick: readonly number[];
  readonly #price: { buy: number; sell: number; mark: [number, number] };
  #buy = EMPTY;
  #sell = EMPTY;
  #markA = EMPTY;
  #markB = EMPTY;
  #columns: Float64Array[] = [];
  #end = 0;
  #ordinal = 0;
  #begin = 0;
  #lastMark = NaN;
  #lastTime = -Infinity;
  #inside = false;

  constructor(index: number, spec: FeedSpec, graph: SeriesGraph) {
    if (index >= MAX_FEEDS) {
      throw new RangeError(
        `Cannot merge more than ${MAX_FEEDS} inputs: current value is ${
          index + 1
        }`,
      );
    }
    this.index = index;
    this.spec = spec;
    this.series = new BlockSeries(graph);
    const place = (name: string) => spec.columns.indexOf(name);
    this.#pick = this.series.columns.map(place);
    const { buy, sell, mark } = PRICE_COLUMNS[spec.kind];
    this.#price = {
      buy: place(buy),
      sell: place(sell),
      mark: [place(mark[0]), place(mark[1])],
    };
  }

  /** Whether rows of a block are waiting. */
  get waiting(): boolean {
    return this.at < this.to;
  }

  supply(batch: Batch): void {
    this.times = batch.time;
    this.#columns = this.#pick.map((c) => batch.columns[c]);
    const { buy, sell, mark } = this.#price;
    this.#buy = batch.columns[buy];
    this.#sell = batch.columns[sell];
    this.#markA = batch.columns[mark[0]];
    this.#markB = batch.columns[mark[1]];
    this.#ordinal = batch.ordinal;
    this.at = this.to = this.#begin = batch.from;
    this.#end = batch.to;
  }

  /** Computes the next block of the batch; false when the batch is used up. */
  loadBlock(): boolean {
    const from = this.to;
    if (from === this.#end) return false;
    const ordinal = this.#ordinal + from;
    const to = Math.min(this.#end, from + rowsToBlockEdge(ordinal));
    this.series.load(this.#columns, from, to, ordinal);
    this.at = from;
    this.to = to;
    this.shift = this.series.history - from;
    return true;
  }

  /** Rows from `at` on whose time is before `limit` (or equal, if `inclusive`). */
  rowsUntil(limit: number, inclusive: boolean): number {
    const time = this.times;
    let low = this.at;
    let high = this.to;
    if (time[high - 1] < limit) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const before = inclusive ? time[middle] <= limit : time[middle] < limit;
      if (before) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The mark stays what it is until {@link leave}, for events in between. */
  enter(): void {
    this.#inside = true;
  }

  leave(row: number): void {
    this.#inside = false;
    this.#lastMark = (this.#markA[row] + this.#markB[row]) / 2;
    this.#lastTime = this.times[row];
  }

  /**
   * When a row's prices came to be. The open of a bar is as old as the close of
   * the bar before it, for all that is known.
   */
  pricedAt(row: number): number {
    if (this.spec.kind !== "bars") return this.times[row];
    return row > this.#begin ? this.times[row - 1] : this.#lastTime;
  }

  buyAt(row: number): number {
    return this.#buy[row];
  }

  sellAt(row: number): number {
    return this.#sell[row];
  }

  get mark(): number {
    if (!this.#inside) return this.#lastMark;
    const row = this.series.cursor.at - this.shift;
    return (this.#markA[row] + this.#markB[row]) / 2;
  }

  get time(): number {
    return this.times[this.series.cursor.at - this.shift];
  }

  /** Row number, in the table, of the current row. */
  get ordinal(): number {
    return this.#ordinal + this.series.cursor.at - this.shift;
  }

  get key(): number {
    return this.ordinal * MAX_FEEDS + this.index;
  }

  get snapshotSize(): number {
    return 2 + this.series.snapshotSize;
  }

  save(out: Float64Array, offset: number): number {
    out[offset] = this.#lastMark;
    out[offset + 1] = this.#lastTime;
    return this.series.save(out, offset + 2);
  }

  restore(from: Float64Array, offset: number): number {
    this.#lastMark = from[offset];
    this.#lastTime = from[offset + 1];
    this.#inside = false;
    this.at =
      this.to =
      this.#begin =
      this.#end =
        0;
    return this.series.restore(from, offset + 2);
  }
}
