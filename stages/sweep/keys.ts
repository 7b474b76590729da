import { z } from "zod";
import { isSpan } from "./windows.ts";

const Scalar = z.union([z.number(), z.boolean(), z.string()], {
  error: "a number, true or false, or text",
});

const Values = z.union([
  z.array(Scalar).min(1, { error: "a list of at least one value" }),
  z.strictObject({
    from: z.number().describe("The first value"),
    to: z.number().describe("The last value"),
    step: z.number().positive().describe("From one value to the next")
      .optional(),
    count: z.int().min(2).describe("How many values, ends included").optional(),
    scale: z.enum(["linear", "log"]).describe(
      "log: each value is so many times the one before",
    ).optional(),
  }),
], { error: "a list of values, or { from, to } with a step or a count" });

/** `sweep` of a worker. */
export const SweepSchema = z.strictObject({
  method: z.enum(["grid", "list", "random", "sobol"]).describe(
    "grid: every combination. list: the sets as written. random, sobol: so many samples, drawn evenly, or so that they fill the space",
  ).default("grid"),
  params: z.record(z.string(), Values).describe(
    "Values of each parameter: a list, or { from, to } with a step or a count",
  ).optional(),
  sets: z.array(z.record(z.string(), Scalar)).min(1).describe(
    "For the method list: the sets themselves",
  ).optional(),
  samples: z.int().min(1).describe(
    "For random and sobol: how many sets; 64 unless given",
  ).optional(),
  where: z.string().min(1).describe(
    "Which sets to keep: an expression of parameters such as fast < slow",
  ).optional(),
  objective: z.string().min(1).describe(
    "What the best set has most of: a figure of the results, or an expression of figures",
  ).default("sharpe"),
  keep: z.enum(["best", "all", "none"]).describe(
    "Of which sets fills and equity are written",
  ).default("best"),
});

const Span = z.string().refine(isSpan, {
  error: "a span such as 20 sessions, 1 session, 12h or 30d",
});

/** `walk_forward` of a worker. */
export const WalkForwardSchema = z.strictObject({
  train: Span.describe(
    "On which the best set is chosen: 20 sessions, or time such as 30d",
  ),
  test: Span.describe("On which the chosen set is tried, after the training"),
  step: Span.describe(
    "From one window to the next; as long as test unless given",
  ).optional(),
  embargo: Span.describe("Between the training and the test; none unless given")
    .optional(),
  anchored: z.boolean().describe(
    "true: every training begins with the first session. false: it moves along",
  ).default(false),
});

export type SweepConfig = z.output<typeof SweepSchema>;
