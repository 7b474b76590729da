import { defined, deviation, mean, present, type Values } from "./values.ts";
import { normalQuantile } from "./normal.ts";

/**
 * The value below which a share `p` of all lies, linear between two (type 7 of
 * R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", The
 * American Statistician 50, 1996; numpy's default). Null of nothing.
 */
export function quantileOf(values: Values, p: number): number | null {
  const sorted = present(values).sort();
  if (sorted.length === 0) return null;
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return defined(sorted[low] + (at - low) * (sorted[high] - sorted[low]));
}

/**
 * Historical value at risk: the return below which a share `p` of all lies, as
 * empyrical's `value_at_risk`. Negative where it is a loss. Null for fewer than
 * two returns.
 *
 * @param p 0.05: one day of twenty
 */
export function valueAtRisk(
  returns: Values | null,
  p = 0.05,
): number | null {
  if (returns === null || present(returns).length < 2) return null;
  return quantileOf(returns, p);
}

/**
 * Value at risk of a normal distribution with the returns' mean and deviation:
 * `mean + std(ddof 1) · Φ⁻¹(p)`, which is QuantStats' `value_at_risk`.
 */
export function normalValueAtRisk(
  returns: Values | null,
  p = 0.05,
): number | null {
  if (returns === null) return null;
  const values = present(returns);
  if (values.length < 2) return null;
  return defined(mean(values) + deviation(values) * normalQuantile(p));
}

/**
 * Conditional value at risk (expected shortfall): the mean of the returns at or
 * below {@link valueAtRisk}.
 *
 * Source: R. T. Rockafellar and S. Uryasev, "Optimization of Conditional
 * Value-at-Risk", Journal of Risk 2 (2000). QuantStats takes what lies below its
 * normal value at risk; empyrical the worst `⌊(n − 1) p⌋ + 1` returns.
 */
export function conditionalValueAtRisk(
  returns: Values | null,
  p = 0.05,
): number | null {
  const limit = valueAtRisk(returns, p);
  if (returns === null || limit === null) return null;
  return defined(mean(present(returns).filter((value) => value <= limit)));
}

/**
 * Tail ratio: `|95th percentile| / |5th percentile|` of the returns, as
 * empyrical and QuantStats. Null when the 5th is 0.
 */
export function tailRatio(returns: Values | null): number | null {
  if (returns === null) return null;
  const high = quantileOf(returns, 0.95);
  const low = quantileOf(returns, 0.05);
  if (high === null || low === null) return null;
  return defined(Math.abs(high) / Math.abs(low));
}
