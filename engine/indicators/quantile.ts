import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { TimeQuantile } from "./time_quantile.ts";
import { deriveWithin, type Window, windowOf } from "./window.ts";

/**
 * Rolling quantile of the last `n` values, linear between neighbours: with the
 * values sorted and `h = q·(n - 1)`, `s[⌊h⌋] + (h - ⌊h⌋)·(s[⌊h⌋+1] - s[⌊h⌋])`
 * (numpy's default, type 7 of Hyndman and Fan, 1996). Ready after `n` values.
 *
 * @param q from 0 (the lowest) to 1 (the highest)
 */
export function quantile(source: Series, window: Window, q: number): Series {
  const size = windowOf("quantile", window);
  if (!(q >= 0 && q <= 1)) {
    throw new RangeError(
      `Cannot make quantile: current q is ${q}, the range is 0 to 1`,
    );
  }
  if ("ns" in size) {
    return deriveWithin(new TimeQuantile(size.ns, q), source, size.ns);
  }
  return derive(new Quantile(size.rows, q), source);
}

/** The {@link quantile} 0.5: the middle value, or the mean of the middle two. */
export function median(source: Series, window: Window): Series {
  return quantile(source, window, 0.5);
}

const SEEN = 0;
const SORTED = 1;

/** Keeps the window sorted; a step moves what lies between old and new. */
class Quantile implements Kernel {
  readonly name: string;
  readonly lookback: number;
  readonly stateSize: number;
  readonly memory: number;
  readonly #length: number;
  readonly #low: number;
  readonly #part: number;

  constructor(length: number, q: number) {
    this.name = `quantile[${length},${q}]`;
    this.lookback = length;
    this.stateSize = SORTED + length;
    this.memory = length;
    this.#length = length;
    const place = q * (length - 1);
    this.#low = Math.min(Math.floor(place), Math.max(0, length - 2));
    this.#part = place - this.#low;
  }

  advance(
    [x]: readonly Float64Array[],
    out: Float64Array,
    state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    const n = this.#length;
    const part = this.#part;
    const sorted = state.subarray(SORTED);
    const low = this.#low;
    const high = Math.min(low + 1, n - 1);
    let seen = state[SEEN];
    for (let i = from; i < to; i++) {
      // -0 and 0 are one value.
      const value = x[i] + 0;
      if (value !== value) {
        if (seen > 0) sorted.fill(0);
        seen = 0;
        out[i] = NaN;
        continue;
      }
      if (seen < n) {
        insert(sorted, seen++, value);
        if (seen < n) {
          out[i] = NaN;
          continue;
        }
      } else if (x[i - n] !== value) replace(sorted, x[i - n] + 0, value);
      const base = sorted[low];
      out[i] = base + part * (sorted[high] - base);
    }
    state[SEEN] = seen;
  }
}

function insert(sorted: Float64Array, count: number, value: number): void {
  let j = count;
  for (; j > 0 && sorted[j - 1] > value; j--) sorted[j] = sorted[j - 1];
  sorted[j] = value;
}

function replace(sorted: Float64Array, old: number, value: number): void {
  let low = 0;
  // Without a branch: which half comes next cannot be foreseen.
  for (let size = sorted.length; size > 1;) {
    const half = size >> 1;
    low += half * Number(sorted[low + half - 1] < old);
    size -= half;
  }
  if (value > old) {
    const last = sorted.length - 1;
    for (; low < last && sorted[low + 1] < value; low++) {
      sorted[low] = sorted[low + 1];
    }
  } else {
    for (; low > 0 && sorted[low - 1] > value; low--) {
      sorted[low] = sorted[low - 1];
    }
  }
  sorted[low] = value;
}
