import { z } from "zod";
import type { BarRule } from "../../formats/duckdb/rule.ts";
import { parseDuration } from "../../pipeline/contract/mod.ts";
import { Duration } from "../../pipeline/contract/schema.ts";

const LONGEST = "31d";

const Amount = z.number().positive();

/** The key `bars`. */
export const Bars = z.union([
  Duration.refine(isLength, {
    error: `a duration above zero such as 1m, at most ${LONGEST}`,
  }),
  z.strictObject({
    ticks: z.int().positive().describe("Ticks of a bar").optional(),
    volume: Amount.describe("A bar ends when its sizes add up to this")
      .optional(),
    value: Amount.describe(
      "A bar ends when Σ price · size · multiplier reaches this",
    ).optional(),
    imbalance: Amount.describe(
      "A bar ends when its buys and its sells differ by this size",
    ).optional(),
  }).refine((amounts) => Object.keys(amounts).length === 1, {
    error: "one of ticks, volume, value and imbalance",
  }),
]);

export type Bars = z.output<typeof Bars>;

function isLength(text: string): boolean {
  const ns = parseDuration(text) ?? 1;
  return ns > 0 && ns <= (parseDuration(LONGEST) as number);
}

/** The rule that `bars` means for an instrument. */
export function ruleOf(bars: Bars, multiplier: number): BarRule {
  if (typeof bars === "string") {
    return { by: "time", ns: parseDuration(bars) as number };
  }
  const { ticks, volume, value, imbalance } = bars;
  if (ticks !== undefined) return { by: "ticks", ticks };
  if (volume !== undefined) return { by: "volume", volume };
  if (value !== undefined) return { by: "value", value, multiplier };
  return { by: "imbalance", imbalance: imbalance as number };
}
