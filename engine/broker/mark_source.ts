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
  #columns: MarkColumns | null = null;
  readonly #last = new ColumnRows();
  readonly #extremes: ColumnRows[] = [];
  readonly #quotes = {
    mid: new QuoteRows("mid"),
    bid: new QuoteRows("bid"),
    ask: new QuoteRows("ask"),
  };

  reset(columns: MarkColumns): void {
    this.#columns = columns;
    const { time, last, extremes } = columns;
    if (last.length > 0) this.#last.reset(last, time);
    for (const [i, column] of extremes.entries()) {
      const rows = this.#extremes[i] ?? new ColumnRows();
      rows.reset(column, time);
      this.#extremes[i] = rows;
    }
    if (!this.quoted) return;
    for (const rows of Object.values(this.#quotes)) rows.reset(columns);
  }

  get quoted(): boolean {
    const columns = this.#columns;
    return columns !== null && columns.bid.length > 0 && columns.ask.length > 0;
  }

  /** @param before the last trade, where a side of a quote is missing */
  quotes(mark: QuoteMark, before: number): QuoteRows {
    const rows = this.#quotes[mark];
    rows.before = before;
    return rows;
  }

  /** Trades, or all prices of bars; none where the feed brings quotes alone. */
  get prices(): readonly ColumnRows[] {
    return this.#columns?.last.length
      ? [this.#last, ...this.#extremes]
      : this.#extremes;
  }
}
