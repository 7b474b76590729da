/** What bounds the size of a page, whatever the size of the run. */
export const LIMITS = {
  /** Buckets of the prices' shape, four points each, over all instruments. */
  buckets: 16_384,
  /** Fills around which every tick is drawn, over all instruments. */
  moments: 1200,
  /** Ticks on one side of all of these. */
  ticks: 60_000,
  /** The least and the most ticks on one side of each. */
  reach: [50, 2000],
  /** Rows of a table, and marks of a chart. */
  rows: 50_000,
} as const;

/** All of these rows, or as many of the first and of the last. */
export function keptRows(rows: Uint32Array): Uint32Array {
  if (rows.length <= LIMITS.rows) return rows;
  const half = LIMITS.rows / 2;
  const kept = new Uint32Array(LIMITS.rows);
  kept.set(rows.subarray(0, half));
  kept.set(rows.subarray(rows.length - half), half);
  return kept;
}

/** Ticks on either side of each of so many moments. */
export function reachOf(moments: number): number {
  const [least, most] = LIMITS.reach;
  const each = Math.floor(LIMITS.ticks / Math.max(1, moments));
  return Math.max(least, Math.min(most, each));
}
