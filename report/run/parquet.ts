import { readFile } from "node:fs/promises";
import { parquetRead } from "hyparquet";
import { NoRunError } from "./no_run_error.ts";

/** Columns of a file by name. */
export type Columns = ReadonlyMap<string, ArrayLike<unknown>>;

/**
 * Reads these columns of a Parquet file whole, or all: times as microseconds
 * since `origin` (nanoseconds since the epoch), dates as days.
 *
 * @throws NoRunError when the file is damaged or lacks a column
 */
export async function readColumns(
  path: string,
  { names, origin = 0n }: {
    readonly names?: readonly string[];
    readonly origin?: bigint;
  } = {},
): Promise<Columns> {
  const bytes = await readFile(path);
  const { buffer, byteOffset, byteLength } = bytes;
  const file = buffer.slice(byteOffset, byteOffset + byteLength);
  const parts = new Map<string, ArrayLike<unknown>[]>();
  const parsers = {
    timestampFromNanoseconds: (time: bigint) => Number(time - origin) / 1000,
    dateFromDays: (days: number) => days,
  } as unknown as Parameters<typeof parquetRead>[0]["parsers"];
  try {
    await parquetRead({
      file: file as ArrayBuffer,
      ...(names === undefined ? {} : { columns: [...names] }),
      ...(parsers ? { parsers } : {}),
      onChunk: ({ columnName, columnData }) => {
        const known = parts.get(columnName) ?? [];
        known.push(columnData as ArrayLike<unknown>);
        parts.set(columnName, known);
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NoRunError(`${path} cannot be read: ${reason}`, { cause: error });
  }
  return new Map(
    (names ?? [...parts.keys()]).map((name) => {
      const chunks = parts.get(name) ?? [];
      return [name, chunks.length === 1 ? chunks[0] : joined(chunks)];
    }),
  );
}

function joined(chunks: readonly ArrayLike<unknown>[]): ArrayLike<unknown> {
  const rows = chunks.reduce((sum, { length }) => sum + length, 0);
  const whole = chunks.every((chunk) => chunk instanceof Float64Array)
    ? new Float64Array(rows)
    : new Array<unknown>(rows);
  let row = 0;
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i++) whole[row++] = chunk[i];
  }
  return whole;
}

/** A column's numbers; a null is NaN. */
export function numbersOf(
  column: ArrayLike<unknown> | undefined,
): Float64Array {
  if (column instanceof Float64Array) return column;
  // `Float64Array.from` goes through an iterator: ten times as slow.
  const values = new Float64Array(column?.length ?? 0);
  for (let i = 0; i < values.length; i++) {
    const value = column?.[i];
    values[i] = value === null ? NaN : Number(value);
  }
  return values;
}
