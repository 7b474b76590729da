import { MARK } from "../csv/check.ts";

/** Finds rows that repeat the row before them in every column. */
export class Duplicates {
  readonly #last: Float64Array;
  #time: bigint | undefined;

  constructor({ columns }: { columns: number }) {
    this.#last = new Float64Array(columns);
  }

  /** Marks the repeats among the rows without a mark; gives how many. */
  mark(
    time: BigInt64Array,
    values: readonly Float64Array[],
    rows: number,
    marks: Uint8Array,
  ): number {
    let found = 0;
    let before = -1;
    for (let i = 0; i < rows; i++) {
      if (marks[i] !== 0) continue;
      const isRepeat = before < 0
        ? time[i] === this.#time && this.#equalsLast(values, i)
        : time[i] === time[before] &&
          values.every((column) => column[i] === column[before]);
      if (isRepeat) {
        marks[i] = MARK.duplicate;
        found++;
      } else before = i;
    }
    if (before >= 0) {
      this.#time = time[before];
      values.forEach((column, i) => this.#last[i] = column[before]);
    }
    return found;
  }

  #equalsLast(values: readonly Float64Array[], row: number): boolean {
    return values.every((column, i) => column[row] === this.#last[i]);
  }
}
