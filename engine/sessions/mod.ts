export { type Session, sessionAt, sessionsBetween } from "./between.ts";
export {
  minutesOf,
  type SessionName,
  type SessionProblem,
  sessionProblems,
  SESSIONS,
  type SessionSpec,
  type Weekday,
  WEEKDAYS,
} from "./spec.ts";
