import {
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
} from "apache-arrow";
import { createRequire } from "node:module";
import {
  createTicks,
  type EngineOptions,
  type ResultColumn,
  settingsOf,
  type SqlEngine,
  type SqlPiece,
  type SqlRows,
} from "./engine.ts";

/** What is used of `@duckdb/duckdb-wasm`'s blocking bundle. */
interface Bundle {
  createDuckDB(
    bundles: unknown,
    logger: unknown,
    runtime: unknown,
  ): Promise<Database>;
  VoidLogger: new () => unknown;
  NODE_RUNTIME: unknown;
}

interface Database {
  instantiate(): Promise<unknown>;
  open(config: { path: string }): void;
  connect(): Connection;
  reset(): void;
}

interface ArrowPiece {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly unknown[] };
  getChildAt(index: number): Iterable<number | bigint | null> | null;
}

interface Connection {
  query(sql: string): { toArray(): Record<string, unknown>[] };
  send(
    sql: string,
  ): Promise<Iterable<ArrowPiece>> | Iterable<ArrowPiece>;
  insertArrowFromIPCStream(
    bytes: Uint8Array,
    options: { name: string; create: boolean },
  ): void;
  close(): void;
}

/** Rows of one Arrow stream: what DuckDB holds twice while it takes them. */
const PIECE_ROWS = 65_536;

/** Part of the memory that ticks may take; the rest is for the query. */
const TICKS_SHARE = 0.5;

/**
 * DuckDB as WebAssembly, for where foreign functions may not be called. It is
 * fed Arrow IPC streams, a piece at a time, and has its memory only.
 */
export class WasmEngine implements SqlEngine {
  readonly name = "wasm";
  readonly #database: Database;
  readonly #connection: Connection;
  readonly #memory: number;
  #schema = schemaOf([]);
  #bytes = 0;

  private constructor(
    database: Database,
    connection: Connection,
    memory: number,
  ) {
    this.#database = database;
    this.#connection = connection;
    this.#memory = memory;
  }

  static async open({ memory }: EngineOptions): Promise<WasmEngine> {
    const require = createRequire(import.meta.url);
    const path = (name: string) =>
      require.resolve(`@duckdb/duckdb-wasm/dist/${name}`);
    const bundle = require(path("duckdb-node-blocking.cjs")) as Bundle;
    const database = await bundle.createDuckDB(
      {
        mvp: { mainModule: path("duckdb-mvp.wasm"), mainWorker: "" },
        eh: { mainModule: path("duckdb-eh.wasm"), mainWorker: "" },
      },
      new bundle.VoidLogger(),
      bundle.NODE_RUNTIME,
    );
    await database.instantiate();
    database.open({ path: ":memory:" });
    const connection = database.connect();
    for (const setting of settingsOf({ memory })) connection.query(setting);
    return new WasmEngine(database, connection, memory);
  }

  // deno-lint-ignore require-await
  async reset(columns: readonly string[]): Promise<void> {
    this.#connection.query(createTicks(columns));
    this.#schema = schemaOf(columns);
    this.#bytes = 0;
  }

  // deno-lint-ignore require-await
  async append(rows: SqlRows, from: number, until: number): Promise<void> {
    // A failing insert would end the whole WebAssembly, so it is not tried.
    this.#bytes += (until - from) * (12 + 8 * rows.columns.length);
    if (this.#bytes > this.#memory * TICKS_SHARE) {
      throw new Error(
        `Out of memory: ${this.#bytes} bytes of ticks are more than half of ${this.#memory}`,
      );
    }
    for (let at = from; at < until; at += PIECE_ROWS) {
      const end = Math.min(until, at + PIECE_ROWS);
      this.#connection.insertArrowFromIPCStream(
        streamOf(this.#schema, rows, at, end),
        { name: "ticks", create: false },
      );
    }
  }

  // deno-lint-ignore require-await
  async describe(sql: string): Promise<ResultColumn[]> {
    return this.#connection.query(`DESCRIBE ${sql}`).toArray().map((row) => ({
      name: String(row.column_name),
      type: String(row.column_type),
    }));
  }

  async *query(sql: string): AsyncIterable<SqlPiece> {
    for (const piece of await this.#connection.send(sql)) {
      if (piece.numRows === 0) continue;
      yield piece.schema.fields.map((_, i) => [...piece.getChildAt(i) ?? []]);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#connection.close();
    this.#database.reset();
    return Promise.resolve();
  }
}

function schemaOf(columns: readonly string[]): Schema {
  return new Schema([
    new Field("bar", new Int32(), false),
    new Field("time", new Int64(), false),
    ...columns.map((name) => new Field(name, new Float64(), false)),
  ]);
}

function streamOf(
  schema: Schema,
  { bar, time, columns }: SqlRows,
  from: number,
  until: number,
): Uint8Array {
  const length = until - from;
  const nullCount = 0;
  const children = [
    makeData({
      type: new Int32(),
      length,
      nullCount,
      data: bar.subarray(from, until),
    }),
    makeData({
      type: new Int64(),
      length,
      nullCount,
      data: time.subarray(from, until),
    }),
    ...columns.map((values) =>
      makeData({
        type: new Float64(),
        length,
        nullCount,
        data: values.subarray(from, until),
      })
    ),
  ];
  const type = new Struct(schema.fields);
  const data = makeData({ type, length, nullCount, children });
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  writer.write(new RecordBatch(schema, data));
  writer.finish();
  return writer.toUint8Array(true);
}
