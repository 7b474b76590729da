import { CALENDAR_NAMES } from "./calendar.ts";
import { type SessionSpec, WEEKDAYS } from "./spec.ts";
import { dayOf, isDate, minutesOf, weekdayOf } from "./time_of_day.ts";

/** What is wrong with a {@link SessionSpec}, at which of its keys. */
export interface SessionProblem {
  readonly key: keyof SessionSpec;
  /** Which entry of the key's list or mapping. */
  readonly at?: string | number;
  /** `Cannot X: current value is Y`. */
  readonly message: string;
}

/** All problems of a spec; empty when `sessionsBetween` will take it. */
export function sessionProblems(spec: SessionSpec): SessionProblem[] {
  const problems: SessionProblem[] = [];
  const report = (
    key: keyof SessionSpec,
    what: string,
    value: string,
    at?: string | number,
  ) => {
    const message = `Cannot ${what}: current value is ${value}`;
    problems.push(at === undefined ? { key, message } : { key, at, message });
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
  const { calendar } = spec;
  if (calendar !== undefined && !CALENDAR_NAMES.includes(calendar)) {
    const names = CALENDAR_NAMES.join(" or ");
    report("calendar", `use anything but ${names}`, calendar);
  }
  for (const [i, date] of (spec.holidays ?? []).entries()) {
    if (!isDate(date)) report("holidays", "use anything but a date", date, i);
  }
  // What follows compares with the regular hours.
  return problems.length > 0 ? problems : oddDayProblems(spec);
}

function oddDayProblems(spec: SessionSpec): SessionProblem[] {
  const problems: SessionProblem[] = [];
  const open = minutesOf(spec.open) as number;
  const close = minutesOf(spec.close) as number;
  const overnight = open >= close;
  // Minutes since the open, so that evening and morning compare.
  const since = (minutes: number) =>
    overnight && minutes >= open
      ? minutes - open
      : overnight
      ? minutes + 1440 - open
      : minutes - open;
  const holidays = new Set(spec.holidays);
  const ODD = [
    ["late_opens", "open late", `after ${spec.open} and before ${spec.close}`],
    [
      "early_closes",
      "close early",
      overnight
        ? `on the trade date, before ${spec.close}`
        : `after ${spec.open} and before ${spec.close}`,
    ],
  ] as const;
  for (const [key, what, when] of ODD) {
    for (const [date, time] of Object.entries(spec[key] ?? {})) {
      const report = (message: string) =>
        problems.push({ key, at: date, message });
      if (!isDate(date)) {
        report(
          `Cannot ${what} on anything but a date: current value is ${date}`,
        );
        continue;
      }
      const weekday = WEEKDAYS[weekdayOf(dayOf(date))];
      const minutes = minutesOf(time);
      const inside = minutes !== undefined && since(minutes) > 0 &&
        since(minutes) < since(close) &&
        (key === "late_opens" || !overnight || minutes < close);
      if (!spec.days.includes(weekday)) {
        report(
          `Cannot ${what} on a day without a session: current value is ${date}, a ${weekday}`,
        );
      } else if (holidays.has(date)) {
        report(`Cannot ${what} on a holiday: current value is ${date}`);
      } else if (!inside) {
        report(
          `Cannot ${what} at a time that is not ${when}: current value is ${time}`,
        );
      }
    }
  }
  for (const [date, time] of Object.entries(spec.early_closes ?? {})) {
    const opens = spec.late_opens?.[date];
    if (opens === undefined || problems.length > 0) continue;
    if (since(minutesOf(opens) as number) >= since(minutesOf(time) as number)) {
      problems.push({
        key: "early_closes",
        at: date,
        message:
          `Cannot close before the late open at ${opens}: current value is ${time}`,
      });
    }
  }
  return problems;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
