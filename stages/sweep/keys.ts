import { z } from "zod";

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

export type SweepConfig = z.output<typeof SweepSchema>;
