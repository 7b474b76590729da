import type { Series } from "../series/series.ts";
import { atr } from "./atr.ts";
import { ema } from "./ema.ts";
import { max, min } from "./extremes.ts";
import { linear } from "./linear.ts";
import type { HighLow, HighLowClose } from "./sources.ts";
import type { Window } from "./window.ts";

/** A middle line between two bounds. */
export interface Channel {
  readonly middle: Series;
  readonly upper: Series;
  readonly lower: Series;
}

/**
 * Donchian channel: the highest high and the lowest low of the last `n` bars,
 * the current one counted, and their mean (Richard Donchian). Ready after `n`
 * bars. For a breakout compare with `upper.ago(1)`.
 */
export function donchian(
  { high, low }: HighLow,
  length: Window = 20,
): Channel {
  const upper = max(high, length);
  const lower = min(low, length);
  return { middle: linear(0.5, upper, 0.5, lower), upper, lower };
}

export interface KeltnerOptions {
  /** Length of the middle's EMA; 20 unless given. */
  readonly length?: number;
  /** Length of the average true range; 10 unless given. */
  readonly range?: number;
  /** Average true ranges from the middle to a bound; 2 unless given. */
  readonly width?: number;
}

/**
 * Keltner channel in Linda Raschke's form: `EMA(close) ± width·ATR`. Ready
 * after the longer of `length` and `range + 1` bars.
 */
export function keltner(
  bars: HighLowClose,
  { length = 20, range = 10, width = 2 }: KeltnerOptions = {},
): Channel {
  const middle = ema(bars.close, length);
  const spread = atr(bars, range);
  return {
    middle,
    upper: linear(1, middle, width, spread),
    lower: linear(1, middle, -width, spread),
  };
}
