import type { CommissionPart } from "../engine/broker/commission.ts";
import {
  type Instrument,
  instrumentOf,
  type Margin,
  type MarginAmount,
} from "../engine/instrument.ts";
import { type Rate, rateOf } from "./rate.ts";
import type { InstrumentConfig } from "./sections.ts";

type MarginConfig = NonNullable<InstrumentConfig["margin"]>;
type CommissionConfig = InstrumentConfig["commission"];
type PartConfig = Exclude<CommissionConfig, readonly unknown[]>;

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

function partOf(part: PartConfig): CommissionPart {
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
  { initial, maintenance = initial }: MarginConfig,
): Margin {
  return { initial: amountOf(initial), maintenance: amountOf(maintenance) };
}

function amountOf(amount: Rate): MarginAmount {
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
