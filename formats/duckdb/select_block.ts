import type { SqlEngine, SqlRows } from "./engine.ts";
import { selectQuery } from "./sql.ts";

/** A block ends at the first bar's end after so many ticks or bars. */
const BLOCK_ROWS = 1_048_576;
const BLOCK_BARS = 65_536;

export interface SelectBlockOptions {
  readonly engine: SqlEngine;
  readonly select: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
}

/**
 * Works out extra columns of bars by SQL, a block of whole bars at a time.
 * Memory is a block of ticks and the ticks of one bar, whatever the table.
 */
export class SelectBlock {
  readonly #options: SelectBlockOptions;
  #rows = 0;
  /** First bar of the block. */
  #from = 0;

  private constructor(options: SelectBlockOptions) {
    this.#options = options;
  }

  static async open(options: SelectBlockOptions): Promise<SelectBlock> {
    await options.engine.reset(options.columns);
    return new SelectBlock(options);
  }

  /**
   * Takes a batch, of which the bars below `completed` are complete. Gives the
   * columns of the bars of each block that ends in it.
   */
  async *add(
    ticks: SqlRows,
    rows: number,
    completed: number,
  ): AsyncIterable<Float64Array[]> {
    const { engine } = this.#options;
    const full = this.#rows + rows >= BLOCK_ROWS ||
      completed - this.#from >= BLOCK_BARS;
    if (!full || completed === this.#from) {
      await engine.append(ticks, 0, rows);
      this.#rows += rows;
      return;
    }
    let until = 0;
    for (let i = rows; until === 0 && i > 0; i--) {
      const bar = ticks.bar[i - 1];
      if (bar >= 0 && bar < completed) until = i;
    }
    await engine.append(ticks, 0, until);
    yield await this.flush(completed);
    await engine.append(ticks, until, rows);
    this.#rows = rows - until;
  }

  /** Ends the block; `until` is the first bar that is not in it. */
  async flush(until: number): Promise<Float64Array[]> {
    const { engine, select, columns } = this.#options;
    const bars = until - this.#from;
    const names = Object.keys(select);
    // A bar without ticks has none of these.
    const found = names.map(() => new Float64Array(bars).fill(NaN));
    const query = selectQuery(select, this.#from, until);
    for await (const [numbers, ...values] of engine.query(query)) {
      for (let i = 0; i < numbers.length; i++) {
        const at = Number(numbers[i]) - this.#from;
        for (let c = 0; c < values.length; c++) {
          found[c][at] = Number(values[c][i] ?? NaN);
        }
      }
    }
    await engine.reset(columns);
    this.#rows = 0;
    this.#from = until;
    return found;
  }
}
