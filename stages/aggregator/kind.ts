import { z } from "zod";
import {
  type DescribeContext,
  type Described,
  type StageIssue,
  type StageKind,
} from "../../pipeline/contract/mod.ts";
import { didYouMean } from "../../pipeline/contract/suggest.ts";
import { MonteCarloTerms } from "./monte_carlo_terms.ts";

/** Keys of an aggregator. */
export const AggregatorConfig = z.strictObject({
  annualisation: z.number().positive().describe(
    "Trading days of a year, for the Sharpe and Sortino ratios",
  ).default(252),
  benchmark: z.string().describe(
    "Instrument of the run whose own return, from session close to session close, the results are measured against: alpha, beta, information ratio",
  ).optional(),
  monte_carlo: MonteCarloTerms.optional(),
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
  describe,
};

function describe(
  { benchmark }: AggregatorConfig,
  { inputs: [input] }: DescribeContext,
): Described {
  const known = input?.form === "results" ? input.instruments : [];
  const issues: StageIssue[] = [];
  if (
    benchmark !== undefined && known.length > 0 && !known.includes(benchmark)
  ) {
    issues.push({
      code: "unknown_instrument",
      path: ["benchmark"],
      message:
        `Cannot compare with the instrument "${benchmark}": the run has ${
          known.join(", ")
        }`,
      ...didYouMean(benchmark, known),
    });
  }
  return { output: null, issues };
}
