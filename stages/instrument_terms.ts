import { z } from "zod";
import { RateSchema as Rate } from "./rate_schema.ts";

/** One charge of a fill. */
export const Part = z.strictObject({
  per_contract: z.number().describe(
    "Charged for each contract or share of a fill, in the currency",
  ).optional(),
  per_fill: z.number().describe("Charged for each fill, in the currency")
    .optional(),
  rate: Rate.describe(
    "Charged as a fraction of the fill's value: 0.0002, 0.02% or 2bps",
  ).optional(),
  maker: Rate.describe(
    "The rate when the order rested in the book; below 0 it is a rebate",
  ).optional(),
  taker: Rate.describe("The rate when the order took what rested").optional(),
  minimum: z.number().min(0).describe("At least so much for each fill")
    .optional(),
  maximum_rate: Rate.describe("At most this fraction of the fill's value")
    .optional(),
  round: z.number().positive().describe(
    "Rounded to multiples of this: 0.01 for cents",
  ).optional(),
});

/** `commission` of an instrument: one charge, or several that add up. */
export const Commission = z.union([Part, z.array(Part)]).describe(
  "What trading costs beside the spread; a list adds up, as of a broker and an exchange",
);

const Amount = z.union([z.number().min(0), Rate], {
  error: "an amount for each contract, or a fraction of its value such as 10%",
});

/** `margin` of an instrument. */
export const MarginTerms = z.strictObject({
  initial: Amount.describe(
    "Backs a contract when it is opened: an amount of currency, or a part of its value such as 10%",
  ),
  maintenance: Amount.describe(
    "Backs a contract from then on; the same as initial when left out",
  ).optional(),
}).describe(
  "What a position must be backed by, when account.margin_call is set",
);

const Moment = z.string().refine(isInstant, {
  error: "a moment with its zone such as 2024-03-15T13:30:00Z",
});

/** `expiry` of an instrument. */
export const Expiry = Moment.describe(
  "From then on it does not trade: positions are settled at the last price before it",
);

/** `roll` of an instrument. */
export const RollTerms = z.strictObject({
  at: z.array(Moment).min(1).describe(
    "Moments at which the next contract takes over",
  ),
  prices: z.enum(["raw", "back_adjusted"]).describe(
    "raw: prices jump by the gap between the contracts; back_adjusted: it was taken out of them",
  ).default("raw"),
}).describe(
  "A series of futures contracts: positions go from one to the next, both ways paid for",
);

function isInstant(text: string): boolean {
  try {
    Temporal.Instant.from(text);
    return true;
  } catch {
    return false;
  }
}
