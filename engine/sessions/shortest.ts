import { calendarOf } from "./calendar.ts";
import { SessionHours } from "./hours.ts";
import type { SessionSpec } from "./spec.ts";
import { dayOf, minutesOf } from "./values.ts";

const DAY_NS = 86_400_000_000_000n;

/** Minutes from open to close of the shortest session that a spec ever has. */
export function shortestMinutes(spec: SessionSpec): number {
  const span = minutesOf(spec.close) as number -
    (minutesOf(spec.open) as number);
  let shortest = span > 0 ? span : span + 1440;
  const days = oddDays(spec);
  if (days.length === 0) return shortest;
  const first = BigInt(Math.min(...days)) * DAY_NS;
  const last = BigInt(Math.max(...days)) * DAY_NS;
  const hours = new SessionHours(spec, first, last);
  for (const day of days) {
    const odd = hours.on(day);
    if (odd) shortest = Math.min(shortest, (odd.close - odd.open) / 60);
  }
  return shortest;
}

function oddDays(spec: SessionSpec): number[] {
  const calendar = spec.calendar ? calendarOf(spec.calendar) : undefined;
  return [
    ...Object.keys({ ...spec.late_opens, ...spec.early_closes }).map(dayOf),
    ...calendar?.opens.keys() ?? [],
    ...calendar?.closes.keys() ?? [],
  ];
}
