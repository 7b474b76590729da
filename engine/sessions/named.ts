import { type SessionSpec, WEEKDAYS } from "./spec.ts";

const MONDAY_TO_FRIDAY = WEEKDAYS.slice(0, 5);

const EVERY_UTC_DAY: SessionSpec = {
  time_zone: "UTC",
  open: "00:00",
  close: "24:00",
  days: WEEKDAYS,
};

const US_STOCKS: SessionSpec = {
  time_zone: "America/New_York",
  open: "09:30",
  close: "16:00",
  days: MONDAY_TO_FRIDAY,
  calendar: "nyse",
};

export type SessionName =
  | "always"
  | "crypto"
  | "cme-rth"
  | "cme-globex"
  | "nyse"
  | "nasdaq"
  | "fx-week";

/** Sessions by name. */
export const SESSIONS: Readonly<Record<SessionName, SessionSpec>> = {
  /** Around the clock; one session a UTC day. */
  always: EVERY_UTC_DAY,
  /** Another name of `always`. */
  crypto: EVERY_UTC_DAY,
  /**
   * Regular hours of CME equity index futures: those of the stock market that
   * they follow, with its holidays and half days.
   */
  "cme-rth": {
    time_zone: "America/Chicago",
    open: "08:30",
    close: "15:00",
    days: MONDAY_TO_FRIDAY,
    calendar: "nyse",
  },
  /** The electronic day of CME equity index futures, from the evening before. */
  "cme-globex": {
    time_zone: "America/Chicago",
    open: "17:00",
    close: "16:00",
    days: MONDAY_TO_FRIDAY,
    calendar: "cme-equity",
    former: [{ until: "2012-11-19", open: "15:30", close: "15:15" }],
  },
  /** Core hours of US stocks. */
  nyse: US_STOCKS,
  /** Another name of `nyse`: the same hours and holidays. */
  nasdaq: US_STOCKS,
  /** Spot foreign exchange; the day turns at 17:00 New York. No holidays. */
  "fx-week": {
    time_zone: "America/New_York",
    open: "17:00",
    close: "17:00",
    days: MONDAY_TO_FRIDAY,
  },
};
