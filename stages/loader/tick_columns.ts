/** Columns of ticks beside `time`, in the order of the store. */
export const TICK_COLUMNS = [
  "price",
  "size",
  "side",
  "bid",
  "ask",
  "bid_size",
  "ask_size",
] as const;
