import type { Table, TableColumns } from "../table.ts";

/**
 * `low` and `high` of an instrument's mark, and when each came first, ns since
 * the origin. Of no marks: `low` is Infinity, `high` -Infinity, times are NaN.
 */
export const RANGE_COLUMNS = ["low", "low_time", "high", "high_time"] as const;

/** Ranges, a row each. */
export type RangeColumns = TableColumns<typeof RANGE_COLUMNS>;

/** The lowest and highest mark of a span of events: a monoid under `join`. */
export class MarkRange {
  low = Infinity;
  lowTime = NaN;
  high = -Infinity;
  highTime = NaN;

  reset(): void {
    this.low = Infinity;
    this.high = -Infinity;
    this.lowTime = this.highTime = NaN;
  }

  /** Takes in one mark; NaN is none. */
  point(value: number, time: number): void {
    if (value < this.low) {
      this.low = value;
      this.lowTime = time;
    }
    if (value > this.high) {
      this.high = value;
      this.highTime = time;
    }
  }

  /** Takes in a later range: of equal marks the earlier stays. */
  join({ low, low_time, high, high_time }: RangeColumns, row: number): void {
    if (low[row] < this.low) {
      this.low = low[row];
      this.lowTime = low_time[row];
    }
    if (high[row] > this.high) {
      this.high = high[row];
      this.highTime = high_time[row];
    }
  }

  /** Writes the range over a row. */
  put({ low, low_time, high, high_time }: RangeColumns, row: number): void {
    low[row] = this.low;
    low_time[row] = this.lowTime;
    high[row] = this.high;
    high_time[row] = this.highTime;
  }

  /** Gives the range as a row and begins anew. */
  takeInto(table: Table<typeof RANGE_COLUMNS>): void {
    table.add(this.low, this.lowTime, this.high, this.highTime);
    this.reset();
  }
}
