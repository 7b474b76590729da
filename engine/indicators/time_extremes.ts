import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { EMPTY, FILLING, FULL, HELD, PHASE, SINCE, WARMING } from "./warm.ts";

/** The extreme of the values in a window of time, by a monotonic deque. */
export class TimeExtreme implements Kernel {
  readonly name: string;
  readonly lookback = 0;
  readonly reach: number;
  readonly stateSize = WARMING;
  readonly memory = 0;
  readonly memoryTime: number;
  /** 1: the highest; -1: the lowest, as the highest of what is negated. */
  readonly #sign: 1 | -1;

  constructor(kind: "min" | "max", ns: number) {
    this.name = `${kind}[${ns}ns]`;
    this.reach = ns;
    this.memoryTime = ns;
    this.#sign = kind === "max" ? 1 : -1;
  }

  scratch(): Deque {
    return new Deque();
  }

  advance(
    [x, rows, time]: readonly Float64Array[],
    out: Float64Array,
    state: Float64Array,
    { from, to, fresh }: BlockSpan,
    scratch: object,
  ): void {
    const deque = scratch as Deque;
    const ns = this.reach;
    const sign = this.#sign;
    let begin = (from - state[HELD]) | 0;
    let phase = state[PHASE];
    let since = state[SINCE];
    let gate = phase === FULL ? sign : NaN;
    if (fresh) {
      deque.clear();
      for (let i = begin; i < from; i++) deque.push(i - from, sign * x[i]);
    }
    for (let i = from; i < to; i++) {
      const value = x[i];
      begin = Math.max(begin, (i - rows[i] + 1) | 0);
      if (value === value) {
        if (phase !== FULL) {
          if (phase === EMPTY) since = time[i];
          phase = time[i] - since >= ns ? FULL : FILLING;
          gate = phase === FULL ? sign : NaN;
        }
        deque.push(i - from, sign * value);
        const extreme = deque.from(begin - from);
        out[i] = extreme * gate;
      } else {
        begin = i + 1;
        phase = EMPTY;
        gate = NaN;
        deque.clear();
        out[i] = NaN;
      }
    }
    deque.shift(to - from);
    state[HELD] = to - begin;
    state[PHASE] = phase;
    state[SINCE] = phase === FILLING ? since : 0;
  }
}

/** Values that may yet be the highest, with their rows; falling. */
class Deque {
  #rows = new Float64Array(64);
  #values = new Float64Array(64);
  #head = 0;
  #tail = 0;
  /** What rows have to be reduced by to count from the block's beginning. */
  #origin = 0;

  clear(): void {
    this.#head = this.#tail = this.#origin = 0;
  }

  /** Begins the next block, `rows` after this one. */
  shift(rows: number): void {
    this.#origin += rows;
  }

  push(row: number, value: number): void {
    const values = this.#values;
    let tail = this.#tail;
    while (tail > this.#head && values[tail - 1] <= value) tail--;
    if (tail === values.length) tail = this.#makeRoom();
    this.#values[tail] = value;
    this.#rows[tail] = row + this.#origin;
    this.#tail = tail + 1;
  }

  /** The highest value of row `row` and later. */
  from(row: number): number {
    const rows = this.#rows;
    const least = row + this.#origin;
    let head = this.#head;
    while (rows[head] < least) head++;
    this.#head = head;
    return this.#values[head];
  }

  #makeRoom(): number {
    const head = this.#head;
    const tail = this.#tail;
    const rows = this.#rows;
    const values = this.#values;
    if (2 * head < values.length) {
      this.#rows = new Float64Array(2 * rows.length);
      this.#values = new Float64Array(2 * values.length);
    }
    this.#rows.set(rows.subarray(head, tail));
    this.#values.set(values.subarray(head, tail));
    this.#head = 0;
    this.#tail = tail - head;
    return this.#tail;
  }
}
