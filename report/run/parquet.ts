import { readFile } from "node:fs/promises";
import { parquetRead } from "hyparquet";

/** Columns of a file by name. */
export type Columns = ReadonlyMap<string, ArrayLike<unknown>>;

/**
 * Reads these columns of a Parquet file whole, or all; times as nanoseconds,
 * dates as days.
 */
export async function readColumns(
  path: string,
  names?: readonly string[],
): Promise<Columns> {
  const bytes = await readFile(path);
  const file = new Uint8Array(bytes).buffer;
  const parts = new Map<string, ArrayLike<unknown>[]>();
  await parquetRead({
    file,
    ...(names === undefined ? {} : { columns: [...names] }),
    parsers: PARSERS,
    onChunk: ({ columnName, columnData }) => {
      const known = parts.get(columnName) ?? [];
      known.push(columnData as ArrayLike<unknown>);
      parts.set(columnName, known);
    },
  });
  return new Map(
    (names ?? [...parts.keys()]).map((name) => {
      const chunks = parts.get(name) ?? [];
      if (chunks.length === 1) return [name, chunks[0]];
      return [name, chunks.flatMap((chunk) => Array.from(chunk))];
    }),
  );
}

/** Whole numbers of any size, less `base`, over `unit`. */
export function numbersOf(
  column: ArrayLike<unknown> | undefined,
  base = 0n,
  unit = 1,
): Float64Array {
  if (column === undefined) return new Float64Array(0);
  return Float64Array.from(
    { length: column.length },
    (_, i) => {
      const value = column[i];
      return typeof value === "bigint"
        ? Number(value - base) / unit
        : value === null
        ? NaN
        : Number(value);
    },
  );
}

/** Times stay whole numbers of nanoseconds, dates of days. */
const PARSERS = {
  timestampFromNanoseconds: (value: bigint) => value,
  dateFromDays: (value: number) => value,
} as Parameters<typeof parquetRead>[0]["parsers"];
