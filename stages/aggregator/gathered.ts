import type { TableColumns } from "../../engine/table.ts";

/**
 * Columns that come part by part and are one in the end. Nothing is copied as
 * they grow, and putting them together takes no more than a column beside them.
 */
export class Gathered<const Names extends readonly string[]> {
  readonly #names: Names;
  /** For each column its parts. */
  readonly #parts: Float64Array[][];
  #rows = 0;

  constructor(names: Names) {
    this.#names = names;
    this.#parts = names.map(() => []);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Bytes of its rows. */
  get bytes(): number {
    return this.#rows * this.#names.length * Float64Array.BYTES_PER_ELEMENT;
  }

  /** Takes in a copy of a part, and gives it. */
  append(part: TableColumns<Names>): TableColumns<Names> {
    const columns: Readonly<Record<string, Float64Array>> = part;
    const entries = this.#names.map((name, c) => {
      const copy = columns[name].slice();
      this.#parts[c].push(copy);
      return [name, copy] as const;
    });
    this.#rows += entries[0][1].length;
    return Object.fromEntries(entries) as TableColumns<Names>;
  }

  /** All rows; the table is empty then. */
  finish(): TableColumns<Names> {
    const entries = this.#names.map((name, c) => [
      name,
      concat(this.#parts[c].splice(0)),
    ]);
    this.#rows = 0;
    return Object.fromEntries(entries);
  }
}

/** One array of several, in order. */
export function concat(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
