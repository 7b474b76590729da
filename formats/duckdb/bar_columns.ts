/** Columns of a bar, beside its time. */
export const BAR_COLUMNS = [
  "open",
  "high",
  "low",
  "close",
  "volume",
  "vwap",
  "count",
] as const;
