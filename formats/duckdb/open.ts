import type { DuckDBConnection } from "@duckdb/node-api";

export interface DuckOptions {
  /** DuckDB's own limit, for example `512MB`. */
  readonly memory?: string;
  readonly threads?: number;
  /** Where DuckDB may spill; nothing is spilled when absent. */
  readonly temporary?: string;
}

/**
 * Opens an in-memory DuckDB that loads no extension beyond the built-in ones.
 * The library is imported here, so that a cached run never pays for it.
 */
export async function openDuck(
  { memory = "512MB", threads = 2, temporary = "" }: DuckOptions = {},
): Promise<DuckDBConnection & AsyncDisposable> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: memory,
    threads: String(threads),
    temp_directory: temporary,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    preserve_insertion_order: "true",
  });
  const connection = await instance.connect();
  return Object.assign(connection, {
    [Symbol.asyncDispose]() {
      connection.closeSync();
      instance.closeSync();
      return Promise.resolve();
    },
  });
}

/** Quotes text as an SQL string. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
