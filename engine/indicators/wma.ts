import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { anchorRows, checkWindow } from "./anchor.ts";

/**
 * Linearly weighted moving average:
 * `(n·x[i] + (n-1)·x[i-1] + … + x[i-n+1]) / (n·(n+1)/2)` (TA-Lib WMA). Ready
 * after `n` values. Its sums are computed anew at fixed absolute rows.
 *
 * @param source a column or another indicator
 * @param length `n`, in ticks (bars) of the source
 */
export function wma(source: Series, length: number): Series {
  checkWindow("wma", length);
  return derive(new Wma(length), source);
}

const WEIGHTED = 0;
const SUM = 1;
const SEEN = 2;
const EPOCH = 3;

class Wma implements Kernel {
  readonly name: string;
  readonly lookback: number;
  readonly stateSize = 4;
  readonly memory: number;
  readonly #length: number;
  readonly #anchor: number;

  constructor(length: number) {
    this.name = `wma[${length}]`;
    this.lookback = length;
    this.#length = length;
    this.#anchor = anchorRows(length);
    this.memory = this.#anchor + length;
  }

  advance(
    [x]: readonly Float64Array[],
    out: Float64Array,
    state: Float64Array,
    { from, to, ordinal }: BlockSpan,
  ): void {
    const n = this.#length;
    const anchor = this.#anchor;
    const total = n * (n + 1) / 2;
    let weighted = state[WEIGHTED];
    let sum = state[SUM];
    let seen = state[SEEN];
    let epoch = state[EPOCH];
    for (let i = from; i < to;) {
      const row = ordinal + i - from;
      const end = Math.min(to, i + anchor - row % anchor);
      const reached = Math.floor(row / anchor);
      if (reached !== epoch && seen === n) {
        sum = 0;
        weighted = 0;
        for (let k = 1; k <= n; k++) {
          const value = x[i - n - 1 + k];
          sum += value;
          weighted += k * value;
        }
      }
      epoch = reached;
      while (i < end) {
        for (; i < end && seen < n; i++) {
          const value = x[i];
          if (value === value) {
            seen++;
            sum += value;
            weighted += seen * value;
          } else {
            sum = 0;
            weighted = 0;
            seen = 0;
          }
          out[i] = seen === n ? weighted / total : NaN;
        }
        for (; i < end; i++) {
          const value = x[i];
          weighted += n * value - sum;
          sum += value - x[i - n];
          if (weighted !== weighted || sum !== sum) {
            sum = 0;
            weighted = 0;
            seen = 0;
            out[i++] = NaN;
            break;
          }
          out[i] = weighted / total;
        }
      }
    }
    state[WEIGHTED] = weighted;
    state[SUM] = sum;
    state[SEEN] = seen;
    state[EPOCH] = epoch;
  }
}
