import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { checkWindow } from "./anchor.ts";

/**
 * Exponential moving average with `α = 2 / (n + 1)`:
 * `EMA[i] = EMA[i-1] + α·(x[i] - EMA[i-1])`, begun at the first value (pandas
 * `ewm(span=n, adjust=False)`). Ready after `n` values.
 *
 * @param source a column or another indicator
 * @param length `n`, in ticks (bars) of the source
 */
export function ema(source: Series, length: number): Series {
  checkWindow("ema", length);
  return derive(new Ema(length), source);
}

const VALUE = 0;
const SEEN = 1;

class Ema implements Kernel {
  readonly name: string;
  readonly lookback = 0;
  readonly stateSize = 2;
  readonly memory: number;
  readonly #length: number;

  constructor(length: number) {
    this.name = `ema[${length}]`;
    this.#length = length;
    // Two averages that start apart were byte-equal after 12 to 17 lengths.
    this.memory = 20 * length;
  }

  advance(
    [x]: readonly Float64Array[],
    out: Float64Array,
    state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    const n = this.#length;
    const alpha = 2 / (n + 1);
    let value = state[VALUE];
    let seen = state[SEEN];
    let i = from;
    for (; i < to && seen < n; i++) {
      const next = x[i];
      if (next === next) {
        value = seen === 0 ? next : value + alpha * (next - value);
        seen++;
      }
      out[i] = seen === n ? value : NaN;
    }
    for (; i < to; i++) {
      value += alpha * (x[i] - value);
      out[i] = value;
    }
    state[VALUE] = value;
    state[SEEN] = seen;
  }
}
