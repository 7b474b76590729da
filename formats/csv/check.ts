import { firstDisorder } from "../store/time.ts";

/** What can be wrong with a row, by the number that marks it. 0 is a good row. */
export const KINDS = [
  "",
  "unparsable",
  "no_such_time",
  "nan",
  "non_positive_price",
  "negative_size",
  "zero_size",
  "off_grid",
  "crossed",
  "out_of_order",
  "unknown_order",
  "duplicate",
] as const;

export type Kind = typeof KINDS[number];

/** A line without text: no row at all, and counted nowhere. */
export const BLANK = 255;

/** A row outside the period that is wanted. */
export const OUTSIDE = 254;

export const MARK = {
  unparsable: 1,
  no_such_time: 2,
  nan: 3,
  non_positive_price: 4,
  negative_size: 5,
  zero_size: 6,
  off_grid: 7,
  crossed: 8,
  out_of_order: 9,
  unknown_order: 10,
  duplicate: 11,
} as const;

const PRICES = ["price", "bid", "ask", "open", "high", "low", "close", "vwap"];
const SIZES = ["size", "bid_size", "ask_size", "volume", "count"];
const TOLERANCE = 1e-6;

/** Checks rows as they come, over all files of a table. */
export class RowCheck {
  readonly #tests: ((
    values: readonly Float64Array[],
    rows: number,
    marks: Uint8Array,
  ) => number)[];
  readonly #window: bigint;
  #last: bigint | undefined;

  constructor(
    { columns, tickSize, window = 0n }: {
      columns: readonly string[];
      tickSize?: number;
      /** By how much a row may be earlier than the latest, nanoseconds. */
      window?: bigint;
    },
  ) {
    this.#window = window;
    this.#tests = columns.map((name, at) => (values, rows, marks) => {
      let bad = markNumbers(values[at], rows, marks);
      if (PRICES.includes(name)) {
        bad += markBelow(values[at], rows, marks, MARK.non_positive_price);
        if (tickSize !== undefined && name !== "vwap") {
          bad += markOffGrid(values[at], rows, marks, tickSize);
        }
      } else if (SIZES.includes(name)) {
        bad += markNegative(values[at], rows, marks);
        if (name === "size") {
          bad += markBelow(values[at], rows, marks, MARK.zero_size);
        }
      }
      return bad;
    });
    const bid = columns.indexOf("bid");
    const ask = columns.indexOf("ask");
    if (bid >= 0 && ask >= 0) {
      this.#tests.push((values, rows, marks) =>
        markCrossed(values[bid], values[ask], rows, marks)
      );
    }
  }

  /**
   * Marks the bad rows in `marks`, which may hold marks already, and gives how
   * many rows this call has marked. A bad row has no say in the order.
   */
  check(
    time: BigInt64Array,
    values: readonly Float64Array[],
    rows: number,
    marks: Uint8Array,
    alreadyBad: number,
  ): number {
    let bad = alreadyBad;
    for (const test of this.#tests) bad += test(values, rows, marks);
    return bad + this.#checkOrder(time, rows, marks, bad) - alreadyBad;
  }

  #checkOrder(
    time: BigInt64Array,
    rows: number,
    marks: Uint8Array,
    bad: number,
  ): number {
    if (
      bad === 0 && (this.#last === undefined || time[0] >= this.#last) &&
      firstDisorder(time, rows) < 0
    ) {
      this.#last = time[rows - 1];
      return 0;
    }
    let found = 0;
    for (let i = 0; i < rows; i++) {
      if (marks[i] !== 0) continue;
      const last = this.#last;
      if (last === undefined || time[i] >= last) this.#last = time[i];
      else if (time[i] < last - this.#window) {
        marks[i] = MARK.out_of_order;
        found++;
      }
    }
    return found;
  }
}

function markNumbers(values: Float64Array, rows: number, marks: Uint8Array) {
  let bad = 0;
  for (let i = 0; i < rows; i++) {
    const value = values[i];
    if (value - value === 0 || marks[i] !== 0) continue;
    marks[i] = value !== value ? MARK.nan : MARK.unparsable;
    bad++;
  }
  return bad;
}

function markBelow(
  values: Float64Array,
  rows: number,
  marks: Uint8Array,
  mark: number,
) {
  let bad = 0;
  for (let i = 0; i < rows; i++) {
    if (values[i] > 0 || marks[i] !== 0) continue;
    marks[i] = mark;
    bad++;
  }
  return bad;
}

function markNegative(values: Float64Array, rows: number, marks: Uint8Array) {
  let bad = 0;
  for (let i = 0; i < rows; i++) {
    if (values[i] >= 0 || marks[i] !== 0) continue;
    marks[i] = MARK.negative_size;
    bad++;
  }
  return bad;
}

function markOffGrid(
  values: Float64Array,
  rows: number,
  marks: Uint8Array,
  tickSize: number,
) {
  let bad = 0;
  for (let i = 0; i < rows; i++) {
    const ticks = values[i] / tickSize;
    if (Math.abs(ticks - Math.round(ticks)) <= TOLERANCE || marks[i] !== 0) {
      continue;
    }
    marks[i] = MARK.off_grid;
    bad++;
  }
  return bad;
}

function markCrossed(
  bid: Float64Array,
  ask: Float64Array,
  rows: number,
  marks: Uint8Array,
) {
  let bad = 0;
  for (let i = 0; i < rows; i++) {
    if (bid[i] <= ask[i] || marks[i] !== 0) continue;
    marks[i] = MARK.crossed;
    bad++;
  }
  return bad;
}
