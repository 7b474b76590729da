import type { Points } from "./m4.ts";

/** Every point near given moments. */
export interface Near extends Points {
  /** A second value of each point; empty when there is none. */
  readonly beside: Float64Array;
  /** Spans of time in which every point is there, in order. */
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** Collects all points near given moments, in one pass. */
export class Windows {
  readonly #around: Float64Array;
  readonly #reach: number;
  readonly #time: Float64Array[] = [];
  readonly #value: Float64Array[] = [];
  readonly #beside: Float64Array[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  #next = 0;

  /**
   * @param around moments in order
   * @param reach points on either side of each
   */
  constructor(around: Float64Array, reach: number) {
    this.#around = around;
    this.#reach = reach;
  }

  /** Takes in points `start` to before `end`; a window never goes beyond these. */
  add(
    { time, value, beside }: Points & { readonly beside?: Float64Array },
    start: number,
    end: number,
  ): void {
    if (start >= end) return;
    let done = start;
    while (
      this.#next < this.#around.length &&
      this.#around[this.#next] <= time[end - 1]
    ) {
      const row = lowerBound(time, this.#around[this.#next++], start, end);
      let from = Math.max(done, row - this.#reach);
      let to = Math.min(end, row + this.#reach);
      if (from >= to) continue;
      // Points of one time stay together.
      while (from > done && time[from - 1] === time[from]) from--;
      while (to < end && time[to] === time[to - 1]) to++;
      this.#time.push(time.slice(from, to));
      this.#value.push(value.slice(from, to));
      if (beside) this.#beside.push(beside.slice(from, to));
      if (from === done && done > start) {
        this.#to[this.#to.length - 1] = time[to - 1];
      } else {
        this.#from.push(time[from]);
        this.#to.push(time[to - 1]);
      }
      done = to;
    }
  }

  take(): Near {
    return {
      time: concat(this.#time),
      value: concat(this.#value),
      beside: concat(this.#beside),
      from: Float64Array.from(this.#from),
      to: Float64Array.from(this.#to),
    };
  }
}

/**
 * Points that are near where there are windows, those of the shape elsewhere;
 * these have nothing beside them: NaN.
 */
export function merge(
  shape: Points,
  near: Near,
): Points & { readonly beside: Float64Array } {
  const size = shape.time.length + near.time.length;
  const time = new Float64Array(size);
  const value = new Float64Array(size);
  const beside = new Float64Array(size);
  let n = 0;
  let i = 0;
  let own = 0;
  const put = (points: Points, row: number, other: number) => {
    time[n] = points.time[row];
    value[n] = points.value[row];
    beside[n++] = other;
  };
  for (let window = 0; window <= near.from.length; window++) {
    const from = near.from[window] ?? Infinity;
    const to = near.to[window] ?? Infinity;
    while (i < shape.time.length && shape.time[i] < from) put(shape, i++, NaN);
    while (i < shape.time.length && shape.time[i] <= to) i++;
    while (own < near.time.length && near.time[own] <= to) {
      put(near, own, near.beside[own] ?? NaN);
      own++;
    }
  }
  return {
    time: time.slice(0, n),
    value: value.slice(0, n),
    beside: beside.slice(0, n),
  };
}

/** First index in `[from, to)` whose time is not before `at`; `to` if none. */
export function lowerBound(
  time: Float64Array,
  at: number,
  from: number,
  to: number,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function concat(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
