/** Columns by name, all of one length. */
export type TableColumns<Names extends readonly string[]> = {
  readonly [K in Names[number]]: Float64Array;
};

/** Rows of numbers, kept as columns that grow. */
export class Table<const Names extends readonly string[]> {
  readonly names: Names;
  #columns: Float64Array[];
  #rows = 0;

  constructor(names: Names, capacity = 256) {
    this.names = names;
    this.#columns = names.map(() => new Float64Array(Math.max(1, capacity)));
  }

  get rows(): number {
    return this.#rows;
  }

  /** Adds a row; values in the order of {@link names}. */
  add(...row: { [K in keyof Names]: number }): void {
    if (this.#rows === this.#columns[0]?.length) this.#grow();
    for (let c = 0; c < row.length; c++) this.#columns[c][this.#rows] = row[c];
    this.#rows++;
  }

  /** Gives copies of the columns and empties the table. */
  take(): TableColumns<Names> {
    const entries = this.names.map((name, c) => [
      name,
      this.#columns[c].slice(0, this.#rows),
    ]);
    this.#rows = 0;
    return Object.fromEntries(entries);
  }

  #grow(): void {
    this.#columns = this.#columns.map((old) => {
      const next = new Float64Array(old.length * 2);
      next.set(old);
      return next;
    });
  }
}
