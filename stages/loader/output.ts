import { formatOfName } from "../../formats/source/names.ts";
import { ROW_COLUMNS, type RowsWanted } from "../../formats/ticks/rows.ts";
import type { LoaderConfig } from "./kind.ts";
import { TICK_COLUMNS } from "./tick_columns.ts";

/** The format as written, or as the source's name tells. */
export function formatOf({ format, source }: LoaderConfig): string {
  return format ?? formatOfName(source);
}

/** What becomes a row, in formats other than CSV. */
export function rowsOf(config: LoaderConfig): RowsWanted {
  return formatOf(config) === "bi5" ? "quotes" : config.rows ?? "trades";
}

/** Columns of the loader's table beside `time`. */
export function columnsOf(config: LoaderConfig): readonly string[] {
  return formatOf(config) === "csv"
    ? TICK_COLUMNS.filter((name) => config.columns?.[name])
    : ROW_COLUMNS[rowsOf(config)];
}
