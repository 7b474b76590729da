import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { mul } from "./arithmetic.ts";
import { logReturn } from "./change.ts";
import { sum } from "./sum.ts";
import type { Window } from "./window.ts";

/**
 * Realised volatility: `√ Σ r²` of the last `n` logarithmic returns,
 * or of those of a duration, not annualised (Andersen and Bollerslev, 1998). Ready after `n + 1` values.
 */
export function realisedVolatility(source: Series, window: Window): Series {
  const change = logReturn(source);
  return derive(new Root(), sum(mul(change, change), window));
}

/** The root; what rounding left below 0 is 0. */
class Root implements Kernel {
  readonly name = "root";
  readonly lookback = 0;
  readonly stateSize = 0;
  readonly memory = 0;

  advance(
    [x]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    for (let i = from; i < to; i++) out[i] = Math.sqrt(Math.max(0, x[i]));
  }
}
