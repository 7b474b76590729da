import { defined, deviation, present, type Values } from "./values.ts";

/**
 * Simple returns from close to close: `r_i = e_i / e_(i−1) − 1`, with the
 * starting equity before the first. Days without a trade belong in as returns
 * of 0.
 *
 * Null when a return has no base to be a fraction of: `start`, or an equity
 * before the last, is zero, negative or not finite.
 *
 * @param equityAtCloses account currency, one value a day
 * @param start equity before the first day, account currency
 * @example dailyReturns([110, 99], 100) // [0.1, -0.1]
 */
export function dailyReturns(
  equityAtCloses: Values,
  start: number,
): Float64Array | null {
  const returns = new Float64Array(equityAtCloses.length);
  let base = start;
  for (let i = 0; i < returns.length; i++) {
    const equity = equityAtCloses[i];
    if (!(base > 0) || !Number.isFinite(base) || !Number.isFinite(equity)) {
      return null;
    }
    returns[i] = equity / base - 1;
    base = equity;
  }
  return returns;
}

/**
 * Annualised volatility: `std(r, ddof 1) · √A`. NaN returns are left out. Null
 * for fewer than two returns.
 *
 * @param A periods a year: 252 for exchange days
 */
export function volatility(returns: Values | null, A: number): number | null {
  if (returns === null) return null;
  const values = present(returns);
  return values.length < 2 ? null : defined(deviation(values) * Math.sqrt(A));
}
