import type { CalendarName } from "./calendar.ts";

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
  /**
   * An exchange whose holidays are none of its sessions, and whose early closes
   * and late opens cut them. It covers a stretch of years and no others.
   */
  readonly calendar?: CalendarName;
  /** Trade dates without a session, `YYYY-MM-DD`. */
  readonly holidays?: readonly string[];
  /** Closes before `close`, `HH:MM` by trade date. They go before the calendar. */
  readonly early_closes?: Readonly<Record<string, string>>;
  /** Opens after `open`, `HH:MM` by trade date. They go before the calendar. */
  readonly late_opens?: Readonly<Record<string, string>>;
  /** Hours that held on trade dates before `until`, the latest first. */
  readonly former?: readonly FormerHours[];
}

export interface FormerHours {
  /** The first trade date on which they held no more, `YYYY-MM-DD`. */
  readonly until: string;
  readonly open: string;
  readonly close: string;
}
