import type { BlockSpan, Kernel } from "../series/kernel.ts";

/** Nanoseconds that a session lasts at the most, for the warm-up. */
const LONGEST = 86_400e9;

const OPENED = 0;
const KEPT = 1;

/**
 * What adds up from a session's open on, `[…, time]` being its inputs: the state
 * begins anew with the first row at or after each open.
 */
export abstract class SinceOpen implements Kernel {
  abstract readonly name: string;
  readonly lookback = 1;
  readonly stateSize: number;
  readonly memory: number;
  readonly memoryTime = LONGEST;

  /** @param kept numbers of its own that the state holds */
  constructor(kept: number, forgets = true) {
    this.stateSize = KEPT + kept;
    this.memory = forgets ? 1 : Infinity;
  }

  /** Rows `[from, to)` of one session; `kept` is zeros at its beginning. */
  protected abstract within(
    inputs: readonly Float64Array[],
    out: Float64Array,
    kept: Float64Array,
    from: number,
    to: number,
    begins: boolean,
  ): void;

  advance(
    inputs: readonly Float64Array[],
    out: Float64Array,
    state: Float64Array,
    { from, to, opens }: BlockSpan,
  ): void {
    const time = inputs[inputs.length - 1];
    const kept = state.subarray(KEPT);
    for (let i = from; i < to;) {
      const session = opensUpTo(opens, time[i]);
      // 0 stands for before the first open, and before the first row.
      const begins = state[OPENED] !== session;
      if (begins) kept.fill(0);
      state[OPENED] = session;
      const next = session < opens.length ? opens[session] : Infinity;
      let end = to;
      if (time[to - 1] >= next) {
        end = i;
        while (time[end] < next) end++;
      }
      this.within(inputs, out, kept, i, end, begins);
      i = end;
    }
  }
}

/** How many sessions have opened by a time. */
function opensUpTo(opens: Float64Array, time: number): number {
  let low = 0;
  let high = opens.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (opens[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
