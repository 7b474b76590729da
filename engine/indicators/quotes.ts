import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { sub } from "./arithmetic.ts";
import { linear } from "./linear.ts";
import type { Quotes, SizedQuotes } from "./sources.ts";

/** Middle of the market: `(bid + ask) / 2`. Ready at once. */
export function mid({ bid, ask }: Quotes): Series {
  return linear(0.5, bid, 0.5, ask);
}

/** Width of the market: `ask - bid`. Ready at once. */
export function spread({ bid, ask }: Quotes): Series {
  return sub(ask, bid);
}

/**
 * Micro-price: `(bid·ask_size + ask·bid_size) / (bid_size + ask_size)`, the mid
 * weighted towards the side that is likely to give way (Gatheral and Oomen,
 * Zero-intelligence realized variance estimation, 2010). Ready at once; NaN
 * where both sizes are 0.
 */
export function microPrice(
  { bid, ask, bid_size, ask_size }: SizedQuotes,
): Series {
  return derive(new MicroPrice(), bid, ask, bid_size, ask_size);
}

class MicroPrice implements Kernel {
  readonly name = "micro_price";
  readonly lookback = 0;
  readonly stateSize = 0;
  readonly memory = 0;

  advance(
    [bid, ask, bidSize, askSize]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    for (let i = from; i < to; i++) {
      const b = bidSize[i];
      const a = askSize[i];
      out[i] = (bid[i] * a + ask[i] * b) / (a + b);
    }
  }
}
