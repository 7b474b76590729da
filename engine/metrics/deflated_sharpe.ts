import { momentsOf, shapeOf } from "./moments.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

/** Count and moments of returns, for the distribution of their Sharpe ratio. */
export interface SharpeMoments {
  readonly count: number;
  /** Mean over standard deviation (ddof 1), not annualised. */
  readonly sharpe: number;
  /** Third and fourth standardised moments (ddof 0); a normal has 0 and 3. */
  readonly skew: number;
  readonly kurtosis: number;
}

/** Null where the Sharpe ratio is not defined: below 2 returns, or no spread. */
export function sharpeMoments(returns: Float64Array): SharpeMoments | null {
  const moments = momentsOf(returns);
  const shape = shapeOf(moments);
  const { count, mean, m2 } = moments;
  if (count < 2 || shape === null) return null;
  return { count, sharpe: mean / Math.sqrt(m2 / (count - 1)), ...shape };
}

/**
 * Probability that the true Sharpe ratio lies above `benchmark`:
 * Φ((SR − SR*)·√(T − 1) / √(1 − γ₃·SR + (γ₄ − 1)/4·SR²)).
 *
 * D. Bailey, M. López de Prado, The Sharpe ratio efficient frontier, Journal of
 * Risk 15 (2012).
 *
 * @param benchmark not annualised
 */
export function probabilisticSharpe(
  { count, sharpe, skew, kurtosis }: SharpeMoments,
  benchmark = 0,
): number | null {
  const spread = 1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe * sharpe;
  if (!(spread > 0)) return null;
  return normalCdf((sharpe - benchmark) * Math.sqrt((count - 1) / spread));
}

/**
 * The highest Sharpe ratio that so many trials without any skill are expected
 * to show: √V·((1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e))), with γ the constant
 * of Euler and Mascheroni. 0 for a single trial.
 *
 * D. Bailey, M. López de Prado, The deflated Sharpe ratio, Journal of Portfolio
 * Management 40 (2014).
 *
 * @param variance of the trials' Sharpe ratios, not annualised
 */
export function expectedMaxSharpe(trials: number, variance: number): number {
  if (trials < 2) return 0;
  const gamma = 0.5772156649015329;
  return Math.sqrt(variance) *
    ((1 - gamma) * normalQuantile(1 - 1 / trials) +
      gamma * normalQuantile(1 - 1 / (trials * Math.E)));
}
