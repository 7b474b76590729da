import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  INTEGER,
} from "@duckdb/node-api";

/** Bars of one block, in order. Arrays have one element a bar. */
export interface Folded {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Sum of price × size. */
  readonly value: Float64Array;
  readonly count: Float64Array;
}

const VECTOR_ROWS = 2048;
const NAMES = [
  "open",
  "high",
  "low",
  "close",
  "volume",
  "value",
  "count",
] as const;

/**
 * Sums of floats run in row order: DuckDB's parallel sums add in no fixed
 * order, so their last bits would change from run to run.
 */
const FOLD = `
  SELECT arg_min(price, row), max(price), min(price), arg_max(price, row),
    sum(size ORDER BY row), sum(price * size ORDER BY row),
    count(*)::DOUBLE
  FROM block GROUP BY bar ORDER BY bar`;

/** Takes a block of ticks into DuckDB, a batch at a time, and folds it. */
export class BlockFolder {
  readonly #connection: DuckDBConnection;
  readonly #chunk = DuckDBDataChunk.create(
    [INTEGER, INTEGER, DOUBLE, DOUBLE],
    VECTOR_ROWS,
  );
  #rows = 0;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async clear(): Promise<void> {
    this.#rows = 0;
    await this.#connection.run(
      "CREATE OR REPLACE TEMP TABLE block (row INTEGER, bar INTEGER, price DOUBLE, size DOUBLE)",
    );
  }

  /** Appends ticks; `bar` counts a block's bars from 0. */
  async append(
    bar: Int32Array,
    price: Float64Array,
    size: Float64Array,
    rows: number,
  ): Promise<void> {
    const appender = await this.#connection.createAppender("block");
    for (let at = 0; at < rows; at += VECTOR_ROWS) {
      const until = Math.min(rows, at + VECTOR_ROWS);
      this.#chunk.rowCount = until - at;
      const numbers = this.#items(0) as Int32Array;
      for (let i = 0; i < until - at; i++) numbers[i] = this.#rows + at + i;
      (this.#items(1) as Int32Array).set(bar.subarray(at, until));
      (this.#items(2) as Float64Array).set(price.subarray(at, until));
      (this.#items(3) as Float64Array).set(size.subarray(at, until));
      for (let c = 0; c < 4; c++) this.#chunk.getColumnVector(c).flush();
      appender.appendDataChunk(this.#chunk);
    }
    appender.closeSync();
    this.#rows += rows;
  }

  async fold(): Promise<Folded> {
    const result = await this.#connection.runAndReadAll(FOLD);
    const columns = result.getColumns();
    return Object.fromEntries(
      NAMES.map((name, i) => [
        name,
        Float64Array.from((columns[i] ?? []) as number[]),
      ]),
    ) as unknown as Folded;
  }

  #items(column: number): unknown {
    return Reflect.get(this.#chunk.getColumnVector(column), "items");
  }
}
