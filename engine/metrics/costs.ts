import type { Values } from "./values.ts";

/** Fills as columns; prices as worth of one contract, account currency. */
export interface PricedFills {
  /** +1 bought, −1 sold. */
  readonly side: Values;
  readonly quantity: Values;
  readonly price: Values;
}

/**
 * What fills cost beside other prices: `Σ side · (price − reference) · quantity`.
 * Above 0 is a cost, below 0 a gain. Where there is no reference (NaN), nothing
 * is counted.
 *
 * Beside the mark when the order was sent it is the implementation shortfall of
 * what was filled: delay, spread and slippage together (A. F. Perold, "The
 * Implementation Shortfall: Paper Versus Reality", Journal of Portfolio
 * Management 14, 1988). Beside the mid at the fill it is the effective half
 * spread times what was traded (R. D. Huang and H. R. Stoll, Journal of Financial
 * Economics 41, 1996).
 *
 * @example
 * // bought 2 at 101 and sold 2 at 103, when 100 and 104 were the mids: 2 + 2
 * costBeside({ side: [1, -1], quantity: [2, 2], price: [101, 103] }, [100, 104])
 */
export function costBeside(
  { side, quantity, price }: PricedFills,
  reference: Values,
): number {
  let cost = 0;
  for (let i = 0; i < price.length; i++) {
    const each = side[i] * (price[i] - reference[i]) * quantity[i];
    if (!Number.isNaN(each)) cost += each;
  }
  return cost + 0;
}
