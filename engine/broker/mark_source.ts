import { ColumnRows, type QuoteMark, QuoteRows } from "./mark_rows.ts";

/** The columns of a feed of which an instrument's mark is made. */
export interface MarkColumns {
  readonly time: Float64Array;
  /** Quotes; empty where the feed has none. */
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  /** Trades, or the closes of bars; empty where the feed has none. */
  readonly last: Float64Array;
  /** Columns of bars whose every value was a price. */
  readonly extremes: readonly Float64Array[];
}

/** A feed's marks, batch by batch. */
export class MarkSource {
  /** Whether the batch has quotes. */
  quoted = false;
  /** Trades, or all prices of bars; none where the feed brings quotes alone. */
  prices: readonly ColumnRows[] = [];
  readonly #last = new ColumnRows();
  readonly #extremes: ColumnRows[] = [];
  readonly #quotes = {
    mid: new QuoteRows("mid"),
    bid: new QuoteRows("bid"),
    ask: new QuoteRows("ask"),
  };

  reset(columns: MarkColumns): void {
    const { time, bid, ask, last, extremes } = columns;
    if (last.length > 0) this.#last.reset(last, time);
    for (const [i, column] of extremes.entries()) {
      const rows = this.#extremes[i] ?? new ColumnRows();
      rows.reset(column, time);
      this.#extremes[i] = rows;
    }
    this.prices = last.length > 0
      ? [this.#last, ...this.#extremes]
      : this.#extremes;
    this.quoted = bid.length > 0 && ask.length > 0;
    if (!this.quoted) return;
    for (const rows of Object.values(this.#quotes)) rows.reset(columns);
  }

  /** @param before the last trade, where a side of a quote is missing */
  quotes(mark: QuoteMark, before: number): QuoteRows {
    const rows = this.#quotes[mark];
    rows.before = before;
    return rows;
  }
}
