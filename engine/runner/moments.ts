import type { Instrument } from "../instrument.ts";
import { spanOf } from "../strategy/span.ts";
import type { TimerRules } from "../strategy/strategy.ts";
import { firstAfter, lastUpTo } from "./sorted.ts";

/** Something a strategy hears of between events. */
export type Occasion =
  | { readonly kind: "start" | "end"; readonly session: number }
  | { readonly kind: "timer"; readonly name: string }
  /** An instrument's contract ends, or gives way to the next. */
  | { readonly kind: "expiry" | "roll"; readonly instrument: number };

/** What comes first when several moments fall together. */
const RANK = { timer: 0, end: 1, contract: 2, start: 3 } as const;

interface Source {
  readonly rank: number;
  /** The first moment after a time (or at it, too); Infinity when none. */
  after(time: number, orAt: boolean): number;
  /** What happens at a moment that {@link after} gave. */
  at(time: number): Occasion;
  /** Of several moments between two events only the first counts. */
  readonly once: boolean;
}

/**
 * Sessions' opens and closes and the timers of a strategy, as a function of
 * time alone: they need no place in a snapshot.
 */
export class Moments {
  readonly #sources: readonly Source[];
  readonly #opens: Float64Array;

  constructor(options: {
    readonly opens: Float64Array;
    readonly closes: Float64Array;
    readonly timers: TimerRules;
    readonly starts: boolean;
    readonly ends: boolean;
    readonly instruments: readonly Instrument[];
  }) {
    const { opens, closes, timers, starts, ends, instruments } = options;
    this.#opens = opens;
    const sources = Object.entries(timers).map(([name, rule]) =>
      timerSource(name, rule, opens, closes)
    );
    if (ends) sources.push(sessionSource("end", closes));
    if (starts) sources.push(sessionSource("start", opens));
    for (const [index, { expiry, roll }] of instruments.entries()) {
      const { at = [] } = roll ?? {};
      if (at.length > 0) sources.push(contractSource("roll", index, at));
      if (expiry !== null) {
        sources.push(contractSource("expiry", index, [expiry]));
      }
    }
    this.#sources = sources.sort((a, b) => a.rank - b.rank);
  }

  /** The first moment after a time (or at it, too); Infinity when none. */
  next(time: number, orAt: boolean): number {
    let first = Infinity;
    for (const source of this.#sources) {
      const moment = source.after(time, orAt);
      if (moment < first) first = moment;
    }
    return first;
  }

  /**
   * All moments after `from` (or at it, too) and up to `to` (or only before
   * it), in order. Before the first event nothing has happened yet: its own
   * session begins, and no other.
   */
  between(
    from: { readonly time: number; readonly orAt: boolean },
    to: { readonly time: number; readonly orAt: boolean },
  ): { time: number; moment: Occasion }[] {
    let { time, orAt } = from;
    if (time === -Infinity) {
      time = lastUpTo(this.#opens, to.time);
      orAt = true;
      if (time === -Infinity) return [];
    }
    const found: { time: number; moment: Occasion; rank: number }[] = [];
    for (const source of this.#sources) {
      let at = source.after(time, orAt);
      while (to.orAt ? at <= to.time : at < to.time) {
        found.push({ time: at, moment: source.at(at), rank: source.rank });
        if (source.once) break;
        at = source.after(at, false);
      }
    }
    return found.sort((a, b) => a.time - b.time || a.rank - b.rank);
  }
}

function sessionSource(kind: "start" | "end", times: Float64Array): Source {
  return {
    rank: RANK[kind],
    once: false,
    after: (time, orAt) => firstAfter(times, time, orAt),
    at: (time) => ({ kind, session: times.indexOf(time) }),
  };
}

function contractSource(
  kind: "expiry" | "roll",
  instrument: number,
  at: readonly number[],
): Source {
  const times = Float64Array.from(at);
  return {
    rank: RANK.contract,
    once: false,
    after: (time, orAt) => firstAfter(times, time, orAt),
    at: () => ({ kind, instrument }),
  };
}

function timerSource(
  name: string,
  rule: TimerRules[string],
  opens: Float64Array,
  closes: Float64Array,
): Source {
  const what = `timer ${name}`;
  const moment: Occasion = { kind: "timer", name };
  if ("every" in rule) {
    const step = spanOf(rule.every, what);
    return {
      rank: RANK.timer,
      once: true,
      after: (time, orAt) => nextMultiple(step, time, orAt, opens, closes),
      at: () => moment,
    };
  }
  const times = "afterOpen" in rule
    ? within(opens.map((t) => t + spanOf(rule.afterOpen, what)), opens, closes)
    : within(
      closes.map((t) => t - spanOf(rule.beforeClose, what)),
      opens,
      closes,
    );
  return {
    rank: RANK.timer,
    once: false,
    after: (time, orAt) => firstAfter(times, time, orAt),
    at: () => moment,
  };
}

/** Those that lie in their own session. */
function within(
  times: Float64Array,
  opens: Float64Array,
  closes: Float64Array,
): Float64Array {
  return times.filter((t, i) => t >= opens[i] && t < closes[i]);
}

/** Multiples of a step while a session is open; without sessions, all. */
function nextMultiple(
  step: number,
  time: number,
  orAt: boolean,
  opens: Float64Array,
  closes: Float64Array,
): number {
  const multiple = (from: number, inclusive: boolean) => {
    const steps = from / step;
    return (inclusive ? Math.ceil(steps) : Math.floor(steps) + 1) * step;
  };
  const next = multiple(time, orAt);
  if (opens.length === 0) return next;
  // The session that is open then, or the next one that opens.
  for (let i = sessionFrom(closes, next); i < opens.length; i++) {
    const at = Math.max(next, multiple(opens[i], true));
    if (at < closes[i]) return at;
  }
  return Infinity;
}

/** The first session that closes after a time. */
function sessionFrom(closes: Float64Array, time: number): number {
  const close = firstAfter(closes, time);
  return close === Infinity ? closes.length : closes.indexOf(close);
}
