import type { RowRange } from "../../pipeline/link/mod.ts";
import type { Slice } from "../prepared.ts";
import { rangesFrom } from "./slices.ts";
import { type FeedIndex, rowAt } from "./time_index.ts";

/** How much of what came before a slice is run first. */
export type Warmup =
  /** For each feed so many rows; none of a feed that is left out. */
  | { readonly rows: readonly number[] }
  /** So many nanoseconds of trading time. */
  | { readonly ns: number };

/**
 * The rows before a slice with which a worker warms up, by feed. All feeds
 * begin at one time: the earliest that any of them needs.
 */
export function warmupRanges(
  warmup: Warmup,
  slices: readonly Slice[],
  slice: number,
  feeds: readonly FeedIndex[],
  origin: bigint,
): RowRange[][] {
  const before = slices.slice(0, slice);
  const begin = "ns" in warmup
    ? backByTime(before, warmup.ns, origin)
    : earliest(
      feeds.map((feed, f) => backByRows(before, f, warmup.rows[f] ?? 0, feed)),
    );
  return feeds.map((feed, f) => {
    if (begin === null) return [];
    const first = rowAt(feed, begin);
    return before.flatMap(({ rows }) => rangesFrom(rows[f], first));
  });
}

function backByTime(
  before: readonly Slice[],
  ns: number,
  origin: bigint,
): bigint | null {
  let left = ns;
  let begin: bigint | null = null;
  for (const { spans } of before.toReversed()) {
    for (const { from, to } of spans.toReversed()) {
      if (left <= 0) return begin;
      const taken = Math.min(left, to - from);
      begin = origin + BigInt(to - taken);
      left -= taken;
    }
  }
  return begin;
}

function backByRows(
  before: readonly Slice[],
  feed: number,
  rows: number,
  { index, stamp }: FeedIndex,
): bigint | null {
  // A bar belongs to the time before its stamp.
  const lead = stamp === "close" ? 1n : 0n;
  let left = rows;
  let begin: bigint | null = null;
  for (const slice of before.toReversed()) {
    for (const { from, to } of slice.rows[feed].toReversed()) {
      if (left <= 0) return begin;
      if (from === to) continue;
      const taken = Math.min(left, to - from);
      begin = index.timeAt(to - taken) - lead;
      left -= taken;
    }
  }
  return begin;
}

function earliest(times: readonly (bigint | null)[]): bigint | null {
  return times.reduce(
    (a, b) => (a === null || (b !== null && b < a) ? b : a),
    null,
  );
}
