import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { EMPTY, FILLING, FULL, HELD, PHASE, SINCE, WARMING } from "./warm.ts";
import { anchorTime } from "./window.ts";

const SUM = WARMING;
const EPOCH = WARMING + 1;

/** The sum, or the mean, of the values in a window of time. */
export class TimeSum implements Kernel {
  readonly name: string;
  readonly lookback = 0;
  readonly reach: number;
  readonly stateSize = WARMING + 2;
  readonly memory = 0;
  readonly memoryTime: number;
  readonly #mean: boolean;
  readonly #anchor: number;

  constructor(kind: "sum" | "sma", ns: number) {
    this.name = `${kind}[${ns}ns]`;
    this.reach = ns;
    this.#mean = kind === "sma";
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
    let begin = (from - state[HELD]) | 0;
    let phase = state[PHASE];
    let since = state[SINCE];
    let gate = phase === FULL ? 1 : NaN;
    let sum = state[SUM];
    let epoch = state[EPOCH];
    let next = (epoch + 1) * anchor;
    for (let i = from; i < to; i++) {
      const t = time[i];
      const value = x[i];
      const first = (i - rows[i] + 1) | 0;
      for (; begin < first; begin++) sum -= x[begin];
      if (t >= next) {
        epoch = Math.floor(t / anchor);
        next = (epoch + 1) * anchor;
        sum = 0;
        for (let j = begin; j < i; j++) sum += x[j];
      }
      if (value === value) {
        sum += value;
        if (phase !== FULL) {
          if (phase === EMPTY) since = t;
          phase = t - since >= ns ? FULL : FILLING;
          gate = phase === FULL ? 1 : NaN;
        }
      } else {
        begin = i + 1;
        phase = EMPTY;
        gate = NaN;
        sum = 0;
      }
      out[i] = sum * gate;
    }
    if (this.#mean) { for (let i = from; i < to; i++) out[i] /= rows[i]; }
    state[HELD] = to - begin;
    state[PHASE] = phase;
    state[SINCE] = phase === FILLING ? since : 0;
    state[SUM] = sum;
    state[EPOCH] = epoch;
  }
}
