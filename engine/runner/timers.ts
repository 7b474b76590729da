/** When, within a run, something must happen that no tick announces. */
export interface TimerSpec {
  /** Equity is sampled at multiples of this, ns; absolute, so slices agree. */
  readonly equityEvery: number;
  /** Sessions of the run: opens and closes in ns since the origin, in order. */
  readonly opens: Float64Array;
  readonly closes: Float64Array;
  /** Positions are closed this long before a session's close, ns; null: never. */
  readonly flatBefore: number | null;
}

/** What fires at a moment, in this order when several fall together. */
export interface TimerActions {
  sample(time: number): void;
  closeOut(time: number): void;
  reopen(): void;
}

/**
 * The next moments at which something fires, as a function of the time of the
 * last event alone: they need no place in a snapshot.
 */
export class Timers {
  readonly #spec: TimerSpec;
  readonly #flats: Float64Array;
  #sample = Infinity;
  #close = Infinity;
  #flat = Infinity;
  #reopen = Infinity;
  /** The earliest of all. */
  next = Infinity;

  constructor(spec: TimerSpec) {
    this.#spec = spec;
    const { closes, flatBefore } = spec;
    this.#flats = flatBefore === null
      ? new Float64Array(0)
      : closes.map((close) => close - flatBefore);
  }

  /** Sets every timer to its first moment after `now` (-Infinity: none yet). */
  setAfter(now: number): void {
    const { equityEvery, opens, closes, flatBefore } = this.#spec;
    this.#sample = (Math.floor(now / equityEvery) + 1) * equityEvery;
    this.#close = firstAfter(closes, now);
    this.#flat = firstAfter(this.#flats, now);
    this.#reopen = flatBefore === null ? Infinity : firstAfter(opens, now);
    this.next = Math.min(this.#sample, this.#close, this.#flat, this.#reopen);
  }

  /** Fires what is due by `now`, the time of the event about to be processed. */
  fire(now: number, actions: TimerActions): void {
    const sample = Math.min(this.#sample, this.#close);
    if (sample <= now && sample > -Infinity) actions.sample(sample);
    for (;;) {
      const due = Math.min(this.#flat, this.#reopen);
      if (due > now) break;
      if (this.#flat === due) {
        actions.closeOut(due);
        this.#flat = firstAfter(this.#flats, due);
      } else {
        actions.reopen();
        this.#reopen = firstAfter(this.#spec.opens, due);
      }
    }
    this.setAfter(now);
  }
}

/** The first element above `value` in a sorted array; Infinity when none. */
function firstAfter(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low < sorted.length ? sorted[low] : Infinity;
}
