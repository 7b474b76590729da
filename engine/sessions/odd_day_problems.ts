import type { SessionProblem } from "./problems.ts";
import { type SessionSpec, WEEKDAYS } from "./spec.ts";
import { dayOf, isDate, minutesOf, weekdayOf } from "./values.ts";

/** Problems of the dates of a spec whose regular hours have none. */
export function oddDayProblems(spec: SessionSpec): SessionProblem[] {
  return (["late_opens", "early_closes"] as const).flatMap((key) =>
    Object.entries(spec[key] ?? {}).flatMap(([date, time]) => {
      const problem = problemOf(spec, key, date, time);
      return problem === undefined ? [] : [{ key, at: date, message: problem }];
    })
  );
}

function problemOf(
  spec: SessionSpec,
  key: "late_opens" | "early_closes",
  date: string,
  time: string,
): string | undefined {
  const what = key === "late_opens" ? "open late" : "close early";
  if (!isDate(date)) {
    return `Cannot ${what} on anything but a date: current value is ${date}`;
  }
  const weekday = WEEKDAYS[weekdayOf(dayOf(date))];
  if (!spec.days.includes(weekday)) {
    return `Cannot ${what} on a day without a session: current value is ${date}, a ${weekday}`;
  }
  if (spec.holidays?.includes(date)) {
    return `Cannot ${what} on a holiday: current value is ${date}`;
  }
  const open = minutesOf(spec.open) as number;
  const close = minutesOf(spec.close) as number;
  const overnight = open >= close;
  const minutes = minutesOf(time) ?? NaN;
  const inside = overnight
    ? minutes < close || (key === "late_opens" && minutes > open)
    : open < minutes && minutes < close;
  if (!inside) {
    const when = overnight && key === "early_closes"
      ? `before ${spec.close}`
      : `after ${spec.open} and before ${spec.close}`;
    return `Cannot ${what} at a time that is not ${when}: current value is ${time}`;
  }
  const opens = spec.late_opens?.[date];
  if (key === "late_opens" || opens === undefined) return undefined;
  const opensAt = minutesOf(opens) ?? NaN;
  const before = overnight && opensAt >= close ? opensAt - 1440 : opensAt;
  return before < minutes
    ? undefined
    : `Cannot close before the late open at ${opens}: current value is ${time}`;
}
