import { type Calendar, calendarOf } from "./calendar.ts";
import { CalendarRangeError } from "./calendar_range_error.ts";
import { type SessionSpec, WEEKDAYS } from "./spec.ts";
import { dateOf, dayOf, minutesOf, weekdayOf } from "./values.ts";
import { WallClock } from "./wall_clock.ts";

/** A session's instants, seconds since the epoch. */
export interface Hours {
  readonly open: number;
  readonly close: number;
}

/** A {@link SessionSpec} made ready to be asked for many days of a span. */
export class SessionHours {
  readonly #spec: SessionSpec;
  readonly #clock: WallClock;
  readonly #weekdays: readonly boolean[];
  readonly #eras: readonly Era[];
  readonly #holidays: ReadonlySet<number>;
  readonly #lateOpens: ReadonlyMap<number, number>;
  readonly #earlyCloses: ReadonlyMap<number, number>;
  readonly #calendar: Calendar | null;
  readonly #calendarClock: WallClock;

  constructor(spec: SessionSpec, firstNs: bigint, lastNs: bigint) {
    this.#spec = spec;
    this.#clock = new WallClock(spec.time_zone, firstNs, lastNs);
    this.#weekdays = WEEKDAYS.map((day) => spec.days.includes(day));
    this.#eras = [
      { until: Infinity, ...minutes(spec) },
      ...(spec.former ?? []).map((hours) => ({
        until: dayOf(hours.until),
        ...minutes(hours),
      })),
    ];
    this.#holidays = new Set((spec.holidays ?? []).map(dayOf));
    this.#lateOpens = byDay(spec.late_opens);
    this.#earlyCloses = byDay(spec.early_closes);
    this.#calendar = spec.calendar ? calendarOf(spec.calendar) : null;
    const zone = this.#calendar?.time_zone ?? spec.time_zone;
    this.#calendarClock = zone === spec.time_zone
      ? this.#clock
      : new WallClock(zone, firstNs, lastNs);
  }

  /** The day that the exchange's wall shows at an instant. */
  dayAt(utc: number): number {
    return this.#clock.dayAt(utc);
  }

  /** The hours of a trade date if no exception held; null: it never has any. */
  regular(day: number): Hours | null {
    if (!this.#weekdays[weekdayOf(day)] || !this.#clock.has(day)) return null;
    const { open, close } = this.#era(day);
    return this.#on(day, open, close, open >= close);
  }

  /**
   * The hours of a trade date; null when the market stays closed.
   *
   * @throws CalendarRangeError for a day that the calendar does not cover
   */
  on(day: number): Hours | null {
    const regular = this.regular(day);
    if (regular === null || this.#holidays.has(day)) return null;
    const lateOpen = this.#lateOpens.get(day);
    const earlyClose = this.#earlyCloses.get(day);
    if (lateOpen !== undefined || earlyClose !== undefined) {
      const { open, close } = this.#era(day);
      const opens = lateOpen ?? open;
      const before = open >= close && opens >= close;
      return this.#on(day, opens, earlyClose ?? close, before);
    }
    const calendar = this.#calendar;
    if (calendar === null) return regular;
    if (day < calendar.first || day > calendar.last) {
      throw new CalendarRangeError(this.#spec.calendar as string, {
        date: dateOf(day),
        first: dateOf(calendar.first),
        last: dateOf(calendar.last),
      });
    }
    if (calendar.holidays.has(day)) return null;
    return this.#cut(regular, calendar, day);
  }

  #cut(regular: Hours, { opens, closes }: Calendar, day: number): Hours | null {
    const lateOpen = opens.get(day);
    const earlyClose = closes.get(day);
    if (lateOpen === undefined && earlyClose === undefined) return regular;
    const at = (minutes: number | undefined, otherwise: number) =>
      minutes === undefined
        ? otherwise
        : this.#calendarClock.utcOf(wall(day, minutes));
    const open = Math.max(regular.open, at(lateOpen, -Infinity));
    const close = Math.min(regular.close, at(earlyClose, Infinity));
    return open < close ? { open, close } : null;
  }

  #era(day: number): Era {
    let [era] = this.#eras;
    for (const former of this.#eras) if (day < former.until) era = former;
    return era;
  }

  #on(
    day: number,
    opens: number,
    closes: number,
    opensBefore: boolean,
  ): Hours | null {
    const open = this.#clock.utcOf(wall(opensBefore ? day - 1 : day, opens));
    const close = this.#clock.utcOf(wall(day, closes));
    return open < close ? { open, close } : null;
  }
}

interface Era {
  /** The first day on which it held no more. */
  readonly until: number;
  /** Minutes since midnight. */
  readonly open: number;
  readonly close: number;
}

function minutes({ open, close }: Pick<SessionSpec, "open" | "close">) {
  return {
    open: minutesOf(open) as number,
    close: minutesOf(close) as number,
  };
}

function byDay(
  times: Readonly<Record<string, string>> = {},
): Map<number, number> {
  return new Map(
    Object.entries(times).map(([date, time]) => [
      dayOf(date),
      minutesOf(time) as number,
    ]),
  );
}

function wall(day: number, minutes: number): number {
  return day * 86_400 + minutes * 60;
}
