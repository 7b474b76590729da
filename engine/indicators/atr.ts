import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { wilder } from "./ema.ts";
import type { HighLowClose } from "./sources.ts";

/**
 * True range: the largest of `high - low`, `|high - last close|` and
 * `|low - last close|` (J. Welles Wilder, 1978). Ready after 2 bars: the first
 * has no last close (TA-Lib TRANGE).
 */
export function trueRange({ high, low, close }: HighLowClose): Series {
  return derive(new TrueRange(), high, low, close);
}

/**
 * Average true range: Wilder's average of {@link trueRange}, begun with the mean
 * of its first `n` (TA-Lib ATR). Ready after `n + 1` bars.
 */
export function atr(bars: HighLowClose, length = 14): Series {
  return wilder(trueRange(bars), length);
}

class TrueRange implements Kernel {
  readonly name = "true_range";
  readonly lookback = 1;
  readonly stateSize = 0;
  readonly memory = 1;

  advance(
    [high, low, close]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    for (let i = from; i < to; i++) {
      const last = close[i - 1];
      out[i] = Math.max(high[i], last) - Math.min(low[i], last);
    }
  }
}
