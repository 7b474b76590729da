import type { RowRange } from "../../pipeline/link/mod.ts";
import { rowsIn, type Slice } from "../prepared.ts";
import { rangesFrom } from "./slices.ts";
import { type FeedIndex, rowAt } from "./time_index.ts";

/**
 * Rows of the first piece, after which each piece ends where twice as many have
 * been run, and the most rows of a piece.
 */
const SIZES = { first: 1024, most: 65_536 };

/**
 * Cuts a slice where the states of two runs of it are compared: often at first,
 * since most guesses come right soon, then ever more rarely. As slices do,
 * pieces end where the time changes, at the same time for every feed.
 *
 * @returns for each piece the rows of each feed; at least one piece
 */
export function piecesOf(
  slice: Slice,
  feeds: readonly FeedIndex[],
  { first, most } = SIZES,
): RowRange[][][] {
  const { rows } = slice;
  const counts = rows.map(rowsIn);
  // The longest feed measures; where all are bars, before they close.
  const longest = counts.indexOf(Math.max(...counts));
  const measure = feeds[longest];
  const lead = measure.stamp === "close" ? 1n : 0n;
  const pieces: RowRange[][][] = [];
  let rest = rows.map((ranges) => [...ranges]);
  for (let run = first; run < counts[longest];) {
    const row = rowNumber(rows[longest], run);
    run += Math.min(run, most);
    const edge = measure.index.timeAt(row) - lead;
    const edges = feeds.map((feed) => rowAt(feed, edge));
    const piece = rest.map((ranges, f) => rangesTo(ranges, edges[f]));
    if (piece.every((ranges) => rowsIn(ranges) === 0)) continue;
    pieces.push(piece);
    rest = rest.map((ranges, f) => rangesFrom(ranges, edges[f]));
  }
  return [...pieces, rest];
}

/** The number of the row before which `count` rows lie. */
function rowNumber(ranges: readonly RowRange[], count: number): number {
  let left = count;
  for (const { from, to } of ranges) {
    if (left < to - from) return from + left;
    left -= to - from;
  }
  throw new RangeError(`Cannot find row ${count}: the ranges are too short`);
}

/** What lies in `ranges` before row `to`. */
function rangesTo(ranges: readonly RowRange[], to: number): RowRange[] {
  return ranges
    .map((range) => ({ from: range.from, to: Math.min(range.to, to) }))
    .filter((range) => range.from < range.to);
}
