import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Buffer } from "node:buffer";
import { type FileMetaData, parquetMetadata, parquetRead } from "hyparquet";

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
  const [left, right] = paths.map((path) => new Uint8Array(readFileSync(path)));
  if (Buffer.from(left).equals(right)) return null;
  const tables = [left, right].map(({ buffer }) => ({
    file: buffer,
    metadata: parquetMetadata(buffer),
  }));
  const [one, two] = tables;
  const [rows, others] = tables.map(({ metadata }) =>
    Number(metadata.num_rows)
  );
  const names = [...new Set(tables.flatMap(namesOf))];
  let row = Math.min(rows, others);
  // One column at a time, so that a long table is never in memory as a whole.
  for (const name of names) {
    const values = await columnOf(one, name, 0, row);
    const theirs = await columnOf(two, name, 0, row);
    let i = 0;
    while (i < row && Object.is(values[i], theirs[i])) i++;
    row = i;
  }
  if (row === rows && row === others) return null;
  const mine = row < rows ? await rowOf(one, row) : null;
  const its = row < others ? await rowOf(two, row) : null;
  return {
    row,
    columns: mine === null || its === null
      ? []
      : names.filter((name) => !Object.is(mine[name], its[name])),
    a: mine,
    b: its,
  };
}

interface TableFile {
  readonly file: ArrayBuffer;
  readonly metadata: FileMetaData;
}

function namesOf({ metadata }: TableFile): string[] {
  return metadata.schema.slice(1).map(({ name }) => name);
}

/** Rows `[from, to)` of a column; none when there is no such column. */
async function columnOf(
  table: TableFile,
  name: string,
  from: number,
  to: number,
): Promise<unknown[]> {
  const values: unknown[] = new Array(to - from);
  if (!namesOf(table).includes(name) || to === from) return values;
  await parquetRead({
    ...table,
    columns: [name],
    rowStart: from,
    rowEnd: to,
    parsers: { timestampFromNanoseconds: (ns) => ns },
    onChunk: ({ columnData, rowStart }) => {
      for (let i = 0; i < columnData.length; i++) {
        const at = rowStart + i - from;
        if (at >= 0 && at < values.length) values[at] = columnData[i];
      }
    },
  });
  return values;
}

async function rowOf(table: TableFile, row: number): Promise<Row> {
  const cells: Record<string, string | number | null> = {};
  for (const name of namesOf(table)) {
    const [value] = await columnOf(table, name, row, row + 1);
    cells[name] = cellOf(name, value);
  }
  return cells;
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
