import type { BlockSpan, Kernel } from "../series/kernel.ts";
import type { Series } from "../series/series.ts";
import { derive } from "../series/graph.ts";
import { spanOf } from "../strategy/span.ts";
import { checkWindow } from "./anchor.ts";

/**
 * How much of the past an indicator looks at: a number of values (50), or a
 * duration (`"5m"`, `"250ms"`).
 *
 * A window of time at time `t` holds the rows in `(t - duration, t]`, up to the
 * current one. It is ready once its duration has passed since the first value.
 */
export type Window = number | string;

/** A window of rows, or of nanoseconds. */
export type WindowSize = { readonly rows: number } | { readonly ns: number };

/**
 * @throws RangeError unless a number is whole and at least `least`
 * @throws TypeError when text is no duration
 */
export function windowOf(name: string, window: Window, least = 1): WindowSize {
  if (typeof window === "string") {
    return { ns: spanOf(window, `${name}'s window`) };
  }
  checkWindow(name, window, least);
  return { rows: window };
}

/**
 * How many rows of the source's input lie in the window `(t - duration, t]`, the
 * current one counted. Ready at once.
 *
 * @param duration such as `"1m"`
 */
export function rowsWithin(source: Series, duration: string): Series {
  return within(source, spanOf(duration, "rowsWithin's window"));
}

/** {@link rowsWithin}, by nanoseconds. */
export function within(source: Series, ns: number): Series {
  return derive(new RowsWithin(ns), source.owner.time);
}

/** An indicator over a window of time: `[x, rows within, time]` are its inputs. */
export function deriveWithin(
  kernel: Kernel,
  source: Series,
  ns: number,
): Series {
  return derive(kernel, source, within(source, ns), source.owner.time);
}

const DAY = 86_400e9;

/**
 * Nanoseconds between two re-computations of a running sum over a window of
 * time: at least sixteen windows, and where possible a part of a day, so that
 * they come at the same times of every day.
 */
export function anchorTime(ns: number): number {
  const parts = Math.floor(DAY / (16 * ns));
  return parts >= 1 ? DAY / parts : DAY * Math.ceil(16 * ns / DAY);
}

const COUNT = 0;

class RowsWithin implements Kernel {
  readonly name: string;
  readonly lookback = 0;
  readonly reach: number;
  readonly stateSize = 1;
  readonly memory = 0;
  readonly memoryTime: number;

  constructor(ns: number) {
    this.name = `rows_within[${ns}]`;
    this.reach = ns;
    this.memoryTime = ns;
  }

  advance(
    [time]: readonly Float64Array[],
    out: Float64Array,
    state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    const ns = this.reach;
    let begin = (from - state[COUNT]) | 0;
    for (let i = from; i < to; i++) {
      const limit = time[i] - ns;
      while (time[begin] <= limit) begin++;
      out[i] = i - begin + 1;
    }
    state[COUNT] = to - begin;
  }
}
