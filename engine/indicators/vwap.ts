import type { Series } from "../series/series.ts";
import { div, mul } from "./arithmetic.ts";
import type { Trades } from "./sources.ts";
import { sum } from "./sum.ts";

/**
 * Volume-weighted average price of the last `n` trades: `Σ price·size / Σ
 * size`. Ready after `n` trades; NaN where nothing was traded.
 */
export function vwap({ price, size }: Trades, length: number): Series {
  return div(sum(mul(price, size), length), sum(size, length));
}
