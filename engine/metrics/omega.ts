import { defined, type Values } from "./values.ts";

/**
 * Omega ratio with a threshold of 0: `Σ max(r, 0) / Σ max(−r, 0)`, as empyrical
 * and QuantStats compute it. NaN returns are left out. Null when no return is
 * negative.
 *
 * Source: C. Keating and W. F. Shadwick, "A Universal Performance Measure",
 * Journal of Performance Measurement 6 (2002).
 *
 * @example omega([0.02, -0.01, 0.01]) // 3
 */
export function omega(returns: Values | null): number | null {
  if (returns === null) return null;
  let won = 0;
  let lost = 0;
  for (let i = 0; i < returns.length; i++) {
    if (returns[i] > 0) won += returns[i];
    else if (returns[i] < 0) lost -= returns[i];
  }
  return defined(won / lost);
}
