import { MarkRange, RANGE_COLUMNS, type RangeColumns } from "./mark_range.ts";

/** Rows whose range is kept, so that many may ask for it. */
const CHUNK = 256;

const EMPTY = new Float64Array(0);

/**
 * The marks of a batch of a feed. The range of a chunk is worked out when it is
 * first asked for: of many sets of parameters that run the same rows, the first
 * reads them.
 */
export abstract class MarkRows {
  protected time: Float64Array = EMPTY;
  #chunks: RangeColumns = columns(0);
  #known = new Uint8Array(0);
  readonly #scratch = new MarkRange();

  protected begin(time: Float64Array): void {
    const chunks = Math.ceil(time.length / CHUNK);
    if (chunks > this.#known.length) {
      this.#chunks = columns(chunks);
      this.#known = new Uint8Array(chunks);
    } else this.#known.fill(0);
    this.time = time;
  }

  /** Takes rows `[from, to)` into a range, one after the other. */
  protected abstract each(range: MarkRange, from: number, to: number): void;

  /** Takes rows `[from, to)` into a range. */
  addTo(range: MarkRange, from: number, to: number): void {
    const chunks = this.#chunks;
    for (let i = from; i < to;) {
      const chunk = Math.floor(i / CHUNK);
      const end = Math.min(to, (chunk + 1) * CHUNK);
      if (end - i < CHUNK) this.each(range, i, end);
      else {
        if (this.#known[chunk] === 0) {
          this.#scratch.reset();
          this.each(this.#scratch, i, end);
          this.#scratch.put(chunks, chunk);
          this.#known[chunk] = 1;
        }
        range.join(chunks, chunk);
      }
      i = end;
    }
  }
}

/** A column as it is: trades, or prices of bars. */
export class ColumnRows extends MarkRows {
  #values: Float64Array = EMPTY;

  reset(values: Float64Array, time: Float64Array): void {
    this.#values = values;
    this.begin(time);
  }

  protected override each(range: MarkRange, from: number, to: number): void {
    const values = this.#values;
    let { low, high } = range;
    let lowAt = -1;
    let highAt = -1;
    for (let i = from; i < to; i++) {
      // Four at a time: most rows lie within what was seen before them.
      while (
        i + 4 <= to && within(values[i], low, high) &&
        within(values[i + 1], low, high) && within(values[i + 2], low, high) &&
        within(values[i + 3], low, high)
      ) i += 4;
      if (i === to) break;
      const value = values[i];
      if (value < low) {
        low = value;
        lowAt = i;
      }
      if (value > high) {
        high = value;
        highAt = i;
      }
    }
    if (lowAt >= 0) range.point(low, this.time[lowAt]);
    if (highAt >= 0) range.point(high, this.time[highAt]);
  }
}

/** Which side of a quote is the mark. */
export type QuoteMark = "mid" | "bid" | "ask";

/** Quotes: their mid or one of their sides. */
export class QuoteRows extends MarkRows {
  readonly #mark: QuoteMark;
  #bid: Float64Array = EMPTY;
  #ask: Float64Array = EMPTY;
  #last: Float64Array = EMPTY;
  /** The last trade before these rows, where they bring no trades. */
  before = NaN;

  constructor(mark: QuoteMark) {
    super();
    this.#mark = mark;
  }

  /** @param last trades, which count where a side is missing; may be empty */
  reset(
    { bid, ask, last, time }: {
      readonly bid: Float64Array;
      readonly ask: Float64Array;
      readonly last: Float64Array;
      readonly time: Float64Array;
    },
  ): void {
    this.#bid = bid;
    this.#ask = ask;
    this.#last = last;
    this.begin(time);
  }

  protected override each(range: MarkRange, from: number, to: number): void {
    const bid = this.#bid;
    const ask = this.#ask;
    const last = this.#last;
    const { bid: ofBid, ask: ofAsk } = WEIGHTS[this.#mark];
    let { low, high } = range;
    let lowAt = -1;
    let highAt = -1;
    for (let i = from; i < to; i++) {
      let value = ofBid * bid[i] + ofAsk * ask[i];
      if (within(value, low, high)) continue;
      if (value !== value) value = last.length === 0 ? this.before : last[i];
      if (value < low) {
        low = value;
        lowAt = i;
      }
      if (value > high) {
        high = value;
        highAt = i;
      }
    }
    if (lowAt >= 0) range.point(low, this.time[lowAt]);
    if (highAt >= 0) range.point(high, this.time[highAt]);
  }
}

/** Exact: they are powers of two, or 0. */
const WEIGHTS = {
  mid: { bid: 0.5, ask: 0.5 },
  bid: { bid: 1, ask: 0 },
  ask: { bid: 0, ask: 1 },
} as const;

function within(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}

function columns(rows: number): RangeColumns {
  const entries = RANGE_COLUMNS.map((name) => [name, new Float64Array(rows)]);
  return Object.fromEntries(entries) as RangeColumns;
}
