import { decay, grow, type Random } from "./random.ts";
import { SESSION_SECONDS } from "./es_days.ts";

/**
 * Children of one event by time scale: microstructure echoes, bursts of a
 * tenth of a second, waves of half a minute. Together 0.74 of all events are
 * children, the rest come by themselves.
 */
const BRANCHES = { echo: 0.16, burst: 0.4, wave: 0.18 };
/** Decay per microsecond of each. */
const RATES = { echo: 1 / 250, burst: 1 / 150_000, wave: 1 / 15e6 };
const CHILDREN = BRANCHES.echo + BRANCHES.burst + BRANCHES.wave;

const MINUTE = 60e6;
const END = SESSION_SECONDS * 1e6;

/**
 * Times at which aggressive orders arrive: a Hawkes process with three
 * exponential kernels (Hawkes 1971), sampled by thinning (Ogata 1981), on a
 * base rate that is U-shaped over the day and wanders from minute to minute.
 */
export class Arrivals {
  readonly #random: Random;
  readonly #base: number;
  #t = 0;
  #echo = 0;
  #burst = 0;
  #wave = 0;
  #minute = -1;
  #mood = 0;
  #rate = 0;

  /** `events`: the expected number of events of a whole session. */
  constructor(random: Random, events: number) {
    this.#random = random;
    this.#base = events * (1 - CHILDREN) / END / (SHAPE_MEAN * EXCESS);
    this.#wave = events * BRANCHES.wave / END * 2;
  }

  /** Log activity of the current minute beside its usual level; about ±1. */
  get mood(): number {
    return this.#mood;
  }

  /** Microseconds since the open of the next event; the session's length or more at its end. */
  next(): number {
    while (this.#t < END) {
      this.#update();
      const bound = this.#rate + this.#echo + this.#burst + this.#wave;
      const wait = this.#random.exponential() / bound;
      this.#t += wait;
      this.#echo *= decay(wait * RATES.echo);
      this.#burst *= decay(wait * RATES.burst);
      this.#wave *= decay(wait * RATES.wave);
      const rate = this.#rate + this.#echo + this.#burst + this.#wave;
      if (this.#random.uniform() * bound < rate) break;
    }
    this.#echo += BRANCHES.echo * RATES.echo;
    this.#burst += BRANCHES.burst * RATES.burst;
    this.#wave += BRANCHES.wave * RATES.wave;
    return this.#t;
  }

  #update(): void {
    const minute = Math.floor(this.#t / MINUTE);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#mood = 0.96 * this.#mood + 0.06 * this.#random.normal();
    this.#rate = this.#base * shape(this.#t / END) * grow(this.#mood);
  }
}

/** Busy open and close, quiet middle; `u` runs over the session from 0 to 1. */
function shape(u: number): number {
  const x = (2 * u - 1) * (2 * u - 1);
  return 0.6 + x + 0.8 * x * x * x;
}

const SHAPE_MEAN = 0.6 + 1 / 3 + 0.8 / 7;

/** By how much the count of events overshoots, measured over many seeds: moods are skewed. */
const EXCESS = 1.04;
