import type { Series } from "../series/series.ts";
import { sub } from "./arithmetic.ts";
import { ema } from "./ema.ts";

export interface MacdOptions {
  /** Length of the fast average; 12 unless given. */
  readonly fast?: number;
  /** Length of the slow average; 26 unless given. */
  readonly slow?: number;
  /** Length of the signal line's average; 9 unless given. */
  readonly signal?: number;
}

export interface Macd {
  /** `EMA(fast) - EMA(slow)`. */
  readonly line: Series;
  /** `EMA(line, signal)`. */
  readonly signal: Series;
  /** `line - signal`. */
  readonly histogram: Series;
}

/**
 * Moving average convergence/divergence (Gerald Appel). The line is ready after
 * `slow` values, the others after `slow + signal - 1`. The averages begin as
 * {@link ema} does.
 */
export function macd(source: Series, options: MacdOptions = {}): Macd {
  const { fast = 12, slow = 26, signal: length = 9 } = options;
  const line = sub(ema(source, fast), ema(source, slow));
  const signal = ema(line, length);
  return { line, signal, histogram: sub(line, signal) };
}
