import { CME_EQUITY, NYSE } from "./calendar_data.ts";
import { dayOf, minutesOf } from "./values.ts";

/** The days on which an exchange did not keep its regular hours, as text. */
export interface CalendarText {
  /** IANA name of the zone of `opens` and `closes`. */
  readonly time_zone: string;
  /** The first date that is covered, `YYYY-MM-DD`. */
  readonly first: string;
  /** The last date that is covered. */
  readonly last: string;
  /** Weekdays without trading, a line a year: `2024: 01-01 01-15`. */
  readonly holidays: string;
  /** Late opens: `HH:MM:` and the dates on which trading opened then. */
  readonly opens: string;
  /** Early closes: `HH:MM:` and the dates on which trading closed then. */
  readonly closes: string;
}

/** {@link CalendarText} to look days up in. Days are counted from 1970-01-01. */
export interface Calendar {
  readonly time_zone: string;
  /** Days that are covered, both included. */
  readonly first: number;
  readonly last: number;
  readonly holidays: ReadonlySet<number>;
  /** Minutes since midnight, by day. */
  readonly opens: ReadonlyMap<number, number>;
  readonly closes: ReadonlyMap<number, number>;
}

const TEXTS = { nyse: NYSE, "cme-equity": CME_EQUITY } as const;

/** Calendars by name. */
export type CalendarName = keyof typeof TEXTS;

export const CALENDAR_NAMES = Object.keys(TEXTS) as [
  CalendarName,
  ...CalendarName[],
];

const read = new Map<CalendarName, Calendar>();

/** The calendar of that name; read from its text once. */
export function calendarOf(name: CalendarName): Calendar {
  const known = read.get(name);
  if (known) return known;
  const { time_zone, first, last, holidays, opens, closes } = TEXTS[name];
  const calendar = {
    time_zone,
    first: dayOf(first),
    last: dayOf(last),
    holidays: new Set(byYear(holidays)),
    opens: new Map(byTime(opens)),
    closes: new Map(byTime(closes)),
  };
  read.set(name, calendar);
  return calendar;
}

function* byYear(text: string): Iterable<number> {
  for (const line of text.trim().split("\n")) {
    const [year, dates] = line.split(": ");
    for (const date of dates.split(" ")) yield dayOf(`${year}-${date}`);
  }
}

function* byTime(text: string): Iterable<[day: number, minutes: number]> {
  let minutes = 0;
  for (const word of text.trim().split(/\s+/)) {
    if (word.endsWith(":")) minutes = minutesOf(word.slice(0, -1)) as number;
    else yield [dayOf(word), minutes];
  }
}
