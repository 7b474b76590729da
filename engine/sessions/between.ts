import { SessionHours } from "./hours.ts";
import { sessionProblems } from "./problems.ts";
import type { SessionSpec } from "./spec.ts";
import { dateOf } from "./values.ts";

/** One session: the instants from `open` up to, and without, `close`. */
export interface Session {
  /** Trade date, `YYYY-MM-DD`. */
  readonly date: string;
  /** Nanoseconds since the epoch, UTC. */
  readonly open: bigint;
  /** Nanoseconds since the epoch, UTC. */
  readonly close: bigint;
}

const SECOND = 1_000_000_000n;

/**
 * All sessions that contain any instant from `firstNs` to `lastNs`, both
 * included (nanoseconds since the epoch), in order. Holidays are none; half days
 * close when they did. Daylight saving follows the time zone, so a session
 * across a change is an hour shorter or longer. A wall clock time that a change
 * skips means the instant as far after the change.
 *
 * @throws RangeError when the spec has problems, see `sessionProblems`.
 * @throws CalendarRangeError when the spec's calendar does not cover the range
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
  const hours = new SessionHours(spec, firstNs, lastNs);
  const first = seconds(firstNs);
  const last = seconds(lastNs);
  const end = hours.dayAt(last) + 1;
  for (let day = hours.dayAt(first); day <= end; day++) {
    const regular = hours.regular(day);
    if (regular === null || !meets(regular, first, last)) continue;
    const session = hours.on(day);
    if (session === null || !meets(session, first, last)) continue;
    sessions.push({
      date: dateOf(day),
      open: BigInt(session.open) * SECOND,
      close: BigInt(session.close) * SECOND,
    });
  }
  return sessions;
}

/** The session that contains an instant, or null when the market is closed. */
export function sessionAt(spec: SessionSpec, ns: bigint): Session | null {
  return sessionsBetween(spec, ns, ns)[0] ?? null;
}

/** Whole seconds decide, because sessions open and close on them. */
function meets(
  { open, close }: { readonly open: number; readonly close: number },
  first: number,
  last: number,
): boolean {
  return open <= last && close > first;
}

function seconds(ns: bigint): number {
  const whole = ns / SECOND;
  return Number(ns < 0n && ns % SECOND !== 0n ? whole - 1n : whole);
}
