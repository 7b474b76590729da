import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Session,
  SESSIONS,
  sessionsBetween,
  type SessionSpec,
  WEEKDAYS,
} from "../engine/sessions/mod.ts";

const DAY = 86_400_000_000_000n;
const FROM = Temporal.Instant.from("1990-01-01T00:00Z").epochNanoseconds;
const UNTIL = Temporal.Instant.from("2037-01-01T00:00Z").epochNanoseconds;

const instants = fc.bigInt({ min: FROM, max: UNTIL });
const named = fc.constantFrom(...Object.values(SESSIONS));
const times = fc.integer({ min: 0, max: 1439 }).map((minutes) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${
    String(minutes % 60).padStart(2, "0")
  }`
);
const anySpec: fc.Arbitrary<SessionSpec> = fc.record({
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
      const overnight = spec.open >= spec.close;
      for (
        const { date, open, close } of sessionsBetween(
          spec,
          first,
          first + 20n * DAY,
        )
      ) {
        const day = Temporal.PlainDate.from(date);
        const openDay = overnight ? day.subtract({ days: 1 }) : day;
        const closes = spec.close === "24:00"
          ? `${day.add({ days: 1 })} 00:00`
          : `${day} ${spec.close}`;
        assert.equal(
          clock.format(Number(open / 1_000_000n)),
          `${openDay} ${spec.open}`,
        );
        assert.equal(clock.format(Number(close / 1_000_000n)), closes);
        assert.ok(spec.days.includes(WEEKDAYS[day.dayOfWeek - 1]));
      }
    }),
    { numRuns: 60 },
  );
});
