import type { Series } from "../series/series.ts";
import { derive } from "../series/graph.ts";
import { div, mul } from "./arithmetic.ts";
import { SinceOpen } from "./session.ts";
import type { Trades } from "./sources.ts";
import { sum } from "./sum.ts";
import type { Window } from "./window.ts";

/**
 * Volume-weighted average price: `Σ price·size / Σ size` over a window of trades
 * or of time, or since the session's open. Ready when the window is full, since
 * the open at once; NaN where nothing was traded.
 *
 * @param window a number of trades, a duration such as `"5m"`, or `"session"`
 */
export function vwap(
  { price, size }: Trades,
  window: Window | "session",
): Series {
  if (window === "session") {
    return derive(new SessionVwap(), price, size, price.owner.time);
  }
  return div(sum(mul(price, size), window), sum(size, window));
}

const VALUE = 0;
const VOLUME = 1;

class SessionVwap extends SinceOpen {
  readonly name = "session_vwap";

  constructor() {
    super(2);
  }

  protected override within(
    [price, size]: readonly Float64Array[],
    out: Float64Array,
    kept: Float64Array,
    from: number,
    to: number,
  ): void {
    let value = kept[VALUE];
    let volume = kept[VOLUME];
    for (let i = from; i < to; i++) {
      const added = price[i] * size[i];
      if (added === added) {
        value += added;
        volume += size[i];
        out[i] = value / volume;
      } else out[i] = NaN;
    }
    kept[VALUE] = value;
    kept[VOLUME] = volume;
  }
}
