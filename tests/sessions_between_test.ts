import assert from "node:assert/strict";
import {
  CalendarRangeError,
  type Session,
  sessionAt,
  type SessionName,
  sessionProblems,
  SESSIONS,
  sessionsBetween,
  type SessionSpec,
  shortestMinutes,
} from "../engine/sessions/mod.ts";

/** `name, first, last` and the sessions expected: date, open, close. */
interface Case {
  readonly what: string;
  readonly spec: SessionName | SessionSpec;
  readonly first: string;
  readonly last: string;
  readonly expected: readonly (readonly [string, string, string])[];
}

const CASES: readonly Case[] = [
  {
    what: "Chicago springs forward on 2024-03-10: UTC-6, then UTC-5",
    spec: "cme-rth",
    first: "2024-03-08T00:00Z",
    last: "2024-03-12T00:00Z",
    expected: [
      ["2024-03-08", "2024-03-08T14:30Z", "2024-03-08T21:00Z"],
      ["2024-03-11", "2024-03-11T13:30Z", "2024-03-11T20:00Z"],
    ],
  },
  {
    what: "Chicago falls back on 2024-11-03: UTC-5, then UTC-6",
    spec: "cme-rth",
    first: "2024-11-01T00:00Z",
    last: "2024-11-05T00:00Z",
    expected: [
      ["2024-11-01", "2024-11-01T13:30Z", "2024-11-01T20:00Z"],
      ["2024-11-04", "2024-11-04T14:30Z", "2024-11-04T21:00Z"],
    ],
  },
  {
    what: "New York springs forward: UTC-5, then UTC-4",
    spec: "nyse",
    first: "2024-03-08T00:00Z",
    last: "2024-03-12T00:00Z",
    expected: [
      ["2024-03-08", "2024-03-08T14:30Z", "2024-03-08T21:00Z"],
      ["2024-03-11", "2024-03-11T13:30Z", "2024-03-11T20:00Z"],
    ],
  },
  {
    what: "New York falls back: UTC-4, then UTC-5",
    spec: "nyse",
    first: "2024-11-01T00:00Z",
    last: "2024-11-05T00:00Z",
    expected: [
      ["2024-11-01", "2024-11-01T13:30Z", "2024-11-01T20:00Z"],
      ["2024-11-04", "2024-11-04T14:30Z", "2024-11-04T21:00Z"],
    ],
  },
  {
    what: "Globex opens the evening before; Sunday evening is Monday's",
    spec: "cme-globex",
    first: "2024-03-07T12:00Z",
    last: "2024-03-11T12:00Z",
    expected: [
      ["2024-03-07", "2024-03-06T23:00Z", "2024-03-07T22:00Z"],
      ["2024-03-08", "2024-03-07T23:00Z", "2024-03-08T22:00Z"],
      ["2024-03-11", "2024-03-10T22:00Z", "2024-03-11T21:00Z"],
    ],
  },
  {
    what: "Globex after the clocks fell back that Sunday morning",
    spec: "cme-globex",
    first: "2024-11-01T21:00Z",
    last: "2024-11-03T23:00Z",
    expected: [["2024-11-04", "2024-11-03T23:00Z", "2024-11-04T22:00Z"]],
  },
  {
    what: "Foreign exchange over the weekend of the spring change",
    spec: "fx-week",
    first: "2024-03-08T12:00Z",
    last: "2024-03-11T12:00Z",
    expected: [
      ["2024-03-08", "2024-03-07T22:00Z", "2024-03-08T22:00Z"],
      ["2024-03-11", "2024-03-10T21:00Z", "2024-03-11T21:00Z"],
    ],
  },
  {
    what: "Foreign exchange sessions touch within the week",
    spec: "fx-week",
    first: "2024-07-02T20:59:59.999999999Z",
    last: "2024-07-02T21:00Z",
    expected: [
      ["2024-07-02", "2024-07-01T21:00Z", "2024-07-02T21:00Z"],
      ["2024-07-03", "2024-07-02T21:00Z", "2024-07-03T21:00Z"],
    ],
  },
  {
    what: "Around the clock, a UTC day each, weekends too",
    spec: "always",
    first: "2024-03-09T12:00Z",
    last: "2024-03-10T00:00Z",
    expected: [
      ["2024-03-09", "2024-03-09T00:00Z", "2024-03-10T00:00Z"],
      ["2024-03-10", "2024-03-10T00:00Z", "2024-03-11T00:00Z"],
    ],
  },
  {
    what: "the open belongs to a session",
    spec: "nyse",
    first: "2024-07-01T12:00Z",
    last: "2024-07-01T13:30Z",
    expected: [["2024-07-01", "2024-07-01T13:30Z", "2024-07-01T20:00Z"]],
  },
  {
    what: "the close does not",
    spec: "nyse",
    first: "2024-07-01T20:00Z",
    last: "2024-07-02T13:29:59.999999999Z",
    expected: [],
  },
  {
    what: "the last nanosecond does",
    spec: "nyse",
    first: "2024-07-01T19:59:59.999999999Z",
    last: "2024-07-01T19:59:59.999999999Z",
    expected: [["2024-07-01", "2024-07-01T13:30Z", "2024-07-01T20:00Z"]],
  },
  {
    what: "a range that ends before it begins holds nothing",
    spec: "always",
    first: "2024-07-02T00:00Z",
    last: "2024-07-01T00:00Z",
    expected: [],
  },
  {
    what: "a session across the spring change lasts 23 hours",
    spec: {
      time_zone: "America/New_York",
      open: "17:00",
      close: "17:00",
      days: ["sun"],
    },
    first: "2024-03-10T12:00Z",
    last: "2024-03-10T12:00Z",
    expected: [["2024-03-10", "2024-03-09T22:00Z", "2024-03-10T21:00Z"]],
  },
  {
    what: "an open at 02:30 that the change skips is at 03:30",
    spec: {
      time_zone: "America/Chicago",
      open: "02:30",
      close: "12:00",
      days: ["sun"],
    },
    first: "2024-03-10T12:00Z",
    last: "2024-03-10T12:00Z",
    expected: [["2024-03-10", "2024-03-10T08:30Z", "2024-03-10T17:00Z"]],
  },
  {
    what: "an open at 01:30 that comes twice is the first",
    spec: {
      time_zone: "America/Chicago",
      open: "01:30",
      close: "12:00",
      days: ["sun"],
    },
    first: "2024-11-03T12:00Z",
    last: "2024-11-03T12:00Z",
    expected: [["2024-11-03", "2024-11-03T06:30Z", "2024-11-03T18:00Z"]],
  },
  {
    what: "Samoa left out 2011-12-30, a Friday",
    spec: {
      time_zone: "Pacific/Apia",
      open: "00:00",
      close: "24:00",
      days: ["thu", "fri", "sat"],
    },
    first: "2011-12-29T12:00Z",
    last: "2011-12-30T12:00Z",
    expected: [
      ["2011-12-29", "2011-12-29T10:00Z", "2011-12-30T10:00Z"],
      ["2011-12-31", "2011-12-30T10:00Z", "2011-12-31T10:00Z"],
    ],
  },
];

for (const { what, spec, first, last, expected } of CASES) {
  Deno.test(what, () => {
    const found = sessionsBetween(
      typeof spec === "string" ? SESSIONS[spec] : spec,
      ns(first),
      ns(last),
    );
    assert.deepEqual(
      found,
      expected.map(([date, open, close]): Session => ({
        date,
        open: ns(open),
        close: ns(close),
      })),
    );
  });
}

Deno.test("the session at an instant, or none", () => {
  const { nyse } = SESSIONS;
  assert.equal(sessionAt(nyse, ns("2024-07-01T15:00Z"))?.date, "2024-07-01");
  assert.equal(sessionAt(nyse, ns("2024-07-06T15:00Z")), null);
  assert.equal(
    sessionAt(SESSIONS["cme-globex"], ns("2024-07-07T22:30Z"))?.date,
    "2024-07-08",
  );
  assert.equal(
    sessionAt(SESSIONS["cme-globex"], ns("2024-07-08T21:30Z")),
    null,
  );
});

Deno.test("instants before 1970 and years of sessions", () => {
  const { nyse } = SESSIONS;
  const sessions = sessionsBetween(
    { ...nyse, calendar: undefined },
    ns("1960-01-01T00:00Z"),
    ns("1969-12-31T23:59Z"),
  );
  const weekdays = 521 * 5 + 4; // 521 weeks, then Friday to Wednesday
  assert.equal(sessions.length, weekdays);
  assert.ok(
    sessions.every(({ open, close }) => close - open === 23_400_000_000_000n),
  );
});

Deno.test("beyond the years of a calendar there is no answer, but an error", () => {
  const { nyse, "cme-globex": globex } = SESSIONS;
  const last = ns("2028-01-02T00:00Z");
  // Nothing is asked of the weekend after the last day.
  assert.equal(
    sessionsBetween(nyse, ns("2027-12-30T00:00Z"), last).at(-1)?.date,
    "2027-12-31",
  );
  assert.throws(
    () => sessionsBetween(nyse, last, ns("2028-01-04T00:00Z")),
    (error) => {
      assert.ok(error instanceof CalendarRangeError);
      assert.equal(error.code, "bad_data");
      assert.equal(
        error.message,
        "Cannot tell whether 2028-01-03 is a holiday: current value is the calendar nyse, which covers 1990-01-01 to 2027-12-31",
      );
      return true;
    },
  );
  assert.throws(
    () => sessionAt(globex, ns("1989-12-29T15:00Z")),
    CalendarRangeError,
  );
  assert.equal(sessionAt(globex, ns("1989-12-30T15:00Z")), null);
  // A spec's own day needs no calendar, and neither does a session without one.
  const own = { ...nyse, holidays: ["2028-01-03"] };
  assert.equal(sessionAt(own, ns("2028-01-03T15:00Z")), null);
  assert.ok(sessionAt(SESSIONS["fx-week"], ns("2040-01-03T15:00Z")));
});

const STOCKS: SessionSpec = {
  time_zone: "America/New_York",
  open: "04:00",
  close: "20:00",
  days: ["mon", "tue", "wed", "thu", "fri"],
  calendar: "nyse",
  holidays: ["2024-12-26"],
  early_closes: { "2024-12-24": "17:00", "2024-12-25": "12:00" },
  late_opens: { "2024-12-30": "06:30" },
};

function hoursOf(spec: SessionSpec, dates: readonly string[]): string[] {
  const clock = (at: bigint) =>
    new Temporal.ZonedDateTime(at, spec.time_zone).toPlainDateTime()
      .toString().slice(5, 16);
  return dates.map((date) => {
    const found = sessionsBetween(
      spec,
      ns(`${date}T00:00Z`) - 86_400_000_000_000n,
      ns(`${date}T00:00Z`) + 2n * 86_400_000_000_000n,
    ).find((session) => session.date === date);
    return found ? `${clock(found.open)} ${clock(found.close)}` : "none";
  });
}

Deno.test("a spec's own days go before its calendar", () => {
  assert.deepEqual(
    hoursOf(STOCKS, [
      "2024-11-28",
      "2024-11-29",
      "2024-12-24",
      "2024-12-25",
      "2024-12-26",
      "2024-12-30",
      "2002-09-11",
    ]),
    [
      "none",
      "11-29T04:00 11-29T13:00",
      "12-24T04:00 12-24T17:00",
      "12-25T04:00 12-25T12:00",
      "none",
      "12-30T06:30 12-30T20:00",
      "09-11T12:00 09-11T20:00",
    ],
  );
});

Deno.test("a calendar's close cuts sessions of another zone, or leaves nothing of them", () => {
  const london: SessionSpec = {
    time_zone: "Europe/London",
    open: "15:00",
    close: "22:00",
    days: ["mon", "tue", "wed", "thu", "fri"],
    calendar: "nyse",
  };
  assert.deepEqual(hoursOf(london, ["2023-11-22", "2023-11-24"]), [
    "11-22T15:00 11-22T22:00",
    "11-24T15:00 11-24T18:00",
  ]);
  const afternoon = { ...london, open: "19:00" };
  assert.deepEqual(hoursOf(afternoon, ["2023-11-22", "2023-11-24"]), [
    "11-22T19:00 11-22T22:00",
    "none",
  ]);
});

Deno.test("an evening session that opens late or closes early", () => {
  const evening: SessionSpec = {
    ...SESSIONS["cme-globex"],
    calendar: undefined,
    early_closes: { "2024-07-04": "12:00" },
    late_opens: { "2024-07-05": "18:30", "2024-07-08": "08:30" },
  };
  assert.deepEqual(
    hoursOf(evening, ["2024-07-03", "2024-07-04", "2024-07-05", "2024-07-08"]),
    [
      "07-02T17:00 07-03T16:00",
      "07-03T17:00 07-04T12:00",
      "07-04T18:30 07-05T16:00",
      "07-08T08:30 07-08T16:00",
    ],
  );
});

Deno.test("the shortest session that a spec ever has", () => {
  assert.equal(shortestMinutes(SESSIONS.nyse), 180); // 1996-01-08
  assert.equal(shortestMinutes(SESSIONS["cme-rth"]), 180);
  assert.equal(shortestMinutes(SESSIONS["cme-globex"]), 405); // 2001-09-17
  assert.equal(shortestMinutes(SESSIONS.always), 1440);
  assert.equal(shortestMinutes(SESSIONS["fx-week"]), 1440);
  const own = {
    ...SESSIONS.nyse,
    calendar: undefined,
    early_closes: { "2024-12-24": "10:00" },
  };
  assert.equal(shortestMinutes(own), 30);
});

Deno.test("the named sessions have no problems", () => {
  for (const spec of Object.values(SESSIONS)) {
    assert.deepEqual(sessionProblems(spec), []);
  }
});

Deno.test("every problem of a spec is named at its key", () => {
  const wrong = {
    time_zone: "America/Chicagoo",
    open: "24:00",
    close: "15:60",
    days: [],
  };
  assert.deepEqual(
    sessionProblems(wrong).map(({ key }) => key),
    ["time_zone", "open", "close", "days"],
  );
  assert.throws(() => sessionsBetween(wrong, 0n, 1n), {
    name: "RangeError",
    message:
      "Cannot use anything but an IANA time zone: current value is America/Chicagoo",
  });
  const keys = (change: Partial<SessionSpec>) =>
    sessionProblems({ ...SESSIONS.nyse, ...change }).map(({ key }) => key);
  assert.deepEqual(keys({ open: "9:30" }), ["open"]);
  assert.deepEqual(keys({ close: "24:01" }), ["close"]);
  assert.deepEqual(keys({ close: "24:00" }), []);
});

Deno.test("every problem of a spec's own days is named at its entry", () => {
  const problems = (change: Partial<SessionSpec>, spec = STOCKS) =>
    sessionProblems({ ...spec, ...change }).map(({ key, at, message }) => [
      key,
      at,
      message,
    ]);
  assert.deepEqual(sessionProblems(STOCKS), []);
  assert.deepEqual(
    problems({ calendar: "lse" as "nyse", holidays: ["2024-02-30"] }),
    [
      [
        "calendar",
        undefined,
        "Cannot use anything but nyse or cme-equity: current value is lse",
      ],
      [
        "holidays",
        0,
        "Cannot use anything but a date: current value is 2024-02-30",
      ],
    ],
  );
  const close = (date: string, time: string) =>
    problems({ early_closes: { [date]: time } });
  const early = "early_closes";
  assert.deepEqual(close("2024-12-24", "04:01"), []);
  assert.deepEqual(close("2024-12-24", "04:00"), [[
    early,
    "2024-12-24",
    "Cannot close early at a time that is not after 04:00 and before 20:00: current value is 04:00",
  ]]);
  assert.equal(close("2024-12-24", "20:00").length, 1);
  assert.deepEqual(close("2024-12-28", "13:00"), [[
    early,
    "2024-12-28",
    "Cannot close early on a day without a session: current value is 2024-12-28, a sat",
  ]]);
  assert.deepEqual(close("2024-12-26", "13:00"), [[
    early,
    "2024-12-26",
    "Cannot close early on a holiday: current value is 2024-12-26",
  ]]);
  assert.deepEqual(close("tomorrow", "13:00"), [[
    early,
    "tomorrow",
    "Cannot close early on anything but a date: current value is tomorrow",
  ]]);
  assert.deepEqual(close("2024-12-30", "06:30"), [[
    early,
    "2024-12-30",
    "Cannot close before the late open at 06:30: current value is 06:30",
  ]]);
  const fx = SESSIONS["fx-week"];
  const week = (change: Partial<SessionSpec>) => problems(change, fx).length;
  assert.equal(week({ early_closes: { "2024-12-24": "13:00" } }), 0);
  assert.equal(week({ early_closes: { "2024-12-24": "17:00" } }), 1);
  assert.equal(week({ early_closes: { "2024-12-24": "18:00" } }), 1);
  assert.equal(week({ late_opens: { "2024-12-24": "18:00" } }), 0);
  assert.equal(week({ late_opens: { "2024-12-24": "17:00" } }), 1);
});

function ns(text: string): bigint {
  return Temporal.Instant.from(text).epochNanoseconds;
}
