import { DuckDBInstance } from "@duckdb/node-api";

/** Columns of numbers that DuckDB answers with; NULL becomes NaN. */
export async function duckdb(
  sql: string,
  ...before: readonly string[]
): Promise<Record<string, Float64Array>> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    for (const statement of before) await connection.run(statement);
    const reader = await connection.runAndReadAll(sql);
    const columns = reader.getColumns();
    return Object.fromEntries(
      reader.columnNames().map((name, c) => [
        name,
        Float64Array.from(columns[c], (value) => Number(value ?? NaN)),
      ]),
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** `a::DOUBLE AS "x", …` of expressions by name. */
export function selection(expressions: Readonly<Record<string, string>>) {
  return Object.entries(expressions)
    .map(([name, sql]) => `(${sql})::DOUBLE AS "${name}"`).join(", ");
}

/** Rows that DuckDB answers with: a time as text, then numbers. */
export async function timedRows(sql: string): Promise<(bigint | number)[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRows().map(([time, ...row]) => [
      BigInt(String(time)),
      ...row.map(Number),
    ]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
