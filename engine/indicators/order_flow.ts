import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { div, mul } from "./arithmetic.ts";
import type { SizedQuotes } from "./sources.ts";
import { sum } from "./sum.ts";
import type { Window } from "./window.ts";

/**
 * What one quote adds to the order-flow imbalance, in contracts:
 *
 * `e = [bid ≥ bid₋₁]·bid_size - [bid ≤ bid₋₁]·bid_size₋₁
 *    - [ask ≤ ask₋₁]·ask_size + [ask ≥ ask₋₁]·ask_size₋₁`
 *
 * with the quote before it marked ₋₁ (Cont, Kukanov and Stoikov, The price
 * impact of order book events, 2014). Ready after 2 quotes.
 */
export function orderFlow(
  { bid, ask, bid_size, ask_size }: SizedQuotes,
): Series {
  return derive(new OrderFlow(), bid, ask, bid_size, ask_size);
}

/**
 * Order-flow imbalance: the sum of {@link orderFlow} over the last `n` quotes,
 * or a duration. Ready after `n + 1` quotes.
 */
export function orderFlowImbalance(
  quotes: SizedQuotes,
  window: Window,
): Series {
  return sum(orderFlow(quotes), window);
}

/** Trades with the side that took: 1 a buyer, -1 a seller, 0 unknown. */
export interface SignedTrades {
  readonly side: Series;
  readonly size: Series;
}

/**
 * Signed volume over volume, -1 to 1: `Σ side·size / Σ size` over the last `n`
 * trades, or a duration. Ready after `n` trades; NaN where nothing was traded.
 */
export function tradeImbalance(
  { side, size }: SignedTrades,
  window: Window,
): Series {
  return div(sum(mul(side, size), window), sum(size, window));
}

class OrderFlow implements Kernel {
  readonly name = "order_flow";
  readonly lookback = 1;
  readonly stateSize = 0;
  readonly memory = 1;

  advance(
    [bid, ask, bidSize, askSize]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    for (let i = from; i < to; i++) {
      const moveBid = bid[i] - bid[i - 1];
      const moveAsk = ask[i] - ask[i - 1];
      // NaN on either side of the step makes this NaN as well.
      out[i] = 0 * (moveBid + moveAsk) +
        Number(moveBid >= 0) * bidSize[i] -
        Number(moveBid <= 0) * bidSize[i - 1] -
        Number(moveAsk <= 0) * askSize[i] +
        Number(moveAsk >= 0) * askSize[i - 1];
    }
  }
}
