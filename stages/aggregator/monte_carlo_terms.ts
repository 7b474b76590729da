import { z } from "zod";
import { MONTE_CARLO_METHODS } from "./monte_carlo_methods.ts";

/** Keys of `monte_carlo` of an aggregator. */
export const MonteCarloTerms = z.strictObject({
  paths: z.int().min(10).max(20_000).describe("Histories of each method")
    .default(1000),
  methods: z.array(z.enum(MONTE_CARLO_METHODS)).min(1).describe(
    "Which histories: trades drawn anew, in another order or with some left out; sessions drawn anew in blocks of random or of one length",
  ).default([...MONTE_CARLO_METHODS]),
  skip: z.number().min(0).max(1).describe(
    "trade_skip: chance of a trade to be left out",
  ).default(0.05),
  block: z.union([z.literal("auto"), z.int().positive()], {
    error: "auto, or a number of sessions such as 5",
  }).describe(
    "Sessions of a block, the mean of stationary_bootstrap; auto is the cube root of their number",
  ).default("auto"),
}).describe(
  "What other histories the same trades and sessions might have made: bands of equity, and how final equity, drawdown and Sharpe ratio spread",
);

export type MonteCarloTerms = z.output<typeof MonteCarloTerms>;
