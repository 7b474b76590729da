import type { DuckDBDataChunk } from "@duckdb/node-api";
import { corruptFile } from "../csv/bytes.ts";
import { MARK } from "../csv/check.ts";
import { openDuck, text } from "../duckdb/open.ts";
import { FormatError, throwIfAborted } from "../error.ts";
import type { TimeColumn, ValueColumn } from "../request.ts";
import type { TickBatch } from "../ticks/batch.ts";
import type { ReadOptions } from "../ticks/reader.ts";

const NO_TIME = -(2n ** 63n);
const UNITS: Readonly<Record<string, bigint>> = {
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  ns: 1n,
};

/** Reads the mapped columns of a Parquet file, in file order. */
export async function* readParquet(
  { file, columns, signal }: ReadOptions,
): AsyncGenerator<TickBatch> {
  checkEnds(file.path);
  await using connection = await openDuck();
  const from = `read_parquet(${text(file.path)}, hive_partitioning = false)`;
  let done = false;
  let row = 1;
  try {
    const described = await connection.runAndReadAll(
      `DESCRIBE SELECT * FROM ${from}`,
    );
    const types = new Map(
      described.getRows().map(([name, type]) => [String(name), String(type)]),
    );
    const names = Object.keys(columns.values);
    const values = names.map((name) =>
      valueSql(file.path, columns.values[name], types)
    );
    const time = timeSql(file.path, columns.time, types);
    const result = await connection.stream(
      `SELECT coalesce(${time}, (-9223372036854775807 - 1)::BIGINT), ${
        values.join(", ")
      } FROM ${from}`,
    );
    while (true) {
      throwIfAborted(signal);
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      yield batchOf(chunk, names.length, row);
      row += chunk.rowCount;
    }
    done = true;
  } catch (error) {
    if (error instanceof FormatError || !(error instanceof Error)) throw error;
    const [first] = error.message.split("\n");
    throw corruptFile(file.path, undefined, first, error);
  } finally {
    if (!done) connection.interrupt();
  }
}

function batchOf(
  chunk: DuckDBDataChunk,
  columns: number,
  first: number,
): TickBatch {
  const rows = chunk.rowCount;
  const itemsOf = (column: number): unknown =>
    Reflect.get(chunk.getColumnVector(column), "items");
  const time = itemsOf(0);
  if (!(time instanceof BigInt64Array)) {
    throw new TypeError("Cannot read a DuckDB vector: it holds no typed array");
  }
  const values = Array.from({ length: columns }, (_, i) => {
    const items = itemsOf(i + 1);
    if (items instanceof Float64Array) return items;
    throw new TypeError("Cannot read a DuckDB vector: it holds no typed array");
  });
  const marks = new Uint8Array(rows);
  let bad = 0;
  for (let i = 0; i < rows; i++) {
    if (time[i] !== NO_TIME) continue;
    marks[i] = MARK.unparsable;
    bad++;
  }
  return {
    rows,
    time: time as BigInt64Array<ArrayBuffer>,
    values,
    marks,
    bad,
    place: (row) => first + row,
    raw: (row) => [time[row], ...values.map((column) => column[row])].join(","),
  };
}

/** Nanoseconds since the epoch, NULL where there is no such time. */
function timeSql(
  path: string,
  { column, unit }: TimeColumn,
  types: ReadonlyMap<string, string>,
): string {
  const [name, type] = find(path, column, types);
  if (type.startsWith("TIMESTAMP")) {
    return `CASE WHEN isfinite(${name}) THEN epoch_ns(${name}) END`;
  }
  const factor = UNITS[unit];
  if (/^U?(BIG|INTEGER|HUGE)/.test(type) && factor !== undefined) {
    const most = (2n ** 63n - 1n) / factor;
    return `CASE WHEN ${name} BETWEEN 0 AND ${most} THEN ${name}::BIGINT * ${factor} END`;
  }
  if (type === "VARCHAR" && unit === "iso") {
    return `epoch_ns(TRY_CAST(${name} AS TIMESTAMP_NS))`;
  }
  throw new FormatError({
    code: "bad_data",
    message:
      `Cannot take ${column} of ${path} as a time in ${unit}: its type is ${type}`,
    file: path,
    hint:
      "a time is a timestamp, a whole number with the unit s, ms, us or ns, or ISO 8601 text",
  });
}

function valueSql(
  path: string,
  { column, default: fallback, divide, map }: ValueColumn,
  types: ReadonlyMap<string, string>,
): string {
  if (fallback !== undefined && !types.has(String(column))) {
    return `${fallback}::DOUBLE`;
  }
  const [name] = find(path, column, types);
  if (map) {
    const cases = Object.entries(map).map(([raw, value]) =>
      `WHEN ${text(raw)} THEN ${value}::DOUBLE`
    );
    return `CASE ${name}::VARCHAR ${cases.join(" ")} ELSE 'inf'::DOUBLE END`;
  }
  const by = divide === undefined ? "" : ` / ${divide}::DOUBLE`;
  return `coalesce(TRY_CAST(${name} AS DOUBLE)${by}, 'nan'::DOUBLE)`;
}

function find(
  path: string,
  column: string | number,
  types: ReadonlyMap<string, string>,
): [string, string] {
  const name = typeof column === "number" ? [...types.keys()][column] : column;
  const type = types.get(name);
  if (type !== undefined) return [`"${name.replaceAll('"', '""')}"`, type];
  throw new FormatError({
    code: "bad_data",
    message: `Cannot find column "${column}" in ${path}: current columns are ${
      [...types.keys()].join(", ")
    }`,
    file: path,
  });
}

/** A Parquet file ends with its footer, the footer's length and PAR1. */
function checkEnds(path: string): void {
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  const tail = new Uint8Array(8);
  if (size >= 12) {
    file.seekSync(size - 8, Deno.SeekMode.Start);
    file.readSync(tail);
  }
  const footer = new DataView(tail.buffer).getUint32(0, true);
  const magic = new TextDecoder("latin1").decode(tail.subarray(4));
  if (magic !== "PAR1" || footer > size - 12) {
    throw corruptFile(path, size, "its end is no Parquet footer");
  }
}
