import type { Session } from "../../engine/sessions/mod.ts";
import type { RowRange } from "../../pipeline/link/mod.ts";
import { rowsIn, type Slice } from "../prepared.ts";
import { type FeedIndex, rowAt } from "./time_index.ts";

/** How event time is cut. */
export type Cut =
  | { readonly by: "session" }
  | { readonly by: "duration"; readonly ns: number }
  | { readonly by: "ticks"; readonly ticks: number };

/**
 * Cuts sessions into slices. A slice is a span of time, so rows of one time
 * never part, and the same span holds for every feed. Sessions and slices
 * without rows are left out; rows outside every session are in no slice.
 *
 * @param sessions in order
 * @param origin epoch ns of the time 0 of the spans that come back
 */
export function cutSlices(
  cut: Cut,
  sessions: readonly Session[],
  feeds: readonly FeedIndex[],
  origin: bigint,
): Slice[] {
  const pieces = sessions.flatMap((session) =>
    cut.by === "duration"
      ? steps(session, BigInt(cut.ns))
      : cut.by === "ticks"
      ? tickEdges(session, feeds[0], cut.ticks)
      : [session]
  );
  const slices: Slice[] = [];
  for (const { open, close } of pieces) {
    const rows = feeds.map((feed) => [{
      from: rowAt(feed, open),
      to: rowAt(feed, close),
    }]);
    if (rows.every((ranges) => rowsIn(ranges) === 0)) continue;
    slices.push({
      spans: [{ from: Number(open - origin), to: Number(close - origin) }],
      rows,
    });
  }
  return cut.by === "ticks" ? join(slices, cut.ticks) : slices;
}

type Span = Pick<Session, "open" | "close">;

/** Steps from the session's open, the last one cut at its close. */
function steps({ open, close }: Span, step: bigint): Span[] {
  const spans: Span[] = [];
  for (let from = open; from < close; from += step) {
    const to = from + step;
    spans.push({ open: from, close: to < close ? to : close });
  }
  return spans;
}

/** Edges at about every `ticks`-th row, moved to where the time changes. */
function tickEdges(session: Span, feed: FeedIndex, ticks: number): Span[] {
  const { open, close } = session;
  const end = rowAt(feed, close);
  const spans: Span[] = [];
  let from = open;
  for (let row = rowAt(feed, open) + ticks; row < end; row += ticks) {
    const to = feed.index.timeAt(row);
    if (to <= from) continue;
    spans.push({ open: from, close: to });
    from = to;
  }
  spans.push({ open: from, close });
  return spans;
}

/** Puts small pieces together until they hold `ticks` rows of the first feed. */
function join(pieces: readonly Slice[], ticks: number): Slice[] {
  const slices: Slice[] = [];
  let held = Infinity;
  for (const piece of pieces) {
    const rows = rowsIn(piece.rows[0]);
    const last = slices.at(-1);
    if (last && held + rows <= ticks) {
      held += rows;
      slices[slices.length - 1] = {
        spans: [...last.spans, ...piece.spans],
        rows: last.rows.map((ranges, feed) => [
          ...ranges,
          ...piece.rows[feed],
        ]),
      };
    } else {
      held = rows;
      slices.push(piece);
    }
  }
  return slices;
}

/** Rows of a feed in no slice. */
export function filteredRows(
  slices: readonly Slice[],
  feeds: readonly FeedIndex[],
): number[] {
  return feeds.map(({ index }, feed) =>
    index.rows -
    slices.reduce((sum, slice) => sum + rowsIn(slice.rows[feed]), 0)
  );
}

/** What lies in `ranges` at or after row `from`. */
export function rangesFrom(
  ranges: readonly RowRange[],
  from: number,
): RowRange[] {
  return ranges
    .map((range) => ({ from: Math.max(range.from, from), to: range.to }))
    .filter((range) => range.from < range.to);
}
