/** Columns by name, all of one length. */
export type TableColumns<Names extends readonly string[]> = {
  readonly [K in Names[number]]: Float64Array;
};

/**
 * Rows of numbers. While they grow they lie row after row, so that adding one
 * touches a line or two of the cache and not one a column.
 */
export class Table<const Names extends readonly string[]> {
  readonly names: Names;
  readonly #width: number;
  #values: Float64Array;
  #end = 0;

  constructor(names: Names, capacity = 256) {
    this.names = names;
    this.#width = names.length;
    this.#values = new Float64Array(Math.max(1, capacity) * names.length);
  }

  get rows(): number {
    return this.#width === 0 ? 0 : this.#end / this.#width;
  }

  /** Adds a row; values in the order of {@link names}. */
  add(...row: { [K in keyof Names]: number }): void {
    const at = this.#end;
    if (at === this.#values.length) this.#grow();
    const values = this.#values;
    for (let c = 0; c < row.length; c++) values[at + c] = row[c];
    this.#end = at + row.length;
  }

  /** Gives copies of the columns, in one buffer, and empties the table. */
  take(): TableColumns<Names> {
    const { rows } = this;
    const width = this.#width;
    const values = this.#values;
    const all = new Float64Array(rows * width);
    const entries = this.names.map((name, c) => {
      const column = all.subarray(c * rows, (c + 1) * rows);
      for (let i = 0, at = c; i < rows; i++, at += width) {
        column[i] = values[at];
      }
      return [name, column];
    });
    this.#end = 0;
    return Object.fromEntries(entries);
  }

  /** Empties the table. */
  clear(): void {
    this.#end = 0;
  }

  #grow(): void {
    const next = new Float64Array(this.#values.length * 2);
    next.set(this.#values);
    this.#values = next;
  }
}
