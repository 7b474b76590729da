import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parquetMetadata, parquetRead } from "hyparquet";

/** A row of a table that two runs do not share. */
export interface RowDifference {
  /** Counted from 0. */
  readonly row: number;
  /** Columns in which they differ; empty when one run has no such row. */
  readonly columns: readonly string[];
  /** Null: the run has fewer rows. Times are ISO 8601, UTC. */
  readonly a: Row | null;
  readonly b: Row | null;
}

export type Row = Readonly<Record<string, string | number | null>>;

/**
 * The first row in which a table of two runs differs; null when all are equal,
 * or a run has no such table.
 *
 * @param name file without `.parquet`
 */
export async function firstRow(
  a: string,
  b: string,
  name: string,
): Promise<RowDifference | null> {
  const paths = [a, b].map((directory) => join(directory, `${name}.parquet`));
  if (!paths.every((path) => existsSync(path))) return null;
  const [left, right] = paths.map((path) => readFileSync(path));
  if (left.equals(right)) return null;
  const [one, two] = [await read(left), await read(right)];
  const names = [...new Set([...one.columns.keys(), ...two.columns.keys()])];
  let row = Math.min(one.rows, two.rows);
  for (const column of names) {
    const values = one.columns.get(column) ?? [];
    const others = two.columns.get(column) ?? [];
    let i = 0;
    while (i < row && Object.is(values[i], others[i])) i++;
    row = i;
  }
  if (row === one.rows && row === two.rows) return null;
  const both = row < one.rows && row < two.rows;
  return {
    row,
    columns: both
      ? names.filter((column) =>
        !Object.is(
          one.columns.get(column)?.[row],
          two.columns.get(column)?.[row],
        )
      )
      : [],
    a: rowOf(one, row),
    b: rowOf(two, row),
  };
}

interface ReadTable {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, ArrayLike<unknown>>;
}

async function read(bytes: Uint8Array): Promise<ReadTable> {
  const file = new Uint8Array(bytes).buffer;
  const metadata = parquetMetadata(file);
  const columns = new Map<string, ArrayLike<unknown>>(
    metadata.schema.slice(1).map(({ name }) => [name, []]),
  );
  await parquetRead({
    file,
    metadata,
    parsers: { timestampFromNanoseconds: (ns) => ns },
    onChunk: ({ columnName, columnData }) => {
      const before = columns.get(columnName);
      const all = before === undefined || before.length === 0
        ? columnData
        : [...Array.from(before), ...Array.from<unknown>(columnData)];
      columns.set(columnName, all);
    },
  });
  return { rows: Number(metadata.num_rows), columns };
}

function rowOf({ rows, columns }: ReadTable, row: number): Row | null {
  if (row >= rows) return null;
  const entries = [...columns].map(([name, values]) => [
    name,
    cellOf(name, values[row]),
  ]);
  return Object.fromEntries(entries);
}

/** Ids are whole numbers in 64 bits, as times are. */
function cellOf(name: string, value: unknown): string | number | null {
  if (typeof value === "bigint") {
    return name === "order"
      ? String(value)
      : Temporal.Instant.fromEpochNanoseconds(value).toString();
  }
  if (typeof value === "number" || typeof value === "string") return value;
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return null;
}
