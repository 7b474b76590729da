import type { Series } from "../series/series.ts";

/** Highs and lows: the columns of an input with bars, or series of one's own. */
export interface HighLow {
  readonly high: Series;
  readonly low: Series;
}

/** Highs, lows and closes. */
export interface HighLowClose extends HighLow {
  readonly close: Series;
}

/** Prices and sizes of trades. */
export interface Trades {
  readonly price: Series;
  readonly size: Series;
}

/** Best bid and ask. */
export interface Quotes {
  readonly bid: Series;
  readonly ask: Series;
}

/** Best bid and ask with their sizes. */
export interface SizedQuotes extends Quotes {
  readonly bid_size: Series;
  readonly ask_size: Series;
}
