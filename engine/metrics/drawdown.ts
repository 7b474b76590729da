import type { Values } from "./values.ts";

/** The deepest fall from a peak. */
export interface Drawdown {
  /** `trough / peak − 1`: 0 or negative; below −1 when equity went negative. */
  readonly fraction: number;
  /** `trough − peak` of the same fall, account currency: 0 or negative. */
  readonly amount: number;
  /** Index of the peak; −1 is the starting equity. Null when nothing fell. */
  readonly peak: number | null;
  /** Index of the lowest point. Null when nothing fell. */
  readonly trough: number | null;
  /** First index after the trough at or above the peak; null when there is none. */
  readonly recovery: number | null;
}

/**
 * Maximum drawdown: the least of `e_i / max(start, e_0 … e_i) − 1`. The peak
 * begins at the starting equity, so a strategy that only ever loses has one.
 * Of equally deep falls, the first; of equal peaks, the last before the trough.
 *
 * Null when `start` is not positive, any value is not finite, or the fraction
 * overflows.
 *
 * @param equity account currency, in order of time
 * @param start equity before the first value, account currency
 * @example
 * // peak 120 at index 1, trough 90 at index 2: −30 of 120; above 120 at index 4
 * maxDrawdown([110, 120, 90, 100, 125], 100)
 * // { fraction: -0.25, amount: -30, peak: 1, trough: 2, recovery: 4 }
 */
export function maxDrawdown(equity: Values, start: number): Drawdown | null {
  if (!(start > 0) || !Number.isFinite(start)) return null;
  let high = start;
  let highAt = -1;
  let peak: number | null = null;
  let trough: number | null = null;
  let recovery: number | null = null;
  let deepest = 0;
  let amount = 0;
  for (let i = 0; i < equity.length; i++) {
    const value = equity[i];
    if (!Number.isFinite(value)) return null;
    if (value >= high) {
      if (peak !== null && highAt === peak && recovery === null) recovery = i;
      high = value;
      highAt = i;
    } else if ((value - high) / high < deepest) {
      deepest = (value - high) / high;
      amount = value - high;
      peak = highAt;
      trough = i;
      recovery = null;
    }
  }
  if (!Number.isFinite(deepest) || !Number.isFinite(amount)) return null;
  return { fraction: deepest, amount, peak, trough, recovery };
}
