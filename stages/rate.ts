/** A fraction in YAML: a number, `0.02%` or `2bps`. */
export type Rate = number | string;

/** Text that is a rate. */
export const RATE = /^(-?\d+(?:\.\d+)?)(%|bps)$/;

/**
 * The number behind a rate.
 *
 * @param rate a number, or text that {@link RATE} takes
 */
export function rateOf(rate: Rate): number {
  if (typeof rate === "number") return rate;
  const [, digits, unit] = RATE.exec(rate)!;
  return Number(digits) / (unit === "%" ? 100 : 10_000);
}
