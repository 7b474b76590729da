import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Session,
  sessionAt,
  sessionProblems,
  SESSIONS,
  sessionsBetween,
  type SessionSpec,
  WEEKDAYS,
} from "../engine/sessions/mod.ts";

const DAY = 86_400_000_000_000n;
const FROM = Temporal.Instant.from("1990-01-01T00:00Z").epochNanoseconds;
const UNTIL = Temporal.Instant.from("2027-10-01T00:00Z").epochNanoseconds;

/** With room on both sides for the ranges of the tests: calendars end. */
const instants = fc.bigInt({ min: FROM + 60n * DAY, max: UNTIL });
const named = fc.constantFrom(...Object.values(SESSIONS));
const times = fc.integer({ min: 0, max: 1439 }).map((minutes) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${
    String(minutes % 60).padStart(2, "0")
  }`
);
const dates = fc.integer({ min: 7305, max: 21180 }).map((day) =>
  new Date(day * 86_400_000).toISOString().slice(0, 10)
);
const plain: fc.Arbitrary<SessionSpec> = fc.record({
  time_zone: fc.constantFrom(
    "UTC",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Pacific/Apia",
  ),
  open: times,
  close: fc.oneof(times, fc.constant("24:00")),
  days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
});
/** Also with a calendar, of whatever zone, and odd days of its own. */
const anySpec: fc.Arbitrary<SessionSpec> = fc.oneof(
  plain,
  fc.tuple(
    plain,
    fc.constantFrom(undefined, "nyse" as const, "cme-equity" as const),
    fc.array(dates, { maxLength: 5 }),
    fc.dictionary(dates, times, { maxKeys: 5 }),
    fc.dictionary(dates, times, { maxKeys: 5 }),
  ).map(([spec, calendar, holidays, early_closes, late_opens]) =>
    withoutProblems({ ...spec, calendar, holidays, early_closes, late_opens })
  ),
);

/** The spec without the odd days that it cannot have. */
function withoutProblems(spec: SessionSpec): SessionSpec {
  const odd = { ...spec.early_closes };
  const late = { ...spec.late_opens };
  for (const { key, at } of sessionProblems(spec)) {
    if (key === "early_closes") delete odd[String(at)];
    if (key === "late_opens") delete late[String(at)];
  }
  return { ...spec, early_closes: odd, late_opens: late };
}

Deno.test("sessions are in order, disjoint, and meet the range", () => {
  fc.assert(
    fc.property(
      fc.oneof(named, anySpec),
      instants,
      fc.nat(60),
      (spec, first, days) => {
        const last = first + BigInt(days) * DAY;
        const sessions = sessionsBetween(spec, first, last);
        for (const [i, session] of sessions.entries()) {
          assert.ok(session.open < session.close);
          assert.ok(session.open <= last && session.close > first);
          if (i > 0) assert.ok(sessions[i - 1].close <= session.open);
          if (i > 0) assert.ok(sessions[i - 1].date < session.date);
        }
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("a part of a range holds those sessions of the whole that meet it", () => {
  fc.assert(
    fc.property(fc.oneof(named, anySpec), instants, fc.nat(200), fc.nat(200), (
      spec,
      first,
      before,
      hours,
    ) => {
      const last = first + BigInt(hours) * DAY / 24n;
      const whole = sessionsBetween(
        spec,
        first - BigInt(before) * DAY / 24n,
        last + DAY,
      );
      const meets = ({ open, close }: Session) => open <= last && close > first;
      assert.deepEqual(sessionsBetween(spec, first, last), whole.filter(meets));
    }),
    { numRuns: 100 },
  );
});

Deno.test("the exchange's wall clock shows the times of the spec", () => {
  fc.assert(
    fc.property(named, instants, (spec, first) => {
      const clock = new Intl.DateTimeFormat("sv-SE", {
        timeZone: spec.time_zone,
        dateStyle: "short",
        timeStyle: "short",
      });
      // Exceptions are left out here; the oracle has them.
      const regular: SessionSpec = { ...spec, calendar: undefined };
      for (
        const { date, open, close } of sessionsBetween(
          regular,
          first,
          first + 20n * DAY,
        )
      ) {
        const day = Temporal.PlainDate.from(date);
        const former = spec.former?.find(({ until }) => date < until);
        const hours = former ?? spec;
        const openDay = hours.open >= hours.close
          ? day.subtract({ days: 1 })
          : day;
        const closes = hours.close === "24:00"
          ? `${day.add({ days: 1 })} 00:00`
          : `${day} ${hours.close}`;
        assert.equal(
          clock.format(Number(open / 1_000_000n)),
          `${openDay} ${hours.open}`,
        );
        assert.equal(clock.format(Number(close / 1_000_000n)), closes);
        assert.ok(spec.days.includes(WEEKDAYS[day.dayOfWeek - 1]));
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("holidays take sessions away, odd days cut them, nothing else changes", () => {
  fc.assert(
    fc.property(anySpec, instants, (spec, first) => {
      const last = first + 60n * DAY;
      const regular = sessionsBetween(
        {
          time_zone: spec.time_zone,
          open: spec.open,
          close: spec.close,
          days: spec.days,
        },
        first,
        last,
      );
      const found = new Map(
        sessionsBetween(spec, first, last).map((one) => [one.date, one]),
      );
      for (const whole of regular) {
        const one = found.get(whole.date);
        found.delete(whole.date);
        if (spec.holidays?.includes(whole.date)) {
          assert.equal(one, undefined);
          continue;
        }
        if (one === undefined) continue;
        assert.ok(one.open >= whole.open && one.close <= whole.close);
        const ownDay = spec.early_closes?.[whole.date] !== undefined ||
          spec.late_opens?.[whole.date] !== undefined;
        if (!ownDay && spec.calendar === undefined) {
          assert.deepEqual(one, whole);
        }
      }
      assert.equal(found.size, 0);
    }),
    { numRuns: 150 },
  );
});

Deno.test("an instant is in the session that the range says, or in none", () => {
  fc.assert(
    fc.property(fc.oneof(named, anySpec), instants, (spec, at) => {
      const around = sessionsBetween(spec, at - 5n * DAY, at + 5n * DAY);
      const holding = around.find(({ open, close }) =>
        open <= at && at < close
      );
      assert.deepEqual(sessionAt(spec, at), holding ?? null);
    }),
    { numRuns: 150 },
  );
});

/** The straight way: each day by Temporal, without a table of changes. */
Deno.test("Temporal resolves the same instants day by day", () => {
  fc.assert(
    fc.property(plain, instants, fc.nat(400), (spec, first, days) => {
      const last = first + BigInt(days) * DAY;
      for (const { date, open, close } of sessionsBetween(spec, first, last)) {
        const day = Temporal.PlainDate.from(date);
        const at = (on: Temporal.PlainDate, plainTime: string) =>
          on.toZonedDateTime({ timeZone: spec.time_zone, plainTime })
            .epochNanoseconds;
        const before = spec.open >= spec.close;
        assert.equal(
          open,
          at(before ? day.subtract({ days: 1 }) : day, spec.open),
        );
        assert.equal(
          close,
          spec.close === "24:00"
            ? at(day.add({ days: 1 }), "00:00")
            : at(day, spec.close),
        );
      }
    }),
    { numRuns: 60 },
  );
});
