import { defined, mean, present, type Values } from "./values.ts";

/**
 * Sortino ratio with a target of 0: `mean(r) / √(Σ min(r, 0)² / N) · √A`, where
 * N counts all returns, not only the negative ones.
 *
 * Source: F. A. Sortino and L. N. Price, "Performance Measurement in a Downside
 * Risk Framework", Journal of Investing 3 (1994), as NautilusTrader and
 * empyrical compute it. NaN returns are left out, as in empyrical. Null when
 * there are fewer than two returns, as for the Sharpe ratio, when none is
 * negative, or when `returns` is null.
 *
 * @param returns simple returns, one a period
 * @param A periods a year: 252 for exchange days
 * @example sortino([-0.01, 0.02, -0.015, 0.005, -0.02], 252) // -5.273224492824493
 */
export function sortino(returns: Values | null, A: number): number | null {
  if (returns === null) return null;
  const values = present(returns);
  if (values.length < 2) return null;
  let squares = 0;
  for (const value of values) if (value < 0) squares += value * value;
  if (squares === 0) return null;
  const downside = Math.sqrt(squares / values.length);
  return defined(mean(values) / downside * Math.sqrt(A));
}
