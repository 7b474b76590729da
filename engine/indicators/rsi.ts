import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { checkWindow } from "./anchor.ts";
import { reachOf } from "./smoothing.ts";

/**
 * Relative strength index: `100·U / (U + D)`, where `U` and `D` are Wilder's
 * averages of the rises and of the falls from value to value, begun with the
 * mean of the first `n` (J. Welles Wilder, 1978; TA-Lib RSI).
 *
 * Ready after `n + 1` values. NaN while nothing has moved at all.
 *
 * @param source a column or another indicator
 * @param length `n`, in ticks (bars) of the source
 */
export function rsi(source: Series, length = 14): Series {
  checkWindow("rsi", length);
  return derive(new Rsi(length), source);
}

const UP = 0;
const DOWN = 1;
const SEEN = 2;
const EPOCH = 3;

class Rsi implements Kernel {
  readonly name: string;
  readonly lookback: number;
  readonly stateSize = 4;
  readonly memory: number;
  readonly #length: number;
  readonly #reach: number;

  constructor(length: number) {
    this.name = `rsi[${length}]`;
    this.#length = length;
    this.#reach = reachOf(1 / length);
    this.lookback = this.#reach + 1;
    this.memory = 2 * this.#reach + 1;
  }

  advance(
    [x]: readonly Float64Array[],
    out: Float64Array,
    state: Float64Array,
    { from, to, ordinal }: BlockSpan,
  ): void {
    const n = this.#length;
    const alpha = 1 / n;
    const reach = this.#reach;
    let up = state[UP];
    let down = state[DOWN];
    let seen = state[SEEN];
    let epoch = state[EPOCH];
    for (let i = from; i < to;) {
      const row = ordinal + i - from;
      const end = Math.min(to, i + reach - row % reach);
      const reached = Math.floor(row / reach);
      if (reached !== epoch && seen === reach) {
        // In two strands, which a processor runs side by side.
        const half = reach >> 1;
        let lateUp = 0;
        let lateDown = 0;
        let decay = 1;
        up = 0;
        down = 0;
        for (let j = i - reach; j < i - half; j++) {
          const early = x[j] - x[j - 1];
          const late = x[j + half] - x[j + half - 1];
          up += alpha * (0.5 * (Math.abs(early) + early) - up);
          down += alpha * (0.5 * (Math.abs(early) - early) - down);
          lateUp += alpha * (0.5 * (Math.abs(late) + late) - lateUp);
          lateDown += alpha * (0.5 * (Math.abs(late) - late) - lateDown);
          decay *= 1 - alpha;
        }
        up = up * decay + lateUp;
        down = down * decay + lateDown;
      }
      epoch = reached;
      while (i < end) {
        for (; i < end && seen < n; i++) {
          const change = x[i] - x[i - 1];
          if (change === change) {
            seen++;
            up += (Math.max(change, 0) - up) / seen;
            down += (Math.max(-change, 0) - down) / seen;
          } else {
            up = 0;
            down = 0;
            seen = 0;
          }
          const both = up + down;
          out[i] = seen === n && both > 0 ? 100 * up / both : NaN;
        }
        const begun = i;
        for (; i < end; i++) {
          const change = x[i] - x[i - 1];
          const size = Math.abs(change);
          up += alpha * (0.5 * (size + change) - up);
          down += alpha * (0.5 * (size - change) - down);
          const both = up + down;
          // 0 / 0 while nothing has moved.
          out[i] = 100 * up / both;
          if (both !== both) break;
        }
        seen = Math.min(reach, seen + i - begun);
        if (i < end) {
          up = 0;
          down = 0;
          seen = 0;
          i++;
        }
      }
    }
    state[UP] = up;
    state[DOWN] = down;
    state[SEEN] = seen;
    state[EPOCH] = epoch;
  }
}
