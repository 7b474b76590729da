import type { Series } from "../series/series.ts";
import { BLOCK_ROWS } from "../series/store.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { TimeExtreme } from "./time_extremes.ts";
import { deriveWithin, type Window, windowOf } from "./window.ts";

/** Lowest of the last `n` values, or of a duration. Ready when it is full. */
export function min(source: Series, window: Window): Series {
  return extreme("min", source, window);
}

/** Highest of the last `n` values, or of a duration. Ready when it is full. */
export function max(source: Series, window: Window): Series {
  return extreme("max", source, window);
}

function extreme(kind: "min" | "max", source: Series, window: Window): Series {
  const size = windowOf(kind, window);
  if ("ns" in size) {
    return deriveWithin(new TimeExtreme(kind, size.ns), source, size.ns);
  }
  return derive(new Extreme(kind, size.rows), source);
}

/**
 * The extreme of a window, by van Herk's and Gil and Werman's method: a window
 * is the end of one stretch of rows and the beginning of the next, and both
 * come from running extremes. Three comparisons a row whatever the data, and no
 * state: every value is a function of its window.
 */
class Extreme implements Kernel {
  readonly name: string;
  readonly lookback: number;
  readonly stateSize = 0;
  readonly memory: number;
  readonly #length: number;
  /** 1: the highest; -1: the lowest, as the highest of what is negated. */
  readonly #sign: 1 | -1;
  /** Filled and read within one call. */
  readonly #tails: Float64Array;

  constructor(kind: "min" | "max", length: number) {
    this.name = `${kind}[${length}]`;
    this.lookback = length;
    this.memory = length;
    this.#length = length;
    this.#sign = kind === "max" ? 1 : -1;
    this.#tails = new Float64Array(Math.min(length, BLOCK_ROWS));
  }

  advance(
    [x]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    const n = this.#length;
    const sign = this.#sign;
    const tails = this.#tails;
    const stretch = tails.length;
    for (let begin = from; begin < to; begin += stretch) {
      const end = Math.min(to, begin + stretch);
      const first = begin - n + 1;
      const stored = end - begin;
      let extreme = -Infinity;
      if (stored === n) tails[n - 1] = extreme;
      let j = begin - 1;
      for (; j >= first + stored; j--) {
        extreme = Math.max(extreme, sign * x[j]);
      }
      for (; j >= first; j--) {
        extreme = Math.max(extreme, sign * x[j]);
        tails[j - first] = extreme;
      }
      extreme = -Infinity;
      for (let i = begin; i < end; i++) {
        extreme = Math.max(extreme, sign * x[i]);
        out[i] = sign * Math.max(extreme, tails[i - begin]);
      }
    }
  }
}
