import type { BlockSpan, Kernel } from "../series/kernel.ts";

export interface SmoothingOptions {
  /** Weight of a new value. */
  readonly alpha: number;
  /** Values until it is ready. */
  readonly length: number;
  /** Begun at the first value, or with the mean of the first `length`. */
  readonly seed: "first" | "mean";
}

const VALUE = 0;
const SEEN = 1;
const EPOCH = 2;

/**
 * Rows that an average of weight `alpha` is computed from when it is computed
 * anew: a multiple of four. What is older weighs less than e^-32.
 */
export function reachOf(alpha: number): number {
  return Math.max(16, 4 * Math.ceil(8 / alpha));
}

/**
 * An exponential average that forgets.
 *
 * Left alone it would never forget for certain: over a price that stands still
 * two averages that began apart stall a few bits from each other. So it is
 * computed anew from its last {@link reachOf} values at absolute row numbers.
 */
export class Smoothing implements Kernel {
  readonly name: string;
  readonly lookback: number;
  readonly stateSize = 3;
  readonly memory: number;
  readonly #alpha: number;
  readonly #length: number;
  readonly #mean: boolean;
  readonly #reach: number;

  constructor(name: string, { alpha, length, seed }: SmoothingOptions) {
    this.name = name;
    this.#alpha = alpha;
    this.#length = length;
    this.#mean = seed === "mean";
    this.#reach = reachOf(alpha);
    this.lookback = this.#reach;
    this.memory = 2 * this.#reach;
  }

  advance(
    [x]: readonly Float64Array[],
    out: Float64Array,
    state: Float64Array,
    { from, to, ordinal }: BlockSpan,
  ): void {
    const n = this.#length;
    const alpha = this.#alpha;
    const reach = this.#reach;
    const first = this.#mean ? 1 : alpha;
    let value = state[VALUE];
    let seen = state[SEEN];
    let epoch = state[EPOCH];
    for (let i = from; i < to;) {
      const row = ordinal + i - from;
      const end = Math.min(to, i + reach - row % reach);
      const reached = Math.floor(row / reach);
      if (reached !== epoch && seen === reach) {
        value = average(x, i - reach, reach >> 2, alpha);
      }
      epoch = reached;
      while (i < end) {
        for (; i < end && seen < n; i++) {
          const next = x[i];
          if (next === next) {
            seen++;
            value = seen === 1
              ? next
              : value + Math.max(alpha, first / seen) * (next - value);
          } else {
            value = 0;
            seen = 0;
          }
          out[i] = seen === n ? value : NaN;
        }
        const begun = i;
        for (; i < end; i++) {
          value += alpha * (x[i] - value);
          out[i] = value;
          if (value !== value) break;
        }
        seen = Math.min(reach, seen + i - begun);
        if (value !== value) {
          value = 0;
          seen = 0;
          i++;
        }
      }
    }
    state[VALUE] = value;
    state[SEEN] = seen;
    state[EPOCH] = epoch;
  }
}

/** The average over `4·quarter` values from `from` on, in four strands. */
function average(
  x: Float64Array,
  from: number,
  quarter: number,
  alpha: number,
): number {
  let a = x[from];
  let b = 0;
  let c = 0;
  let d = 0;
  let decay = 1;
  const to = from + quarter;
  for (let i = from; i < to; i++) {
    a += alpha * (x[i] - a);
    b += alpha * (x[i + quarter] - b);
    c += alpha * (x[i + 2 * quarter] - c);
    d += alpha * (x[i + 3 * quarter] - d);
    decay *= 1 - alpha;
  }
  return ((a * decay + b) * decay + c) * decay + d;
}
