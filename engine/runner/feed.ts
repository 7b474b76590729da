import { BlockSeries, rowsToBlockEdge } from "../series/block.ts";
import type { SeriesGraph } from "../series/graph.ts";
import { type MarkColumns, MarkSource } from "../broker/mark_source.ts";
import { M, type PriceSource } from "../broker/market.ts";
import type { SimulationSpec } from "../broker/simulation.ts";
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

/** Columns of a kind that prices are made of: needed ones, and welcome ones. */
const PRICE_COLUMNS: Readonly<
  Record<FeedKind, { needs: readonly string[]; takes: readonly string[] }>
> = {
  trades: {
    needs: ["price"],
    takes: ["size", "side", "bid", "ask", "bid_size", "ask_size"],
  },
  quotes: { needs: ["bid", "ask"], takes: ["bid_size", "ask_size"] },
  bars: { needs: ["open", "close"], takes: ["high", "low", "volume"] },
};

/**
 * Columns that a feed needs for its instrument's orders, of those it has:
 * quotes beside trades always, sizes when the fill model looks at them.
 *
 * @param has the columns of the feed's table
 */
export function priceColumns(
  kind: FeedKind,
  has: readonly string[],
  simulation: SimulationSpec,
): readonly string[] {
  const { needs, takes } = PRICE_COLUMNS[kind];
  const { fills, latency } = simulation;
  const sized = fills.model === "queue" || fills.model === "volume_share";
  const wanted = takes.filter((name) =>
    sized || ["bid", "ask", "high", "low"].includes(name)
  );
  const delays = Object.values(latency).flatMap((delay) =>
    delay.kind === "column" ? [delay.column] : []
  );
  return [
    ...needs,
    ...[...wanted, ...delays].filter((name) => has.includes(name)),
  ];
}

const EMPTY: Float64Array = new Float64Array(0);

const NO_MARKS: MarkColumns = {
  time: EMPTY,
  bid: EMPTY,
  ask: EMPTY,
  last: EMPTY,
  extremes: [],
};

/** Keys of events leave room for this many feeds. */
const MAX_FEEDS = 8;

/** One input of a slice: batches in, one row after the other out. */
export class Feed implements PriceSource, Moment {
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
  /** What moves the instrument's mark in the batch at hand. */
  readonly marks = new MarkSource();
  readonly #pick: readonly number[];
  readonly #places: readonly number[];
  readonly #kind: FeedKind;
  /** In the order of the kind's `needs` and `takes`; empty where there is none. */
  #prices: readonly Float64Array[] = [];
  #batch: readonly Float64Array[] = [];
  #columns: Float64Array[] = [];
  #end = 0;
  #ordinal = 0;
  #begin = 0;
  #lastTime = -Infinity;
  readonly #mark = { at: 0, cursor: 0, lastTime: -Infinity };

  /** @param opens of the run's sessions, ns since its origin */
  constructor(
    index: number,
    spec: FeedSpec,
    graph: SeriesGraph,
    opens: Float64Array,
  ) {
    if (index >= MAX_FEEDS) {
      throw new RangeError(
        `Cannot merge more than ${MAX_FEEDS} inputs: current value is ${
          index + 1
        }`,
      );
    }
    this.index = index;
    this.spec = spec;
    this.series = new BlockSeries(graph, opens);
    const place = (name: string) => spec.columns.indexOf(name);
    this.#pick = this.series.columns.map(place);
    const { needs, takes } = PRICE_COLUMNS[spec.kind];
    this.#kind = spec.kind;
    this.#places = [...needs, ...takes].map(place);
  }

  /** Whether rows of a block are waiting. */
  get waiting(): boolean {
    return this.at < this.to;
  }

  supply(batch: Batch): void {
    this.times = batch.time;
    this.#columns = this.#pick.map((c) => batch.columns[c]);
    this.#prices = this.#places.map((c) => c < 0 ? EMPTY : batch.columns[c]);
    this.#batch = batch.columns;
    this.marks.reset(this.#marksOf(batch.time));
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
    this.series.load(this.#columns, this.times, from, to, ordinal);
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

  /** The last row that was run. */
  leave(row: number): void {
    this.#lastTime = this.times[row];
  }

  /** Lets rows up to `until` pass. */
  skip(until: number): void {
    this.at = until;
    this.series.cursor.at = until - 1 + this.shift;
    this.leave(until - 1);
  }

  /** Keeps where it stands, for {@link rewind}. */
  mark(): void {
    const mark = this.#mark;
    mark.at = this.at;
    mark.cursor = this.series.cursor.at;
    mark.lastTime = this.#lastTime;
  }

  /** Goes back to where it stood at {@link mark}, in the same block. */
  rewind(): void {
    const mark = this.#mark;
    this.at = mark.at;
    this.series.cursor.at = mark.cursor;
    this.#lastTime = mark.lastTime;
  }

  /**
   * When a row's prices came to be. The open of a bar is as old as the close of
   * the bar before it, for all that is known.
   */
  pricedAt(row: number): number {
    if (this.spec.kind !== "bars") return this.times[row];
    return row > this.#begin ? this.times[row - 1] : this.#lastTime;
  }

  /** The row of the batch at which the feed stands. */
  get row(): number {
    return this.series.cursor.at - this.shift;
  }

  #marksOf(time: Float64Array): MarkColumns {
    const [first, second, third, fourth, fifth] = this.#prices;
    switch (this.#kind) {
      case "quotes":
        return { ...NO_MARKS, time, bid: first, ask: second };
      case "trades":
        return { ...NO_MARKS, time, last: first, bid: fourth, ask: fifth };
      case "bars": {
        const extremes = [first, third, fourth]
          .filter(({ length }) => length > 0);
        return { ...NO_MARKS, time, last: second, extremes };
      }
    }
  }

  /** Writes the current row's prices. */
  quote(values: Float64Array): void {
    const row = this.series.cursor.at - this.shift;
    values[M.Time] = this.times[row];
    values[M.Since] = this.pricedAt(row);
    values[M.Jumped] = 1;
    const prices = this.#prices;
    if (this.#kind === "quotes") {
      values[M.Bid] = prices[0][row];
      values[M.Ask] = prices[1][row];
      values[M.BidSize] = at(prices[2], row);
      values[M.AskSize] = at(prices[3], row);
      values[M.Price] = values[M.Size] = values[M.Side] = NaN;
      values[M.Quoted] = 1;
      return;
    }
    if (this.#kind === "bars") {
      values[M.Price] = prices[0][row];
      values[M.Last] = prices[1][row];
      values[M.Size] = at(prices[4], row) / 4;
      values[M.Quoted] = values[M.Side] = 0;
      return;
    }
    values[M.Price] = values[M.Last] = prices[0][row];
    values[M.Size] = at(prices[1], row);
    values[M.Side] = at(prices[2], row);
    values[M.Quoted] = 0;
    const bid = prices[3];
    const ask = prices[4];
    if (bid.length === 0 || ask.length === 0) return;
    values[M.Bid] = bid[row];
    values[M.Ask] = ask[row];
    values[M.BidSize] = at(prices[5], row);
    values[M.AskSize] = at(prices[6], row);
    values[M.Quoted] = 1;
  }

  /**
   * The path that prices are taken to have gone within the current bar, after
   * its open: to the nearer end of its range first, as its close suggests.
   */
  path(): [number, number, number] {
    const row = this.series.cursor.at - this.shift;
    const [opens, closes, highs, lows] = this.#prices;
    const open = opens[row];
    const close = closes[row];
    const high = highs.length === 0 ? Math.max(open, close) : highs[row];
    const low = lows.length === 0 ? Math.min(open, close) : lows[row];
    return close >= open ? [low, high, close] : [high, low, close];
  }

  /** A column of the current row; NaN when the feed has none of that name. */
  read(column: string): number {
    const place = this.spec.columns.indexOf(column);
    if (place < 0) return NaN;
    return at(this.#batch[place], this.series.cursor.at - this.shift);
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

  /** The key of the event of a row that has yet to be run. */
  keyAt(row: number): number {
    return (this.#ordinal + row) * MAX_FEEDS + this.index;
  }

  get snapshotSize(): number {
    return 1 + this.series.snapshotSize;
  }

  save(out: Float64Array, offset: number): number {
    out[offset] = this.#lastTime;
    return this.series.save(out, offset + 1);
  }

  restore(from: Float64Array, offset: number): number {
    this.#lastTime = from[offset];
    this.at =
      this.to =
      this.#begin =
      this.#end =
        0;
    return this.series.restore(from, offset + 1);
  }
}

/** A column's value, NaN where the table has no such column. */
function at(column: Float64Array, row: number): number {
  return column.length === 0 ? NaN : column[row];
}
