import type { Series } from "../series/series.ts";
import { div, mul, sub } from "./arithmetic.ts";
import { max, min } from "./extremes.ts";
import type { HighLowClose } from "./sources.ts";
import { sma } from "./sum.ts";

export interface StochasticOptions {
  /** Bars in the window; 14 unless given. */
  readonly length?: number;
  /** Bars over which %K is averaged; 3 unless given, 1 for the fast form. */
  readonly smooth?: number;
  /** Bars over which %D averages %K; 3 unless given. */
  readonly signal?: number;
}

export interface Stochastic {
  /** %K, 0 to 100. */
  readonly k: Series;
  /** %D: `SMA(%K, signal)`. */
  readonly d: Series;
}

/**
 * Stochastic oscillator: `100·(close - lowest low) / (highest high - lowest
 * low)` over the last `n` bars, averaged over `smooth` (George Lane; TA-Lib
 * STOCH). %K is ready after `n + smooth - 1` bars, %D after `signal - 1` more.
 * NaN where high and low of the window are equal (TA-Lib says 0).
 */
export function stochastic(
  { high, low, close }: HighLowClose,
  { length = 14, smooth = 3, signal = 3 }: StochasticOptions = {},
): Stochastic {
  const lowest = min(low, length);
  const place = div(sub(close, lowest), sub(max(high, length), lowest));
  const raw = mul(place, 100);
  const k = smooth === 1 ? raw : sma(raw, smooth);
  return { k, d: sma(k, signal) };
}
