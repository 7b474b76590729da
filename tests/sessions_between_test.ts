import assert from "node:assert/strict";
import {
  type Session,
  sessionAt,
  type SessionName,
  sessionProblems,
  SESSIONS,
  sessionsBetween,
  type SessionSpec,
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
  const sessions = sessionsBetween(
    SESSIONS.nyse,
    ns("1960-01-01T00:00Z"),
    ns("1969-12-31T23:59Z"),
  );
  const weekdays = 521 * 5 + 4; // 521 weeks, then Friday to Wednesday
  assert.equal(sessions.length, weekdays);
  assert.ok(
    sessions.every(({ open, close }) => close - open === 23_400_000_000_000n),
  );
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

function ns(text: string): bigint {
  return Temporal.Instant.from(text).epochNanoseconds;
}
