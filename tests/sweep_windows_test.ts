import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isSpan,
  slicesWithin,
  type WalkForwardTerms,
  windowsOf,
} from "../stages/sweep/windows.ts";

const HOUR = 3600e9;
const DAY = 24 * HOUR;

/** Sessions of eight hours, on the given days. */
function sessionsOn(days: readonly number[]) {
  return days.map((day) => ({
    date: `day ${day}`,
    open: day * DAY,
    close: day * DAY + 8 * HOUR,
  }));
}

const WEEKS = sessionsOn([0, 1, 2, 3, 4, 7, 8, 9, 10, 11]);

function indices(terms: Partial<WalkForwardTerms>, sessions = WEEKS) {
  return windowsOf({
    train: "3 sessions",
    test: "2 sessions",
    anchored: false,
    ...terms,
  }, sessions).map(({ train, test }) =>
    [train.first, train.last, test.first, test.last].join(" ")
  );
}

Deno.test("windows roll on by the test's length, the last one cut", () => {
  assert.deepEqual(indices({}), ["0 3 3 5", "2 5 5 7", "4 7 7 9", "6 9 9 10"]);
});

Deno.test("anchored windows grow", () => {
  assert.deepEqual(
    indices({ anchored: true }),
    ["0 3 3 5", "0 5 5 7", "0 7 7 9", "0 9 9 10"],
  );
});

Deno.test("an embargo lies between training and test, a step between windows", () => {
  assert.deepEqual(
    indices({ embargo: "1 session", step: "3 sessions" }),
    ["0 3 4 6", "3 6 7 9"],
  );
});

Deno.test("spans of time hold the sessions that open within them", () => {
  // Two days without sessions lie between days 4 and 7.
  assert.deepEqual(
    indices({ train: "4d", test: "2d", step: "4d" }),
    ["0 4 4 5", "4 6 6 8", "6 10 10 10"].slice(0, 2),
  );
  assert.deepEqual(indices({ train: "7d", test: "7d" }), ["0 5 5 10"]);
});

Deno.test("too few sessions make no window", () => {
  assert.deepEqual(indices({ train: "10 sessions" }), []);
  assert.deepEqual(indices({ train: "30d" }), []);
  assert.deepEqual(indices({}, []), []);
});

Deno.test("a test begins after its training, and tests never meet when they step by their length", () => {
  const span = fc.oneof(
    fc.integer({ min: 1, max: 6 }).map((n) => `${n} sessions`),
    fc.integer({ min: 1, max: 9 }).map((n) => `${n}d`),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }),
      span,
      span,
      span,
      fc.boolean(),
      (days, train, test, embargo, anchored) => {
        const sessions = sessionsOn(days.toSorted((a, b) => a - b));
        const windows = windowsOf(
          { train, test, embargo, anchored },
          sessions,
        );
        let tested = 0;
        for (const window of windows) {
          const { train: a, test: b } = window;
          assert.ok(a.first < a.last && b.first < b.last);
          assert.ok(a.last <= b.first && a.to <= b.from);
          assert.equal(a.from, sessions[a.first].open);
          assert.equal(b.to, sessions[b.last - 1].close);
          if (embargo.endsWith("sessions")) {
            // More where what comes first was tested before.
            assert.ok(b.first - a.last >= Number.parseInt(embargo));
          }
          if (anchored) assert.equal(a.first, 0);
          assert.ok(b.first >= tested);
          tested = b.last;
        }
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("slices are cut where no session is open", () => {
  const [a, b, c] = WEEKS.map(({ open, close }) => ({ from: open, to: close }));
  const slices = [
    { spans: [a, b], rows: [[{ from: 0, to: 5 }, { from: 7, to: 9 }]] },
    { spans: [c], rows: [[{ from: 9, to: 12 }]] },
  ];
  assert.deepEqual(slicesWithin(slices, b.from, b.to), [
    { spans: [b], rows: [[{ from: 7, to: 9 }]] },
  ]);
  assert.deepEqual(slicesWithin(slices, -Infinity, c.from), [slices[0]]);
});

Deno.test("a span is sessions or time", () => {
  for (const span of ["1 session", "20 sessions", "30d", "12h"]) {
    assert.ok(isSpan(span), span);
  }
  for (const span of ["20", "sessions", "-1 sessions", "1.5 sessions", "x"]) {
    assert.ok(!isSpan(span), span);
  }
});
