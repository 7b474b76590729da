/** Which rows a reader makes of a source that knows trades and quotes. */
export type RowsWanted = "trades" | "quotes" | "trades_with_quotes";

const TRADE = ["price", "size", "side"];
const QUOTE = ["bid", "ask", "bid_size", "ask_size"];

/** Columns beside `time` of each choice of rows, in the order of the store. */
export const ROW_COLUMNS: Readonly<Record<RowsWanted, readonly string[]>> = {
  trades: TRADE,
  quotes: QUOTE,
  trades_with_quotes: [...TRADE, ...QUOTE],
};
