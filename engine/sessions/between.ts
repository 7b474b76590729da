import {
  minutesOf,
  sessionProblems,
  type SessionSpec,
  WEEKDAYS,
} from "./spec.ts";

/** One session: the instants from `open` up to, and without, `close`. */
export interface Session {
  /** Trade date, `YYYY-MM-DD`. */
  readonly date: string;
  /** Nanoseconds since the epoch, UTC. */
  readonly open: bigint;
  /** Nanoseconds since the epoch, UTC. */
  readonly close: bigint;
}

/**
 * All sessions that contain any instant from `firstNs` to `lastNs`, both
 * included (nanoseconds since the epoch), in order. Daylight saving follows the
 * time zone, so a session across a change is an hour shorter or longer. A wall
 * clock time that a change skips means the instant as far after the change.
 *
 * @throws RangeError when the spec has problems, see {@link sessionProblems}.
 */
export function sessionsBetween(
  spec: SessionSpec,
  firstNs: bigint,
  lastNs: bigint,
): Session[] {
  const [problem] = sessionProblems(spec);
  if (problem) throw new RangeError(problem.message);
  const sessions: Session[] = [];
  if (firstNs > lastNs) return sessions;
  const end = localDate(lastNs, spec.time_zone).add({ days: 1 });
  let date = localDate(firstNs, spec.time_zone);
  for (
    ;
    Temporal.PlainDate.compare(date, end) <= 0;
    date = date.add({ days: 1 })
  ) {
    if (!spec.days.includes(WEEKDAYS[date.dayOfWeek - 1])) continue;
    const session = sessionOn(spec, date);
    if (session && session.open <= lastNs && session.close > firstNs) {
      sessions.push(session);
    }
  }
  return sessions;
}

/** The session that contains an instant, or null when the market is closed. */
export function sessionAt(spec: SessionSpec, ns: bigint): Session | null {
  return sessionsBetween(spec, ns, ns)[0] ?? null;
}

/** Null on a date that the time zone leaves out. Exceptions by date belong here. */
function sessionOn(
  spec: SessionSpec,
  date: Temporal.PlainDate,
): Session | null {
  if (!exists(date, spec.time_zone)) return null;
  const openMinutes = minutesOf(spec.open) as number;
  const closeMinutes = minutesOf(spec.close) as number;
  const overnight = openMinutes >= closeMinutes;
  const openDate = overnight ? date.subtract({ days: 1 }) : date;
  const open = instant(openDate, openMinutes, spec.time_zone);
  const close = instant(date, closeMinutes, spec.time_zone);
  return open < close ? { date: date.toString(), open, close } : null;
}

function instant(
  date: Temporal.PlainDate,
  minutes: number,
  timeZone: string,
): bigint {
  const day = minutes === 1440 ? date.add({ days: 1 }) : date;
  const rest = minutes % 1440;
  const plainTime = { hour: Math.floor(rest / 60), minute: rest % 60 };
  return day.toZonedDateTime({ timeZone, plainTime }).epochNanoseconds;
}

/** Samoa, for one, had no 30 December 2011. */
function exists(date: Temporal.PlainDate, timeZone: string): boolean {
  const noon = date.toZonedDateTime({ timeZone, plainTime: "12:00" });
  return noon.toPlainDate().equals(date);
}

function localDate(ns: bigint, timeZone: string): Temporal.PlainDate {
  return new Temporal.ZonedDateTime(ns, timeZone).toPlainDate();
}
