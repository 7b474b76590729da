import type { SliceRecord } from "./ledger.ts";
import { MarkRange, RANGE_COLUMNS, type RangeColumns } from "./mark_range.ts";

/** Ranges of a whole run. */
export interface JoinedRanges {
  /** For each fill, in the order of all slices. */
  readonly fills: RangeColumns;
  /** For each instrument the marks since its last fill. */
  readonly marks: RangeColumns;
}

/**
 * The ranges of marks between fills, across the edges of slices: what a slice
 * saw after its last fill belongs to the next fill of the instrument, in
 * whichever slice that is.
 */
export function joinRanges(
  records: readonly Pick<SliceRecord, "fills" | "marks">[],
): JoinedRanges {
  const fills = concat(records.map(({ fills }) => fills));
  const instruments = records[0]?.marks.low.length ?? 0;
  const since = Array.from({ length: instruments }, () => new MarkRange());
  let before = 0;
  for (const record of records) {
    const { instrument } = record.fills;
    for (const [index, range] of since.entries()) {
      const first = instrument.indexOf(index);
      if (first >= 0) {
        range.join(fills, before + first);
        range.put(fills, before + first);
        range.reset();
      }
      range.join(record.marks, index);
    }
    before += instrument.length;
  }
  const marks = columns(instruments);
  for (const [index, range] of since.entries()) range.put(marks, index);
  return { fills, marks };
}

type Ranges = { -readonly [K in keyof RangeColumns]: Float64Array };

function columns(rows: number): Ranges {
  const entries = RANGE_COLUMNS.map((name) => [name, new Float64Array(rows)]);
  return Object.fromEntries(entries) as Ranges;
}

function concat(parts: readonly RangeColumns[]): Ranges {
  const whole = columns(parts.reduce((sum, { low }) => sum + low.length, 0));
  let at = 0;
  for (const part of parts) {
    for (const name of RANGE_COLUMNS) whole[name].set(part[name], at);
    at += part.low.length;
  }
  return whole;
}
