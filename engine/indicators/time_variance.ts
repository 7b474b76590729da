import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { EMPTY, FILLING, FULL, HELD, PHASE, SINCE, WARMING } from "./warm.ts";
import { anchorTime } from "./window.ts";

const SUM = WARMING;
const SQUARES = WARMING + 1;
const CENTRE = WARMING + 2;
/** How often the last value was repeated, counted up to the whole window. */
const EQUAL = WARMING + 3;
const EPOCH = WARMING + 4;

/** Variance or standard deviation of the values in a window of time. */
export class TimeVariance implements Kernel {
  readonly name: string;
  readonly lookback = 0;
  readonly reach: number;
  readonly stateSize = WARMING + 5;
  readonly memory = 0;
  readonly memoryTime: number;
  readonly #root: boolean;
  readonly #less: number;
  readonly #anchor: number;

  constructor(kind: "variance" | "std", ns: number, sample: boolean) {
    this.name = `${kind}[${ns}ns${sample ? ",sample" : ""}]`;
    this.reach = ns;
    this.#root = kind === "std";
    this.#less = sample ? 1 : 0;
    this.#anchor = anchorTime(ns);
    this.memoryTime = this.#anchor + ns;
  }

  advance(
    [x, rows, time]: readonly Float64Array[],
    out: Float64Array,
    state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    const ns = this.reach;
    const anchor = this.#anchor;
    const less = this.#less;
    let begin = (from - state[HELD]) | 0;
    let phase = state[PHASE];
    let since = state[SINCE];
    let gate = phase === FULL ? 1 : NaN;
    let sum = state[SUM];
    let squares = state[SQUARES];
    let centre = state[CENTRE];
    let equal = state[EQUAL] | 0;
    let epoch = state[EPOCH];
    let next = (epoch + 1) * anchor;
    for (let i = from; i < to; i++) {
      const t = time[i];
      const value = x[i];
      const first = (i - rows[i] + 1) | 0;
      for (; begin < first; begin++) {
        const last = x[begin] - centre;
        sum -= last;
        squares -= last * last;
      }
      if (t >= next) {
        epoch = Math.floor(t / anchor);
        next = (epoch + 1) * anchor;
        sum = 0;
        squares = 0;
        if (begin < i) centre = x[i - 1];
        for (let j = begin; j < i; j++) {
          const distance = x[j] - centre;
          sum += distance;
          squares += distance * distance;
        }
      }
      // With nothing left in the window the sums begin from nothing.
      if (begin === i) {
        centre = value;
        sum = 0;
        squares = 0;
      }
      if (value === value) {
        const distance = value - centre;
        sum += distance;
        squares += distance * distance;
        equal = Math.imul(equal + 1, Number(value === x[i - 1]));
        if (phase !== FULL) {
          if (phase === EMPTY) {
            since = t;
            equal = 0;
          }
          phase = t - since >= ns ? FULL : FILLING;
          gate = phase === FULL ? 1 : NaN;
        }
      } else {
        begin = i + 1;
        phase = EMPTY;
        gate = NaN;
        sum = 0;
        squares = 0;
        centre = 0;
        equal = 0;
      }
      const n = i - begin + 1;
      const result = (squares - sum * sum / n) / (n - less);
      // A sample of one is 0 / 0.
      out[i] = Math.max(0, result) * Number(equal < n - 1 || n <= less) * gate;
    }
    if (this.#root) {
      for (let i = from; i < to; i++) {
        out[i] = Math.sqrt(out[i]);
      }
    }
    state[HELD] = to - begin;
    state[PHASE] = phase;
    state[SINCE] = phase === FILLING ? since : 0;
    state[SUM] = sum;
    state[SQUARES] = squares;
    state[CENTRE] = centre;
    state[EQUAL] = Math.max(0, Math.min(equal, to - begin - 1));
    state[EPOCH] = epoch;
  }
}
