import { z } from "zod";
import { parseDuration } from "../pipeline/contract/mod.ts";
import { Duration } from "../pipeline/contract/schema.ts";
import {
  Commission,
  Expiry,
  MarginTerms,
  RollTerms,
} from "./instrument_terms.ts";
import { Tests } from "./config_tests/section.ts";
import { SessionTerms } from "./session_terms.ts";

const Currency = z.string().regex(/^[A-Z]{3,5}$/, {
  error: "a currency code such as USD or USDT",
});

const Instrument = z.strictObject({
  tick_size: z.number().positive().describe(
    "Smallest step of the price. Prices must be multiples of it",
  ),
  multiplier: z.number().positive().describe(
    "Value of one point of price for one contract, in the currency",
  ).default(1),
  currency: Currency.describe("Currency of prices, profits and commissions")
    .default("USD"),
  lot_size: z.number().min(0).describe(
    "Quantities are multiples of it; 0: any quantity",
  ).default(0),
  min_quantity: z.number().min(0).describe("Smallest quantity of an order")
    .default(0),
  inverse: z.boolean().describe(
    "Profits are in the base currency, as of coin-margined BTC/USD: a contract is worth multiplier / price",
  ).default(false),
  commission: Commission.prefault({}),
  margin: MarginTerms.optional(),
  expiry: Expiry.optional(),
  roll: RollTerms.optional(),
  session: SessionTerms,
}).describe("A tradable contract");

const InstrumentName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, {
  error: "an instrument's name such as ES or BTC-USDT",
});

/** The `instruments` section. */
export const Instruments = z.record(InstrumentName, Instrument).describe(
  "The instruments that loaders name",
).default({});

/** The `account` section. */
export const Account = z.strictObject({
  capital: z.number().positive().describe(
    "Cash at the start, in the account's currency",
  ).default(100_000),
  currency: Currency.describe("Currency of the account").default("USD"),
  rates: z.record(
    Currency,
    z.union([
      z.number().positive(),
      z.strictObject({
        instrument: InstrumentName.describe(
          "The instrument whose mark is the rate",
        ),
        inverted: z.boolean().describe(
          "Take one over the mark: USDJPY for an account in USD",
        ).default(false),
      }),
    ], { error: "a rate such as 1.08, or { instrument: EURUSD }" }),
  ).describe(
    "What one unit of another currency is worth in the account's: a number, or an instrument of the run",
  ).default({}),
  margin_call: z.enum(["none", "notify", "liquidate"]).describe(
    "When equity falls below the maintenance margin: nothing (positions need no margin), onMarginCall, or that and closing all positions",
  ).default("none"),
  equity_every: Duration.refine((text) => (parseDuration(text) ?? 1) > 0, {
    error: "a duration above zero such as 1m",
  }).describe("Event time between two samples of the equity").default("1m"),
}).describe("The account that trades").prefault({});

/** `instruments` by name, defaults filled. */
export type InstrumentsConfig = z.output<typeof Instruments>;
export type InstrumentConfig = z.output<typeof Instrument>;
export type AccountConfig = z.output<typeof Account>;

/** The pipeline's sections that describe the market, by key. */
export const sections = {
  instruments: Instruments,
  account: Account,
  tests: Tests,
} as const;
