import type { TableColumns } from "../../engine/table.ts";

/** Columns that grow by whole parts, in the order in which those come. */
export class Gathered<const Names extends readonly string[]> {
  readonly #names: Names;
  #columns: Float64Array[];
  #rows = 0;

  constructor(names: Names) {
    this.#names = names;
    this.#columns = names.map(() => new Float64Array(1024));
  }

  get rows(): number {
    return this.#rows;
  }

  /** Bytes of its rows. */
  get bytes(): number {
    return this.#rows * this.#names.length * Float64Array.BYTES_PER_ELEMENT;
  }

  append(part: TableColumns<Names>): void {
    const columns: Readonly<Record<string, Float64Array>> = part;
    const rows = columns[this.#names[0]].length;
    this.#reserve(this.#rows + rows);
    for (const [c, name] of this.#names.entries()) {
      this.#columns[c].set(columns[name], this.#rows);
    }
    this.#rows += rows;
  }

  /** Views on all rows so far; valid until the next part comes. */
  get columns(): TableColumns<Names> {
    const entries = this.#names.map((name, c) => [
      name,
      this.#columns[c].subarray(0, this.#rows),
    ]);
    return Object.fromEntries(entries);
  }

  #reserve(rows: number): void {
    const [{ length }] = this.#columns;
    if (rows <= length) return;
    const size = Math.max(rows, Math.ceil(length * 1.5));
    this.#columns = this.#columns.map((old) => {
      const next = new Float64Array(size);
      next.set(old.subarray(0, this.#rows));
      return next;
    });
  }
}
