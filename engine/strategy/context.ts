import { randomAt } from "./random.ts";

/** Time, parameters and chance, as a strategy may see them. */
export interface Context<P = Readonly<Record<string, unknown>>> {
  readonly params: P;
  /** Event time in nanoseconds since the run's origin (00:00 UTC of its first day). */
  readonly time: number;
  /** Event time in nanoseconds since the epoch. */
  readonly epochNs: bigint;
  /** Event time, to the nanosecond. */
  readonly instant: Temporal.Instant;
  /**
   * The next number in [0, 1) for this tick: a function of the run's seed, the
   * tick and how often it was called on it, so it is the same on any worker.
   */
  random(): number;
}

/** The event that is being processed. */
export interface Moment {
  /** Nanoseconds since the run's origin. */
  readonly time: number;
  /** Names the event: unique in the run, wherever the run began. */
  readonly key: number;
}

/** A context that looks at the moment only when it is asked. */
export class LiveContext implements Context {
  readonly params: Readonly<Record<string, unknown>>;
  readonly #origin: bigint;
  readonly #seed: number;
  #moment: Moment = { time: 0, key: -1 };
  #key = -1;
  #draws = 0;

  constructor(
    options: {
      params: Readonly<Record<string, unknown>>;
      origin: bigint;
      seed: number;
    },
  ) {
    this.params = options.params;
    this.#origin = options.origin;
    this.#seed = options.seed;
  }

  /** Looks at another feed from now on. */
  follow(moment: Moment): void {
    this.#moment = moment;
  }

  /** Forgets what was drawn: the run goes back to an earlier event. */
  reset(): void {
    this.#key = -1;
  }

  get time(): number {
    return this.#moment.time;
  }

  get epochNs(): bigint {
    return this.#origin + BigInt(this.#moment.time);
  }

  get instant(): Temporal.Instant {
    return Temporal.Instant.fromEpochNanoseconds(this.epochNs);
  }

  random(): number {
    const key = this.#moment.key;
    if (key !== this.#key) {
      this.#key = key;
      this.#draws = 0;
    }
    return randomAt(this.#seed, key, this.#draws++);
  }
}
