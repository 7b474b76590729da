import { z } from "zod";
import {
  Duration,
  parseDuration,
  type StageKind,
} from "../../pipeline/contract/mod.ts";

/** Keys of an aggregator. */
export const AggregatorConfig = z.strictObject({
  equity_every: Duration.refine((text) => (parseDuration(text) ?? 1) > 0, {
    error: "a duration above zero such as 1m",
  }).describe("Event time between two samples of the equity").default("1m"),
  annualisation: z.number().positive().describe(
    "Trading days of a year, for the Sharpe and Sortino ratios",
  ).default(252),
});

export type AggregatorConfig = z.output<typeof AggregatorConfig>;

export const aggregator: StageKind<AggregatorConfig> = {
  kind: "aggregator",
  summary: "Merges what the slices gave, in order, into results and metrics",
  config: AggregatorConfig,
  inputs: { form: "results", min: 1, max: 1 },
  output: null,
  entry: new URL("./stage.ts", import.meta.url),
  describe: () => ({ output: null, issues: [] }),
};
