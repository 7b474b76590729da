import assert from "node:assert/strict";
import fc from "fast-check";
import { piecesOf } from "../stages/dispatcher/pieces.ts";
import type { FeedIndex } from "../stages/dispatcher/time_index.ts";
import { rowsIn, type Slice } from "../stages/prepared.ts";

function feedOf(
  times: readonly number[],
  stamp: FeedIndex["stamp"] = "event",
): FeedIndex {
  return {
    stamp,
    index: {
      rows: times.length,
      lowerBound(ns) {
        const row = times.findIndex((time) => BigInt(time) >= ns);
        return row < 0 ? times.length : row;
      },
      timeAt: (row) => BigInt(times[row]),
    },
  };
}

/** A slice of all rows. */
function sliceOf(...counts: number[]): Slice {
  return { spans: [], rows: counts.map((to) => [{ from: 0, to }]) };
}

Deno.test("pieces grow: each ends where twice as many rows have been run", () => {
  const feed = feedOf(Array.from({ length: 200 }, (_, i) => i));
  const pieces = piecesOf(sliceOf(200), [feed], { first: 10, most: 50 });
  const edges = pieces.map(([[range]]) => range);
  assert.deepEqual(edges, [
    { from: 0, to: 10 },
    { from: 10, to: 20 },
    { from: 20, to: 40 },
    { from: 40, to: 80 },
    { from: 80, to: 130 },
    { from: 130, to: 180 },
    { from: 180, to: 200 },
  ]);
});

Deno.test("rows of one time never part, and a second feed is cut at the same time", () => {
  const ticks = feedOf([0, 1, 2, 2, 2, 2, 3, 4, 5, 6]);
  const quotes = feedOf([0, 2, 2, 5]);
  // A bar that closes at 2 was made of what came before.
  const bars = feedOf([2, 4, 6], "close");
  const feeds = [ticks, quotes, bars];
  const pieces = piecesOf(sliceOf(10, 4, 3), feeds, { first: 4, most: 4 });
  assert.deepEqual(pieces, [
    // Row 4 is of time 2, so the edge lies before row 2.
    [[{ from: 0, to: 2 }], [{ from: 0, to: 1 }], [{ from: 0, to: 1 }]],
    // Row 8 is of time 5.
    [[{ from: 2, to: 8 }], [{ from: 1, to: 3 }], [{ from: 1, to: 2 }]],
    [[{ from: 8, to: 10 }], [{ from: 3, to: 4 }], [{ from: 2, to: 3 }]],
  ]);
});

Deno.test("a slice without rows, or of one time, is one piece", () => {
  const still = feedOf([7, 7, 7, 7, 7]);
  const sizes = { first: 1, most: 1 };
  assert.deepEqual(piecesOf(sliceOf(5), [still], sizes), [[[{
    from: 0,
    to: 5,
  }]]]);
  assert.deepEqual(piecesOf(sliceOf(0), [still], sizes).length, 1);
});

Deno.test("every row of a slice is in one piece, in order, and no time in two", () => {
  const feeds = fc.array(
    fc.record({
      times: fc.array(fc.nat(60), { maxLength: 80 })
        .map((times) => times.toSorted((a, b) => a - b)),
      stamp: fc.constantFrom("event" as const, "close" as const),
      from: fc.nat(20),
      gap: fc.nat(10),
    }),
    { minLength: 1, maxLength: 3 },
  );
  fc.assert(
    fc.property(feeds, fc.integer({ min: 1, max: 20 }), (given, first) => {
      const indices = given.map(({ times, stamp }) => feedOf(times, stamp));
      // Two ranges with rows between them that are in no session.
      const rows = given.map(({ times, from, gap }) => {
        const middle = Math.min(times.length, from + 10);
        return [
          { from: Math.min(from, middle), to: middle },
          { from: Math.min(middle + gap, times.length), to: times.length },
        ].filter((range) => range.from < range.to);
      });
      const pieces = piecesOf({ spans: [], rows }, indices, {
        first,
        most: 30,
      });
      for (const [f, ranges] of rows.entries()) {
        const numbers = (all: typeof ranges) =>
          all.flatMap(({ from, to }) =>
            Array.from({ length: to - from }, (_, i) => from + i)
          );
        assert.deepEqual(pieces.flatMap((piece) => numbers(piece[f])), [
          ...numbers(ranges),
        ]);
      }
      const counts = pieces.map((piece) =>
        piece.reduce((sum, ranges) => sum + rowsIn(ranges), 0)
      );
      if (counts.length > 1) assert.ok(counts.every((count) => count > 0));
      // What comes first: times of one piece before those of the next.
      let latest = -Infinity;
      for (const piece of pieces) {
        const moments = piece.flatMap((ranges, f) =>
          ranges.flatMap(({ from, to }) =>
            given[f].times.slice(from, to).map((time) =>
              given[f].stamp === "close" ? time - 1 : time
            )
          )
        );
        if (moments.length === 0) continue;
        assert.ok(Math.min(...moments) > latest);
        latest = Math.max(...moments);
      }
    }),
    { numRuns: 1500 },
  );
});
