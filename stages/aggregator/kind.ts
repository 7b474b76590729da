import { z } from "zod";
import type { StageKind } from "../../pipeline/contract/mod.ts";

/** Keys of an aggregator. */
export const AggregatorConfig = z.strictObject({
  annualisation: z.number().positive().describe(
    "Trading days of a year, for the Sharpe and Sortino ratios",
  ).default(252),
  report: z.boolean().describe(
    "Leave report.html, a page with figures, charts and trades, beside the results",
  ).default(true),
});

export type AggregatorConfig = z.output<typeof AggregatorConfig>;

export const aggregator: StageKind<AggregatorConfig> = {
  kind: "aggregator",
  summary: "Merges what the slices gave, in order, into results and metrics",
  config: AggregatorConfig,
  inputs: { form: "results", min: 1, max: 1 },
  output: null,
  entry: new URL("./stage.ts", import.meta.url),
  access: (_, { out }) => ({ read: [out], write: [out] }),
  describe: () => ({ output: null, issues: [] }),
};
