import type { CommissionPart } from "./broker/commission.ts";

/** What is traded: plain data, so that it travels in a plan. */
export interface Instrument {
  readonly symbol: string;
  /** Smallest change of price. */
  readonly tickSize: number;
  /**
   * Linear: currency units that one unit of price is worth for one contract.
   * Inverse: quote-currency units of one contract.
   */
  readonly multiplier: number;
  /** Quantities are multiples of it; 0: any quantity. */
  readonly lotSize: number;
  /** Smallest quantity of an order. */
  readonly minQuantity: number;
  /** Profits are in the base currency, as of BTC/USD coin-margined contracts. */
  readonly inverse: boolean;
  /** Currency of profits and commissions. */
  readonly currency: string;
  /** What each fill costs: the sum of the parts. */
  readonly commission: readonly CommissionPart[];
  /** What a position must be backed by; null: nothing. */
  readonly margin: Margin | null;
  /**
   * From then on it does not trade, ns since the run's origin: positions are
   * settled at the last mark before it. Null: never.
   */
  readonly expiry: number | null;
  /** Moments at which its prices change to the next contract; null: none do. */
  readonly roll: Roll | null;
}

/** How a series of futures contracts goes from one to the next. */
export interface Roll {
  /** Ns since the run's origin, ascending. */
  readonly at: readonly number[];
  /**
   * `raw`: prices jump by the gap between the contracts. `back_adjusted`: the
   * gap was taken out of them.
   */
  readonly prices: "raw" | "back_adjusted";
}

/** Margin of one contract: an amount of currency, or a fraction of its value. */
export interface Margin {
  readonly initial: MarginAmount;
  readonly maintenance: MarginAmount;
}

export type MarginAmount =
  | { readonly per: "contract"; readonly amount: number }
  | { readonly per: "value"; readonly rate: number };

/** An instrument with what was left out filled in. */
export function instrumentOf(
  given:
    & Pick<Instrument, "symbol" | "tickSize">
    & Partial<Instrument>,
): Instrument {
  return {
    multiplier: 1,
    lotSize: 0,
    minQuantity: 0,
    inverse: false,
    currency: "USD",
    commission: [],
    margin: null,
    expiry: null,
    roll: null,
    ...given,
  };
}

/**
 * What one contract is worth at a price, up to a constant that cancels out in
 * every difference: `price · multiplier`; of an inverse contract
 * `−multiplier / price`, in base currency.
 */
export function unitValue(
  { multiplier, inverse }: Pick<Instrument, "multiplier" | "inverse">,
  price: number,
): number {
  return inverse ? -multiplier / price : price * multiplier;
}

/** Size of one contract's value at a price, at least 0: what rates apply to. */
export function notional(
  { multiplier, inverse }: Pick<Instrument, "multiplier" | "inverse">,
  price: number,
): number {
  return inverse ? multiplier / price : Math.abs(price) * multiplier;
}

/** Currency that backs `quantity` contracts at a price. */
export function marginOf(
  instrument: Instrument,
  kind: keyof Margin,
  quantity: number,
  price: number,
): number {
  const { margin } = instrument;
  if (margin === null) return 0;
  const amount = margin[kind];
  const each = amount.per === "contract"
    ? amount.amount
    : amount.rate * notional(instrument, price);
  return quantity === 0 ? 0 : Math.abs(quantity) * each;
}
