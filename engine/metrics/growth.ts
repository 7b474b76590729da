import type { Drawdown } from "./drawdown.ts";
import { defined } from "./values.ts";

export interface GrowthOptions {
  /** Equity before the first period, account currency. */
  readonly start: number;
  /** Equity after the last period, account currency. */
  readonly end: number;
  /** Periods between them, trading or not: days. */
  readonly periods: number;
  /** Periods a year, the A of {@link sharpe}: 252 for exchange days. */
  readonly A: number;
}

/** `end / start − 1`. Null when `start` is not positive. */
export function totalReturn(start: number, end: number): number | null {
  return start > 0 ? defined((end - start) / start) : null;
}

/**
 * Compound annual growth rate: `(end / start)^(A / periods) − 1`, as
 * empyrical's `annual_return`. −1 when nothing is left. Null when `start` is
 * not positive, `end` is negative, or there are no periods. Over a few days it
 * is an extrapolation and large; over too few it overflows and is null.
 */
export function cagr(
  { start, end, periods, A }: GrowthOptions,
): number | null {
  if (!(start > 0) || !(end >= 0) || !(periods > 0)) return null;
  return defined(Math.pow(end / start, A / periods) - 1);
}

/**
 * Calmar ratio: `CAGR / |maximum drawdown|`, both over the whole run.
 *
 * Source: T. W. Young, "Calmar Ratio: A Smoother Tool", Futures 20 (1991),
 * there over 36 months. Null when the growth is null or nothing fell.
 *
 * @param growth from {@link cagr}
 * @param drawdown from {@link maxDrawdown}
 */
export function calmar(
  growth: number | null,
  drawdown: Pick<Drawdown, "fraction"> | null,
): number | null {
  if (growth === null || drawdown === null) return null;
  return defined(growth / Math.abs(drawdown.fraction));
}
