import { CALENDAR_NAMES } from "./calendar.ts";
import { oddDayProblems } from "./odd_day_problems.ts";
import { type SessionSpec, WEEKDAYS } from "./spec.ts";
import { isDate, isTimeZone, minutesOf } from "./values.ts";

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
