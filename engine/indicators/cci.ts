import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { checkWindow } from "./anchor.ts";
import type { HighLowClose } from "./sources.ts";

/** Typical price of a bar: `(high + low + close) / 3`. Ready at once. */
export function typicalPrice({ high, low, close }: HighLowClose): Series {
  return derive(new Typical(), high, low, close);
}

/**
 * Commodity channel index: `(p - SMA(p)) / (0.015·D)` of the typical price `p`,
 * where `D` is the mean of `|p[j] - SMA(p)|` over the last `n` bars (Donald
 * Lambert, 1980; TA-Lib CCI). Ready after `n` bars; NaN where `D` is 0 (TA-Lib
 * says 0). Costs `n` steps a bar.
 */
export function cci(bars: HighLowClose, length = 20): Series {
  checkWindow("cci", length);
  return derive(new Cci(length), typicalPrice(bars));
}

class Typical implements Kernel {
  readonly name = "typical_price";
  readonly lookback = 0;
  readonly stateSize = 0;
  readonly memory = 0;

  advance(
    [high, low, close]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    for (let i = from; i < to; i++) out[i] = (high[i] + low[i] + close[i]) / 3;
  }
}

class Cci implements Kernel {
  readonly name: string;
  readonly lookback: number;
  readonly stateSize = 0;
  readonly memory: number;
  readonly #length: number;

  constructor(length: number) {
    this.name = `cci[${length}]`;
    this.lookback = length;
    this.memory = length;
    this.#length = length;
  }

  advance(
    [p]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    const n = this.#length;
    for (let i = from; i < to; i++) {
      const begin = i - n + 1;
      const last = p[i];
      let sum = 0;
      let varied = false;
      for (let j = begin; j <= i; j++) {
        sum += p[j];
        if (p[j] !== last) varied = true;
      }
      const mean = sum / n;
      let apart = 0;
      for (let j = begin; j <= i; j++) apart += Math.abs(p[j] - mean);
      out[i] = varied ? (last - mean) / (0.015 * apart / n) : NaN;
    }
  }
}
