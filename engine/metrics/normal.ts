/**
 * The standard normal distribution function, by the series of G. Marsaglia,
 * Evaluating the normal distribution, J. Stat. Soft. 11 (2004): within 1e-15.
 */
export function normalCdf(x: number): number {
  if (x < -8) return 0;
  if (x > 8) return 1;
  let sum = x;
  let term = x;
  for (let n = 3; sum + term !== sum; n += 2) {
    term *= x * x / n;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * Its inverse: the `x` below which lies a share `p`, by bisection.
 *
 * @param p between 0 and 1
 */
export function normalQuantile(p: number): number {
  let low = -8;
  let high = 8;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
}
