import type { SliceRecord } from "./ledger.ts";
import { MarkRange, RANGE_COLUMNS, type RangeColumns } from "./mark_range.ts";

/**
 * Joins the ranges of marks between fills across the edges of slices: what a
 * slice saw after its last fill belongs to the next fill of the instrument, in
 * whichever slice that is.
 */
export class RangeJoin {
  readonly #since: MarkRange[] = [];

  /**
   * Takes in the next slice.
   *
   * @param fills where the slice's fills begin at row `from`; the first of each
   * instrument is widened
   */
  add(
    { fills: { instrument }, marks }: Pick<SliceRecord, "fills" | "marks">,
    fills: RangeColumns,
    from: number,
  ): void {
    for (let index = 0; index < marks.low.length; index++) {
      const range = this.#since[index] ??= new MarkRange();
      const first = instrument.indexOf(index);
      if (first >= 0) {
        range.join(fills, from + first);
        range.put(fills, from + first);
        range.reset();
      }
      range.join(marks, index);
    }
  }

  /** For each instrument the marks since its last fill. */
  get marks(): RangeColumns {
    const entries = RANGE_COLUMNS.map((name) => [
      name,
      new Float64Array(this.#since.length),
    ]);
    const columns: RangeColumns = Object.fromEntries(entries);
    for (const [index, range] of this.#since.entries()) {
      range.put(columns, index);
    }
    return columns;
  }
}
