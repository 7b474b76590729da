export { type Session, sessionAt, sessionsBetween } from "./between.ts";
export { CALENDAR_NAMES, type CalendarName } from "./calendar.ts";
export { CalendarRangeError } from "./calendar_range_error.ts";
export { type SessionName, SESSIONS } from "./named.ts";
export { type SessionProblem, sessionProblems } from "./problems.ts";
export { shortestMinutes } from "./shortest.ts";
export { type SessionSpec, type Weekday, WEEKDAYS } from "./spec.ts";
export { isDate, isTimeZone, minutesOf } from "./values.ts";
