import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { anchorRows } from "./anchor.ts";
import { TimeSum } from "./time_sum.ts";
import { deriveWithin, type Window, windowOf } from "./window.ts";

/**
 * Simple moving average: `SMA[i] = (x[i] + … + x[i-n+1]) / n`.
 *
 * Ready after `n` values. The running sum is computed anew from the window at
 * fixed absolute rows (or at the first one after them that is run), so rounding
 * never accumulates and the average does not depend on where a run began.
 *
 * @param source a column or another indicator
 * @param window `n`, in ticks (bars) of the source, or a duration such as `"5m"`
 */
export function sma(source: Series, window: Window): Series {
  const size = windowOf("sma", window);
  if ("ns" in size) {
    return deriveWithin(new TimeSum("sma", size.ns), source, size.ns);
  }
  const { rows } = size;
  return derive(new RollingSum(`sma[${rows}]`, rows, rows), source);
}

/**
 * Rolling sum: `x[i] + … + x[i-n+1]`, anchored as {@link sma} is.
 *
 * Ready after `n` values.
 *
 * @param source a column or another indicator
 * @param window `n`, in ticks (bars) of the source, or a duration such as `"5m"`
 */
export function sum(source: Series, window: Window): Series {
  const size = windowOf("sum", window);
  if ("ns" in size) {
    return deriveWithin(new TimeSum("sum", size.ns), source, size.ns);
  }
  return derive(new RollingSum(`sum[${size.rows}]`, size.rows, 1), source);
}

const SUM = 0;
const SEEN = 1;
const EPOCH = 2;

/** The sum of the last `length` values, divided by a constant. */
class RollingSum implements Kernel {
  readonly name: string;
  readonly lookback: number;
  readonly stateSize = 3;
  readonly memory: number;
  readonly #length: number;
  readonly #divisor: number;
  readonly #anchor: number;

  constructor(name: string, length: number, divisor: number) {
    this.name = name;
    this.lookback = length;
    this.#length = length;
    this.#divisor = divisor;
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
    const divisor = this.#divisor;
    const anchor = this.#anchor;
    let sum = state[SUM];
    let seen = state[SEEN];
    let epoch = state[EPOCH];
    for (let i = from; i < to;) {
      const row = ordinal + i - from;
      const end = Math.min(to, i + anchor - row % anchor);
      // The anchor's own row may lie outside of every session and never be run.
      const reached = Math.floor(row / anchor);
      if (reached !== epoch && seen === n) {
        sum = 0;
        for (let j = i - n; j < i; j++) sum += x[j];
      }
      epoch = reached;
      while (i < end) {
        for (; i < end && seen < n; i++) {
          const value = x[i];
          if (value === value) {
            sum += value;
            seen++;
          } else {
            sum = 0;
            seen = 0;
          }
          out[i] = seen === n ? sum / divisor : NaN;
        }
        for (; i < end; i++) {
          sum += x[i] - x[i - n];
          if (sum !== sum) {
            sum = 0;
            seen = 0;
            out[i++] = NaN;
            break;
          }
          out[i] = sum / divisor;
        }
      }
    }
    state[SUM] = sum;
    state[SEEN] = seen;
    state[EPOCH] = epoch;
  }
}
