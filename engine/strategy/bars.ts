import { BAR_COLUMNS } from "../series/bar_maker.ts";
import type { SeriesGraph } from "../series/graph.ts";
import type { Series } from "../series/series.ts";
import { spanOf } from "./span.ts";

/**
 * Bars of an input's ticks. Each series holds the last completed bar, `ago(k)`
 * counts bars, and indicators of them are computed once a bar.
 */
export interface Bars {
  /** First price. */
  readonly open: Series;
  /** Highest price. */
  readonly high: Series;
  /** Lowest price. */
  readonly low: Series;
  /** Last price. */
  readonly close: Series;
  /** Sum of `size`. */
  readonly volume: Series;
  /** Number of ticks. */
  readonly count: Series;
  /** `Σ price·size / Σ size`; the close where nothing was traded. */
  readonly vwap: Series;
}

const DAY = 86_400e9;

/**
 * @param every such as `"1m"`
 * @throws TypeError unless a day holds a whole number of bars
 */
export function barsOf(
  graph: SeriesGraph,
  every: string,
  price: Series = graph.column("price"),
): Bars {
  const ns = spanOf(every, "bars");
  if (DAY % ns !== 0) {
    throw new TypeError(
      `Cannot make bars: current length is "${every}", a day must hold a whole number of them`,
    );
  }
  if (price.owner !== graph) {
    throw new TypeError(
      `Cannot make bars of ${price.name}: current input is another, or made of bars`,
    );
  }
  const bars = graph.bars(ns, price);
  const columns = {};
  for (const name of BAR_COLUMNS) {
    Object.defineProperty(columns, name, {
      enumerable: true,
      get() {
        // Sizes are read only where someone looks at them.
        if (name === "volume" || name === "vwap") bars.readSize();
        return bars.column(name);
      },
    });
  }
  return columns as Bars;
}
