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
  /** A sample at which a session's equity is taken. */
  sampleClose(time: number): void;
  closeOut(time: number): void;
  reopen(): void;
}

/** How far events have come. */
export interface Reached {
  /** Nanoseconds since the origin; -Infinity before the first event. */
  readonly time: number;
  /**
   * Whether timers of just this time have fired. A bar that closes at a time
   * was made before it, so it comes before them; a tick of that time, after.
   */
  readonly fired: boolean;
}

/**
 * The next moments at which something fires, as a function of how far events
 * have come: they need no place of their own in a snapshot.
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

  /** Sets every timer to its first moment that has not fired yet. */
  set({ time, fired }: Reached): void {
    const { equityEvery, opens, closes, flatBefore } = this.#spec;
    const steps = time / equityEvery;
    this.#sample = (fired ? Math.floor(steps) + 1 : Math.ceil(steps)) *
      equityEvery;
    this.#close = firstAfter(closes, time, !fired);
    this.#flat = firstAfter(this.#flats, time, !fired);
    this.#reopen = flatBefore === null
      ? Infinity
      : firstAfter(opens, time, !fired);
    this.next = Math.min(this.#sample, this.#close, this.#flat, this.#reopen);
  }

  /** Fires what comes before the event about to be processed. */
  fire(reached: Reached, actions: TimerActions): void {
    const { time, fired } = reached;
    const due = (timer: number) => fired ? timer <= time : timer < time;
    const sample = this.#sample;
    if (due(sample) && sample > -Infinity && sample < this.#close) {
      actions.sample(sample);
    }
    if (due(this.#close)) actions.sampleClose(this.#close);
    for (;;) {
      const first = Math.min(this.#flat, this.#reopen);
      if (!due(first)) break;
      if (this.#flat === first) {
        actions.closeOut(first);
        this.#flat = firstAfter(this.#flats, first);
      } else {
        actions.reopen();
        this.#reopen = firstAfter(this.#spec.opens, first);
      }
    }
    this.set(reached);
  }
}

/** The first element above `value`, or also equal to it; Infinity when none. */
function firstAfter(
  sorted: Float64Array,
  value: number,
  orEqual = false,
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const before = orEqual ? sorted[middle] < value : sorted[middle] <= value;
    if (before) low = middle + 1;
    else high = middle;
  }
  return low < sorted.length ? sorted[low] : Infinity;
}
