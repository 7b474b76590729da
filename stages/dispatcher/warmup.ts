import type { RowRange } from "../../pipeline/link/mod.ts";
import type { Slice } from "../prepared.ts";
import { rangesFrom } from "./slices.ts";
import { type FeedIndex, rowAt } from "./time_index.ts";

/** How much of what came before a slice is run first. */
export type Warmup =
  /**
   * For each feed so many rows, none of a feed that is left out. Where windows of
   * time are read, before them so many nanoseconds of trading time, and before
   * those as many rows again: what a window holds must have been warm itself.
   */
  | { readonly rows: readonly number[]; readonly time?: readonly number[] }
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
    ? backByTime(before, warmup.ns, origin, null)
    : earliest(
      feeds.map((feed, f) => {
        const rows = warmup.rows[f] ?? 0;
        const ns = warmup.time?.[f] ?? 0;
        const last = backByRows(before, f, rows, feed, null);
        if (ns === 0 || last === null) return last;
        const within = backByTime(before, ns, origin, last);
        return backByRows(before, f, rows, feed, within);
      }),
    );
  return feeds.map((feed, f) => {
    if (begin === null) return [];
    const first = rowAt(feed, begin);
    return before.flatMap(({ rows }) => rangesFrom(rows[f], first));
  });
}

/** @param end time before which to go back; null: from the slice */
function backByTime(
  before: readonly Slice[],
  ns: number,
  origin: bigint,
  end: bigint | null,
): bigint | null {
  const last = end === null ? Infinity : Number(end - origin);
  let left = ns;
  let begin = end;
  for (const { spans } of before.toReversed()) {
    for (const { from, to: until } of spans.toReversed()) {
      if (left <= 0) return begin;
      const to = Math.min(until, last);
      if (from >= to) continue;
      const taken = Math.min(left, to - from);
      begin = origin + BigInt(to - taken);
      left -= taken;
    }
  }
  return begin;
}

/** @param end time before which the rows lie; null: before the slice */
function backByRows(
  before: readonly Slice[],
  feed: number,
  rows: number,
  table: FeedIndex,
  end: bigint | null,
): bigint | null {
  const { index, stamp } = table;
  // A bar belongs to the time before its stamp.
  const lead = stamp === "close" ? 1n : 0n;
  const last = end === null ? Infinity : rowAt(table, end);
  let left = rows;
  let begin: bigint | null = end;
  for (const slice of before.toReversed()) {
    for (const { from, to: until } of slice.rows[feed].toReversed()) {
      if (left <= 0) return begin;
      const to = Math.min(until, last);
      if (from >= to) continue;
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
