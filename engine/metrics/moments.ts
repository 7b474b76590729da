import { defined, type Values } from "./values.ts";

/** Sums from which mean, deviation, skewness and kurtosis follow. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** `Σ (v − mean)²`, and the same to the third and fourth power. */
  readonly m2: number;
  readonly m3: number;
  readonly m4: number;
}

/** The moments of nothing: what {@link mergeMoments} leaves another as it is with. */
export const NO_MOMENTS: Moments = { count: 0, mean: 0, m2: 0, m3: 0, m4: 0 };

/** Moments of values, in one pass. NaN values are left out. */
export function momentsOf(values: Values): Moments {
  let count = 0;
  let mean = 0;
  let m2 = 0;
  let m3 = 0;
  let m4 = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== value) continue;
    const before = count++;
    const delta = value - mean;
    const share = delta / count;
    const square = share * share;
    const term = delta * share * before;
    mean += share;
    m4 += term * square * (count * count - 3 * count + 3) +
      6 * square * m2 - 4 * share * m3;
    m3 += term * share * (count - 2) - 3 * share * m2;
    m2 += term;
  }
  return { count, mean, m2, m3, m4 };
}

/**
 * Moments of two series one after the other, from those of each: a monoid.
 *
 * Source: P. Pébay, "Formulas for Robust, One-Pass Parallel Computation of
 * Covariances and Arbitrary-Order Statistical Moments", Sandia SAND2008-6212
 * (2008), after T. F. Chan, G. H. Golub and R. J. LeVeque (1979).
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const delta = b.mean - a.mean;
  const share = delta / count;
  const product = a.count * b.count;
  return {
    count,
    mean: a.mean + share * b.count,
    m2: a.m2 + b.m2 + delta * share * product,
    m3: a.m3 + b.m3 + delta * share * share * product * (a.count - b.count) +
      3 * share * (a.count * b.m2 - b.count * a.m2),
    m4: a.m4 + b.m4 +
      delta * share ** 3 * product *
        (a.count ** 2 - product + b.count ** 2) +
      6 * share ** 2 * (a.count ** 2 * b.m2 + b.count ** 2 * a.m2) +
      4 * share * (a.count * b.m3 - b.count * a.m3),
  };
}

/**
 * Sample skewness G1: `√(n (n − 1)) / (n − 2) · √n · m3 / m2^1.5`, as pandas,
 * QuantStats and spreadsheets give it. Null for fewer than three values, or when
 * all are equal.
 *
 * Source: D. N. Joanes and C. A. Gill, "Comparing Measures of Sample Skewness
 * and Kurtosis", The Statistician 47 (1998).
 */
export function skewness(moments: Moments): number | null {
  const { count: n } = moments;
  if (n < 3) return null;
  const shape = shapeOf(moments);
  return shape && defined(Math.sqrt(n * (n - 1)) / (n - 2) * shape.skew);
}

/**
 * Sample excess kurtosis G2: `(n − 1) / ((n − 2)(n − 3)) · ((n + 1) g2 + 6)`
 * with `g2 = n m4 / m2² − 3`, as pandas and QuantStats give it: 0 for a normal
 * distribution. Null for fewer than four values, or when all are equal. Source
 * as of {@link skewness}.
 */
export function kurtosis(moments: Moments): number | null {
  const { count: n } = moments;
  if (n < 4) return null;
  const shape = shapeOf(moments);
  if (shape === null) return null;
  const excess = shape.kurtosis - 3;
  return defined((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6));
}

/**
 * Skewness and kurtosis of the values themselves, not estimates for what they
 * are a sample of: `√n m3 / m2^1.5` and `n m4 / m2²` (3 for a normal
 * distribution). Null when all are equal.
 */
export function shapeOf(
  { count, mean, m2, m3, m4 }: Moments,
): { readonly skew: number; readonly kurtosis: number } | null {
  // What is left of equal values is rounding.
  if (!(m2 > count * (Number.EPSILON * mean) ** 2)) return null;
  return {
    skew: Math.sqrt(count) * m3 / m2 ** 1.5,
    kurtosis: count * m4 / m2 ** 2,
  };
}
