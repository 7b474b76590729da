import { defined, deviation, mean, present, type Values } from "./values.ts";

/**
 * Sharpe ratio with a risk-free rate of 0: `mean(r) / std(r, ddof 1) · √A`.
 *
 * Source: W. F. Sharpe, "The Sharpe Ratio", Journal of Portfolio Management 21
 * (1994), with the sample deviation, as NautilusTrader and empyrical compute
 * it. NaN returns are left out, as in empyrical. Null for fewer than two
 * returns, when all are equal, or when `returns` is null.
 *
 * @param returns simple returns, one a period
 * @param A periods a year: 252 for exchange days
 * @example sharpe([0.01, -0.02, 0.015, -0.005, 0.025], 252) // 4.48998886412873
 */
export function sharpe(returns: Values | null, A: number): number | null {
  if (returns === null) return null;
  const values = present(returns);
  if (values.length < 2) return null;
  return defined(mean(values) / deviation(values) * Math.sqrt(A));
}
