import { z } from "zod";

/** Columns that a loader can take. */
export const TICK_COLUMNS = [
  "time",
  "price",
  "size",
  "side",
  "bid",
  "ask",
  "bid_size",
  "ask_size",
] as const;

const Cell = z.union([z.number(), z.string()], {
  error: "a number, or a time such as 2024-03-04T14:30:00Z or +1s",
});

const Ticks = z.strictObject({
  columns: z.array(z.enum(TICK_COLUMNS)).min(2).describe(
    "Names of the columns, time among them",
  ),
  rows: z.array(z.array(Cell)).min(1).describe(
    "The ticks: a list of values each. A time is ISO 8601, or +1s: that much after the row before",
  ),
});

const Fill = z.strictObject({
  time: z.string().describe("When, ISO 8601"),
  side: z.enum(["buy", "sell"]).describe("What was done"),
  quantity: z.number().positive().describe("Contracts"),
  price: z.number().describe("At which price"),
  instrument: z.string().describe(
    "Of which instrument; not looked at when absent",
  )
    .optional(),
  commission: z.number().describe("At which cost; not looked at when absent")
    .optional(),
});

const ConfigTest = z.strictObject({
  set: z.record(
    z.string(),
    z.union([z.number(), z.boolean(), z.string()], {
      error: "a number, true or false, or text",
    }),
  ).describe(
    "Values that this test overrides, by path: { stages.cross.params.fast: 2 }",
  ).default({}),
  ticks: z.record(z.string(), Ticks).describe(
    "For each loader, by id, the ticks that it has in this test",
  ),
  fills: z.array(Fill).describe("Exactly the fills that must come of them"),
}).describe("One test of the pipeline");

/** The `tests` section: what `test-config` runs. A run does not look at it. */
export const Tests = z.record(z.string().min(1), ConfigTest).describe(
  "Tests by name: ticks in, exact fills out. deno task test-config runs them",
).default({});

export type ConfigTests = z.output<typeof Tests>;
export type ConfigTest = z.output<typeof ConfigTest>;
export type TestTicks = z.output<typeof Ticks>;
export type ExpectedFill = z.output<typeof Fill>;
