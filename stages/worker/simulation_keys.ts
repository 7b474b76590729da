import { z } from "zod";
import { Duration } from "../../pipeline/contract/schema.ts";
import { RateSchema as Rate } from "../rate_schema.ts";

/** Names of fill models. */
const NAMES = [
  "touch",
  "through",
  "next_tick",
  "one_tick",
  "queue",
  "volume_share",
  "probability",
] as const;

const Chance = z.number().min(0).max(1);

const Fills = z.union([
  z.enum(NAMES),
  z.strictObject({
    model: z.enum(["touch", "through", "next_tick", "one_tick"]).describe(
      "The model's name",
    ),
  }),
  z.strictObject({
    model: z.literal("queue").describe("The model's name"),
    cancels: z.enum(["risk_averse", "power", "log"]).describe(
      "What a shrinking queue says of those ahead: nothing, or a part of the cancels by behind^n or log(1 + behind)",
    ).default("risk_averse"),
    exponent: z.number().positive().describe("The n of power").default(1),
  }),
  z.strictObject({
    model: z.literal("volume_share").describe("The model's name"),
    share: z.number().positive().max(1).describe(
      "Part of each event's size that is ours at most",
    ).default(0.1),
  }),
  z.strictObject({
    model: z.literal("probability").describe("The model's name"),
    limit: Chance.describe("Chance that a touched limit order fills").default(
      1,
    ),
    slip: Chance.describe("Chance that a taking order fills a tick worse")
      .default(0),
  }),
], {
  error: `one of ${NAMES.join(", ")}, or { model: … } with its parameters`,
});

const DelayConfig = z.union([
  Duration,
  z.strictObject({
    from: Duration.describe("The shortest"),
    to: Duration.describe("The longest"),
  }),
  z.strictObject({
    column: z.string().min(1).describe(
      "A column of the instrument's ticks that holds it, in ns",
    ),
  }),
], {
  error: "a duration such as 5ms, { from: 1ms, to: 3ms } or { column: NAME }",
});

const Latency = z.union([
  DelayConfig,
  z.strictObject({
    entry: DelayConfig.describe(
      "Until the market has an order, or a change of one",
    ).default("0ms"),
    cancel: DelayConfig.describe("Until the market has a cancel").default(
      "0ms",
    ),
    notice: DelayConfig.describe(
      "Until the strategy hears of a fill, or of an order",
    ).default("0ms"),
  }),
], {
  error:
    "a duration such as 5ms, or { entry, cancel, notice } with a duration, { from, to } or { column } each",
});

/** Keys of a worker that say how the market is simulated. */
export const SIMULATION_KEYS = {
  fills: Fills.describe(
    "How orders are filled: a model's name, or { model: … } with its parameters",
  ).default("touch"),
  latency: Latency.describe(
    "How long orders, cancels and news of them are on their way",
  ).default("0ms"),
  slippage_ticks: z.number().min(0).describe(
    "Ticks by which an order that takes fills worse than the market",
  ).default(0),
  slippage_ticks_per_contract: z.number().min(0).describe(
    "More such ticks for each contract of the fill",
  ).default(0),
  slippage_rate: Rate.describe(
    "More of it as a fraction of the price: 0.0001, 0.01% or 1bps",
  ).default(0),
  mark: z.enum(["auto", "last", "mid", "bid_ask"]).describe(
    "Price of open positions: the last trade, the middle of the quotes, or what closing them would get. auto: the middle when there are quotes",
  ).default("auto"),
  positions: z.enum(["average", "fifo"]).describe(
    "Which entry an exit closes: the average of all, or the oldest",
  ).default("average"),
};

/** What those keys hold. */
export type SimulationConfig = z.output<z.ZodObject<typeof SIMULATION_KEYS>>;
