import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { anchorRows } from "./anchor.ts";
import { div, sub } from "./arithmetic.ts";
import { sma } from "./sum.ts";
import { TimeVariance } from "./time_variance.ts";
import { deriveWithin, type Window, windowOf } from "./window.ts";

export interface SpreadOptions {
  /** Divide by `n - 1` (a sample) in place of `n` (the population). */
  readonly sample?: boolean;
}

/**
 * Rolling variance: `Σ (x[j] - mean)² / n` over the last `n` values; with
 * `sample`, divided by `n - 1`. Ready after `n` values (a window of time: once
 * full); exactly 0 over a window
 * of equal values.
 *
 * The sums run over distances from a value near the window, and are computed
 * anew at fixed absolute rows.
 */
export function variance(
  source: Series,
  window: Window,
  options: SpreadOptions = {},
): Series {
  return dispersion("variance", source, window, options);
}

/**
 * Rolling standard deviation: the root of {@link variance}. Of the population
 * unless `sample` is set (TA-Lib STDDEV; pandas `rolling(n).std(ddof=0)`).
 */
export function std(
  source: Series,
  window: Window,
  options: SpreadOptions = {},
): Series {
  return dispersion("std", source, window, options);
}

/**
 * Distance from the mean in standard deviations: `(x[i] - SMA) / std` over the
 * last `n` values. Ready after `n` values; NaN over a window of equal values.
 */
export function zscore(
  source: Series,
  window: Window,
  options: SpreadOptions = {},
): Series {
  const spread = std(source, window, options);
  return div(sub(source, sma(source, window)), spread);
}

function dispersion(
  kind: "variance" | "std",
  source: Series,
  window: Window,
  { sample = false }: SpreadOptions,
): Series {
  const size = windowOf(kind, window, sample ? 2 : 1);
  if ("ns" in size) {
    return deriveWithin(
      new TimeVariance(kind, size.ns, sample),
      source,
      size.ns,
    );
  }
  return derive(new Variance(kind, size.rows, sample), source);
}

const SUM = 0;
const SQUARES = 1;
const CENTRE = 2;
/** How often the last value was repeated, counted up to the whole window. */
const EQUAL = 3;
const SEEN = 4;
const EPOCH = 5;

class Variance implements Kernel {
  readonly name: string;
  readonly lookback: number;
  readonly stateSize = 6;
  readonly memory: number;
  readonly #length: number;
  readonly #divisor: number;
  readonly #root: boolean;
  readonly #anchor: number;

  constructor(kind: "variance" | "std", length: number, sample: boolean) {
    this.name = `${kind}[${length}${sample ? ",sample" : ""}]`;
    this.lookback = length;
    this.#length = length;
    this.#divisor = sample ? length - 1 : length;
    this.#root = kind === "std";
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
    const repeats = n - 1;
    const share = 1 / n;
    const part = 1 / this.#divisor;
    const anchor = this.#anchor;
    let sum = state[SUM];
    let squares = state[SQUARES];
    let centre = state[CENTRE];
    let equal = state[EQUAL] | 0;
    let seen = state[SEEN];
    let epoch = state[EPOCH];
    for (let i = from; i < to;) {
      const row = ordinal + i - from;
      const end = Math.min(to, i + anchor - row % anchor);
      const reached = Math.floor(row / anchor);
      if (reached !== epoch && seen === n) {
        centre = x[i - 1];
        sum = 0;
        squares = 0;
        for (let j = i - n; j < i; j++) {
          const distance = x[j] - centre;
          sum += distance;
          squares += distance * distance;
        }
      }
      epoch = reached;
      while (i < end) {
        for (; i < end && seen < n; i++) {
          const value = x[i];
          if (value === value) {
            if (seen === 0) {
              centre = value;
              sum = 0;
              squares = 0;
              equal = 0;
            }
            const distance = value - centre;
            sum += distance;
            squares += distance * distance;
            equal = seen > 0 && value === x[i - 1] ? equal + 1 : 0;
            seen++;
          } else seen = 0;
          out[i] = seen < n
            ? NaN
            : equal >= repeats
            ? 0
            : Math.max(0, (squares - sum * sum * share) * part);
        }
        for (; i < end; i++) {
          const value = x[i];
          const next = value - centre;
          const last = x[i - n] - centre;
          sum += next - last;
          squares += next * next - last * last;
          if (squares !== squares) {
            seen = 0;
            out[i++] = NaN;
            break;
          }
          equal = Math.imul(equal + 1, Number(value === x[i - 1]));
          const result = (squares - sum * sum * share) * part;
          out[i] = Math.max(0, result) * Number(equal < repeats);
        }
      }
    }
    if (this.#root) {
      for (let i = from; i < to; i++) {
        out[i] = Math.sqrt(out[i]);
      }
    }
    // What a gap left behind is no part of the future.
    const gap = seen === 0;
    state[SUM] = gap ? 0 : sum;
    state[SQUARES] = gap ? 0 : squares;
    state[CENTRE] = gap ? 0 : centre;
    state[EQUAL] = gap ? 0 : Math.min(equal, repeats);
    state[SEEN] = seen;
    state[EPOCH] = epoch;
  }
}
