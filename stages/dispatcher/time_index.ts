/** Where times lie in a table. A `TableReader` is one. */
export interface TimeIndex {
  readonly rows: number;
  /** The first row at or after a time (epoch ns); `rows` when there is none. */
  lowerBound(ns: bigint): number;
  /** Time of a row, epoch ns. */
  timeAt(row: number): bigint;
}

/** A table as slicing sees it. */
export interface FeedIndex {
  readonly index: TimeIndex;
  readonly stamp: "event" | "close";
}

/**
 * The first row that does not belong to times before `ns`. A bar that closes at
 * `ns` was made of what came before, so it does.
 */
export function rowAt({ index, stamp }: FeedIndex, ns: bigint): number {
  return index.lowerBound(stamp === "close" ? ns + 1n : ns);
}
