import type { PlanView, PreparedSlices } from "./prepared.ts";

/**
 * The first slice that reads a row of a table; undefined when none does.
 *
 * @param stage the stage whose table it is
 */
export function sliceOfRow(
  { stages }: PlanView,
  stage: string,
  row: number,
): number | undefined {
  for (const { kind, prepared } of stages) {
    if (kind !== "dispatcher" || prepared === null) continue;
    const { feeds, slices } = prepared as PreparedSlices;
    const feed = feeds.findIndex((table) => table.stage === stage);
    const found = slices.findIndex(({ rows }) =>
      rows[feed]?.some(({ from, to }) => from <= row && row < to)
    );
    if (found >= 0) return found;
  }
  return undefined;
}
