import { z } from "zod";
import {
  CALENDAR_NAMES,
  isDate,
  isTimeZone,
  type SessionName,
  sessionProblems,
  SESSIONS,
  WEEKDAYS,
} from "../engine/sessions/mod.ts";

const SESSION_NAMES = Object.keys(SESSIONS) as [SessionName, ...SessionName[]];

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
  error: 'a time of day such as "09:30"',
});

const EndOfDay = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, {
  error: 'a time of day such as "16:00", at most "24:00"',
});

const TradeDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, {
  error: "a date such as 2024-12-25",
}).refine(isDate, { error: "a date such as 2024-12-25" });

const CustomSession = z.strictObject({
  time_zone: z.string().refine(isTimeZone, {
    error: "a time zone such as America/Chicago or UTC",
  }).describe("IANA time zone of all times of the session"),
  open: TimeOfDay.describe("Local time at which trading opens, quoted: HH:MM"),
  close: EndOfDay.describe(
    "Local time at which trading closes. Where it is not after open, trading opens on the day before",
  ),
  days: z.array(z.enum(WEEKDAYS)).min(1).describe(
    "Trade dates: the weekdays on which sessions close",
  ).default(["mon", "tue", "wed", "thu", "fri"]),
  calendar: z.enum(CALENDAR_NAMES).describe(
    "The exchange whose holidays have no session, and whose early closes and late opens cut it: nyse or cme-equity, 1990 to 2027",
  ).optional(),
  holidays: z.array(TradeDate).describe(
    "Trade dates without a session, beside those of the calendar",
  ).optional(),
  early_closes: z.record(TradeDate, TimeOfDay).describe(
    'Earlier closes by trade date, as 2024-12-24: "13:00". They go before the calendar',
  ).optional(),
  late_opens: z.record(TradeDate, TimeOfDay).describe(
    'Later opens by trade date, as 2024-12-26: "11:00". They go before the calendar',
  ).optional(),
}).superRefine((session, context) => {
  for (const { key, at, message } of sessionProblems(session)) {
    context.addIssue({
      code: "custom",
      path: at === undefined ? [key] : [key, at],
      params: { code: "bad_value", message },
    });
  }
});

/** The `session` of an instrument. */
export const SessionTerms = z.union([z.enum(SESSION_NAMES), CustomSession])
  .describe(
    "Hours of trading: a known session's name, or {time_zone, open, close, days, calendar, holidays, early_closes, late_opens}",
  ).default("always");

export type SessionConfig = z.output<typeof SessionTerms>;
