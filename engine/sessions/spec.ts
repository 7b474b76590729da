/** Days of the week as a pipeline file writes them, Monday first. */
export const WEEKDAYS = [
  "mon",
  "tue",
  "wed",
  "thu",
  "fri",
  "sat",
  "sun",
] as const;

export type Weekday = typeof WEEKDAYS[number];

/**
 * When a market trades, by the wall clock of its exchange. A session belongs to
 * its trade date: it closes on that date, and opens on it too when `open` is
 * earlier than `close`, else on the day before.
 */
export interface SessionSpec {
  /** IANA name: `America/Chicago`. */
  readonly time_zone: string;
  /** `HH:MM`, 00:00 to 23:59. */
  readonly open: string;
  /** `HH:MM`, 00:00 to 24:00. */
  readonly close: string;
  /** Trade dates. */
  readonly days: readonly Weekday[];
}

export type SessionName =
  | "always"
  | "cme-rth"
  | "cme-globex"
  | "nyse"
  | "fx-week";

const MONDAY_TO_FRIDAY = WEEKDAYS.slice(0, 5);

/** Sessions by name. Holidays and early closes are not taken into account. */
export const SESSIONS: Readonly<Record<SessionName, SessionSpec>> = {
  /** Around the clock; one session a UTC day. */
  always: { time_zone: "UTC", open: "00:00", close: "24:00", days: WEEKDAYS },
  /** Regular hours of CME equity index futures. */
  "cme-rth": {
    time_zone: "America/Chicago",
    open: "08:30",
    close: "15:00",
    days: MONDAY_TO_FRIDAY,
  },
  /** The electronic day of CME futures, Sunday evening to Friday afternoon. */
  "cme-globex": {
    time_zone: "America/Chicago",
    open: "17:00",
    close: "16:00",
    days: MONDAY_TO_FRIDAY,
  },
  /** Core hours of US stocks. */
  nyse: {
    time_zone: "America/New_York",
    open: "09:30",
    close: "16:00",
    days: MONDAY_TO_FRIDAY,
  },
  /** Spot foreign exchange; the day turns at 17:00 New York. */
  "fx-week": {
    time_zone: "America/New_York",
    open: "17:00",
    close: "17:00",
    days: MONDAY_TO_FRIDAY,
  },
};

/** What is wrong with a {@link SessionSpec}, at which of its keys. */
export interface SessionProblem {
  readonly key: keyof SessionSpec;
  /** `Cannot X: current value is Y`. */
  readonly message: string;
}

/** All problems of a spec; empty when {@link sessionsBetween} will take it. */
export function sessionProblems(spec: SessionSpec): SessionProblem[] {
  const problems: SessionProblem[] = [];
  const report = (key: keyof SessionSpec, what: string, value: string) => {
    problems.push({
      key,
      message: `Cannot ${what}: current value is ${value}`,
    });
  };
  if (!isTimeZone(spec.time_zone)) {
    report("time_zone", "use anything but an IANA time zone", spec.time_zone);
  }
  if (minutesOf(spec.open) === undefined || spec.open === "24:00") {
    report("open", "use anything but a time from 00:00 to 23:59", spec.open);
  }
  if (minutesOf(spec.close) === undefined) {
    report("close", "use anything but a time from 00:00 to 24:00", spec.close);
  }
  const { days } = spec;
  if (days.length === 0 || days.some((day) => !WEEKDAYS.includes(day))) {
    report(
      "days",
      "use anything but days from mon to sun",
      `[${days.join(", ")}]`,
    );
  }
  return problems;
}

/** Minutes since midnight of `HH:MM`; undefined when it is no time of day. */
export function minutesOf(text: string): number | undefined {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  if (!match) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return minutes <= 1440 ? minutes : undefined;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
