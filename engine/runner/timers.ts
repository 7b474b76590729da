import type { Moments, Occasion } from "./moments.ts";
import { firstAfter } from "./sorted.ts";

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
  /** A session closes: its equity is taken, and orders for the day end. */
  endSession(time: number): void;
  closeOut(time: number): void;
  reopen(): void;
  /** Something that the strategy wants to hear of. */
  tell(moment: Occasion, time: number): void;
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
  readonly #moments: Moments;
  #told: Reached = { time: -Infinity, fired: true };
  /** The earliest of all. */
  next = Infinity;

  constructor(spec: TimerSpec, moments: Moments) {
    this.#spec = spec;
    this.#moments = moments;
    const { closes, flatBefore } = spec;
    this.#flats = flatBefore === null
      ? new Float64Array(0)
      : closes.map((close) => close - flatBefore);
  }

  /** Sets every timer to its first moment that has not fired yet. */
  set(reached: Reached): void {
    const { time, fired } = reached;
    this.#told = reached;
    const { equityEvery, opens, closes, flatBefore } = this.#spec;
    const steps = time / equityEvery;
    this.#sample = (fired ? Math.floor(steps) + 1 : Math.ceil(steps)) *
      equityEvery;
    this.#close = firstAfter(closes, time, !fired);
    this.#flat = firstAfter(this.#flats, time, !fired);
    this.#reopen = flatBefore === null
      ? Infinity
      : firstAfter(opens, time, !fired);
    const moment = time === -Infinity ? time : this.#moments.next(time, !fired);
    this.next = Math.min(
      this.#sample,
      this.#close,
      this.#flat,
      this.#reopen,
      moment,
    );
  }

  /** Fires what comes before the event about to be processed. */
  fire(reached: Reached, actions: TimerActions): void {
    const { time, fired } = reached;
    const due = (timer: number) => fired ? timer <= time : timer < time;
    const sample = this.#sample;
    if (due(sample) && sample > -Infinity && sample < this.#close) {
      actions.sample(sample);
    }
    const { time: from, fired: told } = this.#told;
    const moments = this.#moments.between(
      { time: from, orAt: !told },
      { time, orAt: fired },
    );
    let m = 0;
    for (;;) {
      const own = Math.min(this.#flat, this.#close, this.#reopen);
      const heard = m < moments.length ? moments[m].time : Infinity;
      // At one time: the strategy's own timers, then what ends, then what opens.
      const first = Math.min(own, heard);
      if (!due(first)) break;
      const timer = heard === first && moments[m].moment.kind === "timer";
      if (!timer && this.#flat === first) {
        actions.closeOut(first);
        this.#flat = firstAfter(this.#flats, first);
      } else if (!timer && this.#close === first) {
        actions.endSession(first);
        this.#close = firstAfter(this.#spec.closes, first);
      } else if (!timer && this.#reopen === first) {
        actions.reopen();
        this.#reopen = firstAfter(this.#spec.opens, first);
      } else actions.tell(moments[m++].moment, first);
    }
    this.set(reached);
  }
}
