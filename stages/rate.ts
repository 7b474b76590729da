import { z } from "zod";

const TEXT = /^(-?\d+(?:\.\d+)?)(%|bps)$/;

/** A fraction in YAML: a number, `0.02%` or `2bps`. */
export const Rate = z.union([
  z.number(),
  z.string().regex(TEXT),
], { error: "a fraction such as 0.0002, 0.02% or 2bps" });

/** The number behind a {@link Rate}. */
export function rateOf(rate: z.output<typeof Rate>): number {
  if (typeof rate === "number") return rate;
  const [, digits, unit] = TEXT.exec(rate)!;
  return Number(digits) / (unit === "%" ? 100 : 10_000);
}
