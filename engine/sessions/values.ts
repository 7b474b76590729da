/** Minutes since midnight of `HH:MM`; undefined when it is no time of day. */
export function minutesOf(text: string): number | undefined {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  if (!match) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return minutes <= 1440 ? minutes : undefined;
}

const DAY_MS = 86_400_000;

/** Whether a text is a date of the calendar, `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && dateOf(ms / DAY_MS) === text;
}

/** Days from 1970-01-01 to a date, `YYYY-MM-DD`. */
export function dayOf(date: string): number {
  return Date.parse(date) / DAY_MS;
}

/** `YYYY-MM-DD` of a day counted from 1970-01-01. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Index into `WEEKDAYS`: 0 is Monday. */
export function weekdayOf(day: number): number {
  return ((day + 3) % 7 + 7) % 7;
}

/** Whether a name is an IANA zone known here. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
