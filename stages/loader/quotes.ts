import type { LoaderConfig } from "./config.ts";

/** The loaders that `quotes` stands for: one of the trades, one of the quotes. */
export interface Sources {
  readonly trades: LoaderConfig;
  readonly quotes: LoaderConfig;
}

/** Both sources of a loader whose quotes lie in files of their own. */
export function sourcesOf(config: LoaderConfig): Sources | undefined {
  const { quotes: given, ...trades } = config;
  if (!given) return undefined;
  const { source, format, columns, csv, clock } = given;
  const symbol = given.symbol ?? trades.symbol;
  return {
    trades,
    quotes: {
      ...trades,
      source,
      format,
      columns,
      csv,
      clock,
      symbol,
      rows: "quotes",
      struct: undefined,
      sample: undefined,
    },
  };
}
