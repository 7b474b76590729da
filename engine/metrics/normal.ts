/**
 * The standard normal distribution function Φ, to about 15 digits.
 *
 * `erf` by its series of positive terms, `erfc` by its continued fraction where
 * little is left (M. Abramowitz and I. A. Stegun, "Handbook of Mathematical
 * Functions", 7.1.6 and 7.1.14). Written here because the packages that have it
 * take longer to load than a short run takes.
 */
export function normalCdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const upper = z < 2.5 ? (1 - erfSeries(z)) / 2 : erfcFraction(z) / 2;
  return x > 0 ? 1 - upper : upper;
}

/**
 * The inverse of {@link normalCdf}: −Infinity at 0, Infinity at 1, NaN outside
 * of both.
 *
 * P. J. Acklam's rational approximation (2003, relative error below 1.15e-9),
 * then two steps of Halley's method on Φ.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  // Near 1 the lower half has the digits.
  if (p > 0.5) return -normalQuantile(1 - p);
  let x = approximate(p);
  for (let step = 0; step < 2; step++) {
    const error = (normalCdf(x) - p) * Math.sqrt(2 * Math.PI) *
      Math.exp(x * x / 2);
    x -= error / (1 + x * error / 2);
  }
  return x;
}

function erfSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= 2 * z * z / (2 * n + 1);
    sum += term;
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum;
}

/** `e^(−z²) / √π · 1 / (z + (1/2) / (z + 1 / (z + (3/2) / (z + …))))`. */
function erfcFraction(z: number): number {
  let below = z;
  for (let k = 100; k > 0; k--) below = z + k / 2 / below;
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / below;
}

const A = [
  -3.969683028665376e1,
  2.209460984245205e2,
  -2.759285104469687e2,
  1.38357751867269e2,
  -3.066479806614716e1,
  2.506628277459239,
];
const B = [
  -5.447609879822406e1,
  1.615858368580409e2,
  -1.556989798598866e2,
  6.680131188771972e1,
  -1.328068155288572e1,
  1,
];
const C = [
  -7.784894002430293e-3,
  -3.223964580411365e-1,
  -2.400758277161838,
  -2.549732539343734,
  4.374664141464968,
  2.938163982698783,
];
const D = [
  7.784695709041462e-3,
  3.224671290700398e-1,
  2.445134137142996,
  3.754408661907416,
  1,
];

function approximate(p: number): number {
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(C, q) / polynomial(D, q);
  }
  const q = p - 0.5;
  return q * polynomial(A, q * q) / polynomial(B, q * q);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
