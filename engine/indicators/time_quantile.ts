import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { SortedWindow } from "./sorted_window.ts";
import { EMPTY, FILLING, FULL, HELD, PHASE, SINCE, WARMING } from "./warm.ts";

/** A quantile of the values in a window of time. */
export class TimeQuantile implements Kernel {
  readonly name: string;
  readonly lookback = 0;
  readonly reach: number;
  readonly stateSize = WARMING;
  readonly memory = 0;
  readonly memoryTime: number;
  readonly #q: number;

  constructor(ns: number, q: number) {
    this.name = `quantile[${ns}ns,${q}]`;
    this.reach = ns;
    this.memoryTime = ns;
    this.#q = q;
  }

  scratch(): SortedWindow {
    return new SortedWindow();
  }

  advance(
    [x, rows, time]: readonly Float64Array[],
    out: Float64Array,
    state: Float64Array,
    { from, to, fresh }: BlockSpan,
    scratch: object,
  ): void {
    const sorted = scratch as SortedWindow;
    const ns = this.reach;
    const q = this.#q;
    let begin = (from - state[HELD]) | 0;
    let phase = state[PHASE];
    let since = state[SINCE];
    if (fresh) sorted.fill(x.slice(begin, from));
    for (let i = from; i < to; i++) {
      // -0 and 0 are one value.
      const value = x[i] + 0;
      const first = (i - rows[i] + 1) | 0;
      for (; begin < first; begin++) sorted.remove(x[begin] + 0);
      if (value === value) {
        if (phase !== FULL) {
          if (phase === EMPTY) since = time[i];
          phase = time[i] - since >= ns ? FULL : FILLING;
        }
        sorted.insert(value);
        if (phase === FULL) {
          const place = q * (sorted.size - 1);
          const low = Math.floor(place);
          const base = sorted.at(low);
          out[i] = place === low
            ? base
            : base + (place - low) * (sorted.at(low + 1) - base);
        } else out[i] = NaN;
      } else {
        begin = i + 1;
        phase = EMPTY;
        sorted.fill(x.slice(0, 0));
        out[i] = NaN;
      }
    }
    state[HELD] = to - begin;
    state[PHASE] = phase;
    state[SINCE] = phase === FILLING ? since : 0;
  }
}
