import type { Series } from "../series/series.ts";
import { div, sub } from "./arithmetic.ts";
import { linear } from "./linear.ts";
import { sma } from "./sum.ts";
import { std } from "./variance.ts";
import type { Window } from "./window.ts";

export interface BollingerOptions {
  /** Values in the window, or its duration; 20 unless given. */
  readonly length?: Window;
  /** Standard deviations from the middle to a band; 2 unless given. */
  readonly width?: number;
}

export interface Bollinger {
  /** `SMA(n)`. */
  readonly middle: Series;
  /** `middle + width·std`. */
  readonly upper: Series;
  /** `middle - width·std`. */
  readonly lower: Series;
  /** `(x - lower) / (upper - lower)`; NaN where the bands meet. */
  readonly percentB: Series;
  /** `(upper - lower) / middle`. */
  readonly bandwidth: Series;
}

/**
 * Bollinger bands, with the standard deviation of the population (John
 * Bollinger, Bollinger on Bollinger Bands, 2001; TA-Lib BBANDS). Ready after
 * `n` values.
 */
export function bollinger(
  source: Series,
  { length = 20, width = 2 }: BollingerOptions = {},
): Bollinger {
  const middle = sma(source, length);
  const spread = std(source, length);
  const upper = linear(1, middle, width, spread);
  const lower = linear(1, middle, -width, spread);
  return {
    middle,
    upper,
    lower,
    // Declared when they are asked for: what nobody reads is not computed.
    get percentB() {
      return div(sub(source, lower), sub(upper, lower));
    },
    get bandwidth() {
      return div(sub(upper, lower), middle);
    },
  };
}
