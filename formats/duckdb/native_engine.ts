import {
  BIGINT,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  INTEGER,
} from "@duckdb/node-api";
import {
  createTicks,
  type EngineOptions,
  type ResultColumn,
  settingsOf,
  type SqlEngine,
  type SqlPiece,
  type SqlRows,
} from "./engine.ts";

const VECTOR_ROWS = 2048;

/** DuckDB by foreign functions: spills to disk what does not fit in memory. */
export class NativeEngine implements SqlEngine {
  readonly name = "native";
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #chunk = DuckDBDataChunk.create([INTEGER, BIGINT], VECTOR_ROWS);

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(options: EngineOptions): Promise<NativeEngine> {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const own = ["SET TimeZone = 'UTC'"];
    for (const setting of settingsOf({ temporary: "", ...options }, own)) {
      await connection.run(setting);
    }
    return new NativeEngine(instance, connection);
  }

  async reset(columns: readonly string[]): Promise<void> {
    await this.#connection.run(createTicks(columns));
    const types = [INTEGER, BIGINT, ...columns.map(() => DOUBLE)];
    this.#chunk = DuckDBDataChunk.create(types, VECTOR_ROWS);
  }

  async append(
    { bar, time, columns }: SqlRows,
    from: number,
    until: number,
  ): Promise<void> {
    const appender = await this.#connection.createAppender("ticks");
    const sources = [bar, time, ...columns];
    for (let at = from; at < until; at += VECTOR_ROWS) {
      const end = Math.min(until, at + VECTOR_ROWS);
      this.#chunk.rowCount = end - at;
      for (let c = 0; c < sources.length; c++) {
        const vector = this.#chunk.getColumnVector(c);
        const items = Reflect.get(vector, "items") as Float64Array;
        items.set(sources[c].subarray(at, end) as Float64Array);
        vector.flush();
      }
      appender.appendDataChunk(this.#chunk);
    }
    appender.closeSync();
  }

  async describe(sql: string): Promise<ResultColumn[]> {
    const prepared = await this.#connection.prepare(sql);
    const columns: ResultColumn[] = [];
    for (let i = 0; i < prepared.columnCount; i++) {
      const type = String(prepared.columnType(i));
      columns.push({ name: prepared.columnName(i), type });
    }
    prepared.destroySync();
    return columns;
  }

  async *query(sql: string): AsyncIterable<SqlPiece> {
    const result = await this.#connection.stream(sql);
    while (true) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk.getColumns() as unknown as SqlPiece;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
    return Promise.resolve();
  }
}
