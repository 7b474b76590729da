import { z } from "zod";
import {
  type CommissionPart,
  type Instrument,
  instrumentOf,
  type Margin,
  type MarginAmount,
} from "../engine/host.ts";
import { Rate, rateOf } from "./rate.ts";
import type { InstrumentConfig } from "./sections.ts";

const Part = z.strictObject({
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

/**
 * An instrument as the engine takes it.
 *
 * @param origin epoch nanoseconds of the run's time 0
 */
export function instrumentFrom(
  symbol: string,
  config: InstrumentConfig,
  origin = 0n,
): Instrument {
  const { commission, margin, expiry, roll } = config;
  const since = (text: string) =>
    Number(Temporal.Instant.from(text).epochNanoseconds - origin);
  const parts = Array.isArray(commission) ? commission : [commission];
  return instrumentOf({
    symbol,
    tickSize: config.tick_size,
    multiplier: config.multiplier,
    lotSize: config.lot_size,
    minQuantity: config.min_quantity,
    inverse: config.inverse,
    currency: config.currency,
    commission: parts.map(partOf),
    margin: margin === undefined ? null : marginOf(margin),
    expiry: expiry === undefined ? null : since(expiry),
    roll: roll === undefined ? null : {
      at: roll.at.map(since).sort((a, b) => a - b),
      prices: roll.prices,
    },
  });
}

function partOf(part: z.output<typeof Part>): CommissionPart {
  const { per_contract, per_fill, rate, maker, taker, minimum, round } = part;
  const { maximum_rate } = part;
  return defined({
    perContract: per_contract,
    perFill: per_fill,
    rate: rate === undefined ? undefined : rateOf(rate),
    maker: maker === undefined ? undefined : rateOf(maker),
    taker: taker === undefined ? undefined : rateOf(taker),
    minimum,
    maximumRate: maximum_rate === undefined ? undefined : rateOf(maximum_rate),
    round,
  });
}

function marginOf(
  { initial, maintenance = initial }: z.output<typeof MarginTerms>,
): Margin {
  return { initial: amountOf(initial), maintenance: amountOf(maintenance) };
}

function amountOf(amount: z.output<typeof Amount>): MarginAmount {
  return typeof amount === "number"
    ? { per: "contract", amount }
    : { per: "value", rate: rateOf(amount) };
}

/** Without what was left out, so that a plan reads well and compares well. */
function defined(part: Record<string, number | undefined>): CommissionPart {
  return Object.fromEntries(
    Object.entries(part).filter(([, value]) => value !== undefined),
  );
}

function isInstant(text: string): boolean {
  try {
    Temporal.Instant.from(text);
    return true;
  } catch {
    return false;
  }
}
