import type { IngestRequest } from "../request.ts";
import type { TickReader } from "./reader.ts";
import { ROW_COLUMNS } from "./rows.ts";

/** Formats that are not CSV, and what loads the reader of each. */
export const READERS: Readonly<Record<string, () => Promise<TickReader>>> = {
  dbn: async () => (await import("../dbn/read.ts")).readDbn,
  bi5: async () => (await import("../bi5/read.ts")).readBi5,
  parquet: async () => (await import("../parquet/read.ts")).readParquet,
  itch: async () => (await import("../itch/read.ts")).readItch,
};

/** True for formats of which the pipeline file maps columns. */
export function isByRows(format: string): boolean {
  return format === "parquet";
}

/** Columns beside `time` of the table that a request makes. */
export function tickColumns(
  { format, rows = "trades", columns }: IngestRequest,
): readonly string[] {
  return isByRows(format) ? Object.keys(columns.values) : ROW_COLUMNS[rows];
}
