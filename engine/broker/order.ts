import type { Instrument } from "../instrument.ts";
import type { Reason } from "./notices.ts";
import { F, Flag, Status, Tif, Type } from "./order_rows.ts";

/** Terms of an order beside its side and quantity; without any: at market. */
export interface OrderTerms {
  /** Worst price: a limit order; with `stop` or `trail`, once that is reached. */
  readonly limit?: number;
  /** Becomes active when the price gets there: above to buy, below to sell. */
  readonly stop?: number;
  /** A stop that follows the price at this distance. */
  readonly trail?: number;
  /**
   * How long it works: until cancelled (`gtc`, the default), until the session
   * closes (`day`), or not at all: what does not fill at once is cancelled
   * (`ioc`), or all of it unless all fills (`fok`).
   */
  readonly tif?: "gtc" | "day" | "ioc" | "fok";
  /** Good till a time: the first moment at which it works no more, ns. */
  readonly until?: number;
  /** Rejected when it would take instead of rest. */
  readonly postOnly?: boolean;
  /** Only ever closes: what would open or flip the position is cancelled. */
  readonly reduceOnly?: boolean;
  /** Once it fills, a limit order to leave at this price… */
  readonly takeProfit?: number;
  /** …and a stop to leave at this one. When one fills, the other goes. */
  readonly stopLoss?: number;
}

/** New terms of an order; what is left out stays. */
export interface OrderChange {
  /** Contracts in all, what has filled counted. */
  readonly quantity?: number;
  readonly limit?: number;
  readonly stop?: number;
}

/** A working order, as the strategy knows it. */
export interface Order {
  readonly id: number;
  readonly side: 1 | -1;
  /** Contracts in all. */
  readonly quantity: number;
  readonly filled: number;
  readonly type: "market" | "limit" | "stop" | "stop_limit" | "trailing";
  readonly limit: number | null;
  readonly stop: number | null;
}

/** Types of orders, in the order of their codes. */
export const ORDER_TYPES = [
  "market",
  "limit",
  "stop",
  "stop_limit",
  "trailing",
] as const;

/** What the strategy may know of an order from its row. */
export function orderOf(values: Float64Array, at: number): Order {
  const done = values[at + F.Status] === Status.Done;
  const open = done ? 0 : Math.abs(values[at + F.Signed]);
  const limit = values[at + F.Limit];
  const stop = values[at + F.Stop];
  return {
    id: values[at + F.Id],
    side: values[at + F.Signed] > 0 ? 1 : -1,
    quantity: open + values[at + F.Filled],
    filled: values[at + F.Heard],
    type: ORDER_TYPES[values[at + F.Type]],
    limit: limit === limit ? limit : null,
    stop: stop === stop ? stop : null,
  };
}

const TIFS = { gtc: Tif.Gtc, day: Tif.Day, ioc: Tif.Ioc, fok: Tif.Fok };

/** Writes an order's terms into its row. */
export function writeTerms(
  values: Float64Array,
  at: number,
  id: number,
  signed: number,
  terms: OrderTerms,
): void {
  const { limit = NaN, stop = NaN, trail, until } = terms;
  values[at + F.Id] = id;
  values[at + F.Signed] = signed;
  values[at + F.Type] = typeOf(terms);
  values[at + F.Limit] = limit;
  values[at + F.Stop] = stop;
  values[at + F.Trail] = trail ?? NaN;
  values[at + F.Tif] = until === undefined ? TIFS[terms.tif ?? "gtc"] : Tif.Gtd;
  values[at + F.Until] = until ?? Infinity;
  values[at + F.Flags] = (terms.postOnly ? Flag.PostOnly : 0) |
    (terms.reduceOnly ? Flag.ReduceOnly : 0);
}

function typeOf({ limit, stop, trail }: OrderTerms): number {
  if (trail !== undefined) return Type.Trailing;
  if (stop !== undefined) {
    return limit === undefined ? Type.Stop : Type.StopLimit;
  }
  return limit === undefined ? Type.Market : Type.Limit;
}

/** Why the market would turn an order away, or null. */
export function problemOf(
  { tickSize, lotSize, minQuantity }: Instrument,
  quantity: number,
  { limit, stop, trail, takeProfit, stopLoss }: OrderTerms,
): Reason | null {
  if (lotSize > 0 && !onGrid(quantity, lotSize)) return "lot_size";
  if (quantity < minQuantity * (1 - 1e-9)) return "min_quantity";
  for (const price of [limit, stop, trail, takeProfit, stopLoss]) {
    if (price === undefined) continue;
    if (!Number.isFinite(price)) return "bad_price";
    if (!onGrid(price, tickSize)) return "tick_size";
  }
  return trail !== undefined && trail <= 0 ? "bad_price" : null;
}

function onGrid(value: number, step: number): boolean {
  const steps = value / step;
  return Math.abs(steps - Math.round(steps)) <
    1e-6 + 4 * Number.EPSILON * Math.abs(steps);
}
