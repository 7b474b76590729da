import type { SqlEngine, SqlRows } from "./engine.ts";
import { selectQuery } from "./sql.ts";

/** A block ends at the first bar's end after so many ticks or bars. */
const BLOCK_ROWS = 1_048_576;
const BLOCK_BARS = 65_536;

export interface SelectBlockOptions {
  /** Each runs one block at a time. */
  readonly engines: readonly SqlEngine[];
  readonly select: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
}

/**
 * Works out extra columns of bars by SQL, a block of whole bars at a time, and
 * as many blocks at once as there are engines. A block is cut by its ticks alone,
 * so their number changes no result. Memory is a block of ticks and the ticks of
 * one bar for each engine, whatever the table.
 */
export class SelectBlock {
  readonly #options: SelectBlockOptions;
  #rows = 0;
  /** First bar of the block. */
  #from = 0;
  /** Index of the engine that takes the block. */
  #engine = 0;
  /** Blocks under way, in order. */
  readonly #pending: Promise<Float64Array[]>[] = [];

  private constructor(options: SelectBlockOptions) {
    this.#options = options;
  }

  static async open(options: SelectBlockOptions): Promise<SelectBlock> {
    for (const engine of options.engines) await engine.reset(options.columns);
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
    const { engines } = this.#options;
    const engine = engines[this.#engine];
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
    this.#end(completed);
    if (this.#pending.length === engines.length) yield await this.#oldest();
    await engines[this.#engine].append(ticks, until, rows);
    this.#rows = rows - until;
  }

  /** The columns of all blocks that remain; `until` is the number of bars. */
  async *finish(until: number): AsyncIterable<Float64Array[]> {
    this.#end(until);
    while (this.#pending.length > 0) yield await this.#oldest();
  }

  /** Waits for what is under way, whatever comes of it. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  async #oldest(): Promise<Float64Array[]> {
    const columns = await this.#pending[0];
    this.#pending.shift();
    return columns;
  }

  /** Ends the block; `until` is the first bar that is not in it. */
  #end(until: number): void {
    const { engines } = this.#options;
    const block = this.#fold(engines[this.#engine], this.#from, until);
    // Who waits for it hears of it; until then it is nobody's.
    block.catch(() => {});
    this.#pending.push(block);
    this.#engine = (this.#engine + 1) % engines.length;
    this.#rows = 0;
    this.#from = until;
  }

  async #fold(
    engine: SqlEngine,
    from: number,
    until: number,
  ): Promise<Float64Array[]> {
    const { select, columns } = this.#options;
    const bars = until - from;
    const names = Object.keys(select);
    // A bar without ticks has none of these.
    const found = names.map(() => new Float64Array(bars).fill(NaN));
    const query = selectQuery(select, from, until);
    for await (const [numbers, ...values] of engine.query(query)) {
      for (let i = 0; i < numbers.length; i++) {
        const at = Number(numbers[i]) - from;
        for (let c = 0; c < values.length; c++) {
          found[c][at] = Number(values[c][i] ?? NaN);
        }
      }
    }
    await engine.reset(columns);
    return found;
  }
}
