import assert from "node:assert/strict";
import fc from "fast-check";
import type { Session } from "../engine/sessions/mod.ts";
import {
  type Cut,
  cutSlices,
  filteredRows,
  rangesFrom,
} from "../stages/dispatcher/slices.ts";
import type { FeedIndex } from "../stages/dispatcher/time_index.ts";
import { warmupRanges } from "../stages/dispatcher/warmup.ts";
import { rowsIn, type Slice } from "../stages/prepared.ts";

/** A table of times alone. Looking outside of it throws, as a reader does. */
function feed(
  times: readonly number[],
  stamp: "event" | "close" = "event",
): FeedIndex & { readonly times: readonly number[] } {
  return {
    times,
    stamp,
    index: {
      rows: times.length,
      lowerBound(ns) {
        const row = times.findIndex((time) => BigInt(time) >= ns);
        return row < 0 ? times.length : row;
      },
      timeAt(row) {
        assert.ok(Number.isInteger(row) && row >= 0 && row < times.length);
        return BigInt(times[row]);
      },
    },
  };
}

function session(open: number, close: number): Session {
  return { date: "2024-03-04", open: BigInt(open), close: BigInt(close) };
}

/** `from-to` of each range, by feed. */
function rowsOf(slices: readonly Slice[]): string[] {
  return slices.map(({ rows }) =>
    rows.map((ranges) =>
      ranges.map(({ from, to }) => `${from}-${to}`).join("+")
    ).join(" ")
  );
}

function spansOf(slices: readonly Slice[]): string[] {
  return slices.map(({ spans }) =>
    spans.map(({ from, to }) => `${from}-${to}`).join("+")
  );
}

const BY_SESSION: Cut = { by: "session" };

Deno.test("by session: rows outside are in no slice, empty sessions are none", () => {
  const ticks = feed([5, 10, 15, 19, 20, 25, 50, 59, 60]);
  const sessions = [session(10, 20), session(30, 40), session(50, 60)];
  const slices = cutSlices(BY_SESSION, sessions, [ticks], 0n);
  // A tick at the open is inside, a tick at the close is not.
  assert.deepEqual(rowsOf(slices), ["1-4", "6-8"]);
  assert.deepEqual(spansOf(slices), ["10-20", "50-60"]);
  assert.deepEqual(filteredRows(slices, [ticks]), [4]);
});

Deno.test("a bar belongs to the time before its stamp", () => {
  const bars = feed([10, 15, 20, 25, 50, 55, 60, 65], "close");
  const slices = cutSlices(
    BY_SESSION,
    [session(10, 20), session(50, 60)],
    [bars],
    0n,
  );
  // The bar stamped at the open closed before it; the one at the close is inside.
  assert.deepEqual(rowsOf(slices), ["1-3", "5-7"]);
  assert.deepEqual(filteredRows(slices, [bars]), [4]);
});

Deno.test("spans count from the origin, also before it", () => {
  const origin = 1_700_000_000_000_000_000n;
  const times = [-5, 0, 5].map((time) => Number(origin) + time * 1024);
  const [open, close] = [origin - 6000n, origin + 6000n];
  const slices = cutSlices(
    BY_SESSION,
    [{ date: "2023-11-14", open, close }],
    [feed(times)],
    origin,
  );
  assert.deepEqual(spansOf(slices), ["-6000-6000"]);
  assert.deepEqual(rowsOf(slices), ["0-3"]);
});

Deno.test("by duration: steps from the open, the last one cut at the close", () => {
  const ticks = feed([10, 14, 15, 15, 19, 20, 31, 33]);
  const slices = cutSlices(
    { by: "duration", ns: 5 },
    [session(10, 22), session(30, 34)],
    [ticks],
    0n,
  );
  // Equal times stay together; [20, 22) is the rest of the first session.
  assert.deepEqual(spansOf(slices), ["10-15", "15-20", "20-22", "30-34"]);
  assert.deepEqual(rowsOf(slices), ["0-2", "2-5", "5-6", "6-8"]);
});

Deno.test("by duration: steps without rows are left out", () => {
  const slices = cutSlices(
    { by: "duration", ns: 1 },
    [session(0, 100)],
    [feed([3, 3, 50]), feed([50, 98])],
    0n,
  );
  assert.deepEqual(spansOf(slices), ["3-4", "50-51", "98-99"]);
  assert.deepEqual(rowsOf(slices), ["0-2 0-0", "2-3 0-1", "3-3 1-2"]);
});

Deno.test("by ticks: edges move to where the time changes", () => {
  const ticks = feed([0, 1, 2, 2, 2, 3, 4, 5, 6, 7]);
  const slices = cutSlices(
    { by: "ticks", ticks: 3 },
    [session(0, 10)],
    [ticks],
    0n,
  );
  // Row 3 lies among equal times, so the first edge is at row 2.
  assert.deepEqual(rowsOf(slices), ["0-2", "2-6", "6-9", "9-10"]);
});

Deno.test("by ticks: small sessions go together, big ones are cut", () => {
  const ticks = feed([0, 1, 20, 21, 40, 60, 61, 62, 63, 64]);
  const slices = cutSlices(
    { by: "ticks", ticks: 4 },
    [session(0, 10), session(20, 30), session(40, 50), session(60, 70)],
    [ticks],
    0n,
  );
  assert.deepEqual(rowsOf(slices), ["0-2+2-4", "4-5", "5-9", "9-10"]);
  assert.deepEqual(spansOf(slices), ["0-10+20-30", "40-50", "60-64", "64-70"]);
});

Deno.test("by ticks: one time with more rows than a slice is one slice", () => {
  const ticks = feed([0, 5, 5, 5, 5, 5, 5, 5, 9]);
  const slices = cutSlices(
    { by: "ticks", ticks: 2 },
    [session(0, 10)],
    [ticks],
    0n,
  );
  assert.deepEqual(rowsOf(slices), ["0-1", "1-8", "8-9"]);
});

Deno.test("rangesFrom drops what lies before a row", () => {
  const ranges = [{ from: 0, to: 5 }, { from: 8, to: 9 }];
  assert.deepEqual(rangesFrom(ranges, 0), ranges);
  assert.deepEqual(rangesFrom(ranges, 3), [{ from: 3, to: 5 }, ranges[1]]);
  assert.deepEqual(rangesFrom(ranges, 5), [ranges[1]]);
  assert.deepEqual(rangesFrom(ranges, 9), []);
});

interface Market {
  readonly sessions: readonly Session[];
  readonly feeds: readonly ReturnType<typeof feed>[];
  readonly cut: Cut;
}

/** Sessions of uneven length with gaps or none; times with many ties. */
const markets: fc.Arbitrary<Market> = fc.record({
  hours: fc.array(
    fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 40 })),
    { minLength: 1, maxLength: 8 },
  ),
  feeds: fc.array(
    fc.record({
      times: fc.array(fc.nat(250), { maxLength: 80 }),
      stamp: fc.constantFrom("event" as const, "close" as const),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  cut: fc.oneof(
    fc.constant(BY_SESSION),
    fc.integer({ min: 1, max: 60 }).map((ns): Cut => ({ by: "duration", ns })),
    fc.integer({ min: 1, max: 20 }).map((ticks): Cut => ({
      by: "ticks",
      ticks,
    })),
  ),
}).map(({ hours, feeds, cut }) => {
  let at = 0;
  const sessions = hours.map(([pause, length]) => {
    const open = at + pause;
    return session(open, at = open + length);
  });
  return {
    sessions,
    feeds: feeds.map(({ times, stamp }) =>
      feed(times.toSorted((a, b) => a - b), stamp)
    ),
    cut,
  };
});

/** By definition, one row at a time. */
function inSession(
  { times, stamp }: Market["feeds"][number],
  row: number,
  sessions: readonly { open: bigint | number; close: bigint | number }[],
): boolean {
  const time = times[row];
  return sessions.some(({ open, close }) =>
    stamp === "event"
      ? time >= open && time < close
      : time > open && time <= close
  );
}

Deno.test("every row of a session is in one slice, in order, no other row in any", () => {
  fc.assert(
    fc.property(markets, ({ sessions, feeds, cut }) => {
      const slices = cutSlices(cut, sessions, feeds, 0n);
      for (const [f, own] of feeds.entries()) {
        const rows = slices.flatMap((slice) => rowsIncluded(slice.rows[f]));
        const expected = own.times.map((_, row) => row)
          .filter((row) => inSession(own, row, sessions));
        assert.deepEqual(rows, expected);
        assert.equal(
          filteredRows(slices, feeds)[f],
          own.times.length - expected.length,
        );
      }
    }),
    { numRuns: 3000 },
  );
});

Deno.test("the rows of a slice are those of its spans, in every feed", () => {
  fc.assert(
    fc.property(markets, ({ sessions, feeds, cut }) => {
      const slices = cutSlices(cut, sessions, feeds, 0n);
      let end = -Infinity;
      for (const { spans, rows } of slices) {
        for (const { from, to } of spans) {
          assert.ok(end <= from && from < to);
          end = to;
          assert.ok(
            sessions.some(({ open, close }) => open <= from && to <= close),
          );
        }
        assert.ok(rows.some((ranges) => rowsIn(ranges) > 0));
        const edges = spans.map(({ from, to }) => ({ open: from, close: to }));
        for (const [f, own] of feeds.entries()) {
          for (const row of rowsIncluded(rows[f])) {
            assert.ok(inSession(own, row, edges));
          }
        }
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("slices by ticks hold about as many rows as they should", () => {
  fc.assert(
    fc.property(markets, fc.integer({ min: 1, max: 20 }), (market, ticks) => {
      const { sessions, feeds } = market;
      const slices = cutSlices({ by: "ticks", ticks }, sessions, feeds, 0n);
      const [first] = feeds;
      const ties = Math.max(
        1,
        ...first.times.map((time) => first.times.filter((t) => t === time))
          .map(({ length }) => length),
      );
      const sizes = slices.map(({ rows }) => rowsIn(rows[0]));
      for (const size of sizes) assert.ok(size < ticks + ties + 1);
      for (let i = 1; i < sizes.length; i++) {
        // Else they would have gone together, or an edge had fallen between.
        assert.ok(sizes[i - 1] + sizes[i] > ticks);
      }
    }),
    { numRuns: 1000 },
  );
});

/** From when the row began to matter to the end of the spans. */
function tradingTime(
  { times, stamp }: Market["feeds"][number],
  row: number,
  spans: readonly { from: number; to: number }[],
): number {
  const time = times[row] - (stamp === "close" ? 1 : 0);
  let sum = 0;
  for (const { from, to } of spans) {
    sum += Math.max(0, to - Math.max(from, time));
  }
  return sum;
}

function rowsIncluded(
  ranges: readonly { from: number; to: number }[],
): number[] {
  return ranges.flatMap(({ from, to }) =>
    Array.from({ length: to - from }, (_, i) => from + i)
  );
}

const EMPTY_FEED = feed([]);

Deno.test("warm-up by rows: so many before the slice, across sessions", () => {
  const ticks = feed([1, 2, 3, 15, 21, 22, 23, 41, 42]);
  const sessions = [session(0, 10), session(20, 30), session(40, 50)];
  const slices = cutSlices(BY_SESSION, sessions, [ticks], 0n);
  const warm = (rows: number, slice: number) =>
    warmupRanges({ rows: [rows] }, slices, slice, [ticks], 0n)[0];
  assert.deepEqual(warm(2, 2), [{ from: 5, to: 7 }]);
  // The tick at 15 lies between sessions.
  assert.deepEqual(warm(4, 2), [{ from: 2, to: 3 }, { from: 4, to: 7 }]);
  assert.deepEqual(warm(100, 2), [{ from: 0, to: 3 }, { from: 4, to: 7 }]);
  assert.deepEqual(warm(100, 0), []);
  assert.deepEqual(warm(0, 2), []);
});

Deno.test("warm-up by rows of bars begins no bar too late", () => {
  const bars = feed([2, 4, 6, 8, 10, 22, 24], "close");
  const slices = cutSlices(
    BY_SESSION,
    [session(0, 10), session(20, 30)],
    [bars],
    0n,
  );
  const [warm] = warmupRanges({ rows: [3] }, slices, 1, [bars], 0n);
  assert.deepEqual(warm, [{ from: 2, to: 5 }]);
});

Deno.test("warm-up by time counts trading time only", () => {
  const ticks = feed([1, 4, 5, 9, 20, 21, 29, 45]);
  const sessions = [session(0, 10), session(20, 30), session(40, 50)];
  const slices = cutSlices(BY_SESSION, sessions, [ticks], 0n);
  const warm = (ns: number) => warmupRanges({ ns }, slices, 2, [ticks], 0n)[0];
  assert.deepEqual(warm(1), [{ from: 6, to: 7 }]);
  assert.deepEqual(warm(10), [{ from: 4, to: 7 }]);
  // 10 of the second session and 5 of the first: from 5 on.
  assert.deepEqual(warm(15), [{ from: 2, to: 4 }, { from: 4, to: 7 }]);
  assert.deepEqual(warm(0), []);
});

Deno.test("warm-up by rows, time and rows again where windows of time are read", () => {
  // A row a second for a minute, in two sessions with a night between.
  const times = [...Array(60).keys()].map((k) => (k < 30 ? k : 1000 + k) * 1e9);
  const ticks: FeedIndex = {
    stamp: "event",
    index: {
      rows: 60,
      lowerBound: (ns) => {
        const row = times.findIndex((time) => BigInt(time) >= ns);
        return row < 0 ? 60 : row;
      },
      timeAt: (row) => BigInt(times[row]),
    },
  };
  const edges = [[0, 30, 0, 30], [1030, 1050, 30, 50], [1050, 1060, 50, 60]];
  const slices = edges.map(([open, close, from, to]) => ({
    spans: [{ from: open * 1e9, to: close * 1e9 }],
    rows: [[{ from, to }]],
  }));
  const warm = (rows: number, seconds: number) =>
    warmupRanges(
      { rows: [rows], time: [seconds * 1e9] },
      slices,
      2,
      [ticks],
      0n,
    )[0];
  assert.deepEqual(warm(3, 0), [{ from: 47, to: 50 }]);
  assert.deepEqual(warm(3, 5), [{ from: 39, to: 50 }]);
  // Five rows, then 20 s of which 5 lie before the night, then five rows.
  assert.deepEqual(warm(5, 20), [{ from: 20, to: 30 }, { from: 30, to: 50 }]);
  assert.deepEqual(warm(5, 200), [{ from: 0, to: 30 }, { from: 30, to: 50 }]);
});

Deno.test("all feeds begin where the one begins that looks back longest", () => {
  const feeds = [
    feed([1, 3, 5, 7, 21]),
    feed([2, 4, 6, 8, 22]),
    EMPTY_FEED,
  ];
  const slices = cutSlices(
    BY_SESSION,
    [session(0, 10), session(20, 30)],
    feeds,
    0n,
  );
  const warm = warmupRanges({ rows: [1, 3, 9] }, slices, 1, feeds, 0n);
  assert.deepEqual(warm, [
    [{ from: 2, to: 4 }],
    [{ from: 1, to: 4 }],
    [],
  ]);
});

Deno.test("a feed that the worker does not read needs no warm-up", () => {
  const feeds = [feed([1, 3, 5, 21]), feed([2, 4, 6, 22], "close")];
  const slices = cutSlices(
    BY_SESSION,
    [session(0, 10), session(20, 30)],
    feeds,
    0n,
  );
  const warm = warmupRanges({ rows: [2] }, slices, 1, feeds, 0n);
  assert.deepEqual(warm[0], [{ from: 1, to: 3 }]);
});

Deno.test("a warm-up lies in slices before, reaches up to the slice, and is long enough", () => {
  const cases = fc.record({
    market: markets,
    pick: fc.nat(),
    rows: fc.array(fc.nat(30), { minLength: 3, maxLength: 3 }),
    ns: fc.option(fc.integer({ min: 1, max: 100 })),
  });
  fc.assert(
    fc.property(cases, ({ market, pick, rows, ns }) => {
      const { sessions, feeds, cut } = market;
      const slices = cutSlices(cut, sessions, feeds, 0n);
      if (slices.length === 0) return;
      const slice = pick % slices.length;
      const warm = warmupRanges(
        ns === null ? { rows } : { ns },
        slices,
        slice,
        feeds,
        0n,
      );
      const wanted = feeds.map((own, f) => {
        const before = slices.slice(0, slice)
          .flatMap(({ rows }) => rowsIncluded(rows[f]));
        const given = rowsIncluded(warm[f]);
        // What is given is the end of what came before, without a hole.
        assert.deepEqual(given, before.slice(before.length - given.length));
        if (ns === null) {
          assert.ok(given.length >= Math.min(rows[f], before.length));
        }
        return { own, before, given };
      });
      if (ns === null) return;
      const spans = slices.slice(0, slice).flatMap(({ spans }) => spans);
      for (const { own, before, given } of wanted) {
        const expected: number[] = before.filter((row) =>
          tradingTime(own, row, spans) <= ns
        );
        assert.deepEqual(given, expected);
      }
    }),
    { numRuns: 3000 },
  );
});
