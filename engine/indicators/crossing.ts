import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";

/**
 * 1 on the row on which `a` comes to lie above `b`, -1 on the one on which it
 * comes to lie below, else 0: from `a ≤ b` to `a > b`, from `a ≥ b` to
 * `a < b`. Ready once both have two values.
 */
export function crossing(a: Series, b: Series): Series {
  return derive(new Crossing(), a, b);
}

class Crossing implements Kernel {
  readonly name = "crossing";
  readonly lookback = 1;
  readonly stateSize = 0;
  readonly memory = 1;

  advance(
    [a, b]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    let last = a[from - 1] - b[from - 1];
    for (let i = from; i < to; i++) {
      const now = a[i] - b[i];
      // Nearly every row: both on one side. What underflows takes the long way.
      out[i] = now * last > 0 ? 0 : crossed(last, now);
      last = now;
    }
  }
}

function crossed(last: number, now: number): number {
  if (last !== last || now !== now) return NaN;
  if (now > 0 && last <= 0) return 1;
  return now < 0 && last >= 0 ? -1 : 0;
}
