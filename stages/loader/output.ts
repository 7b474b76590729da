import { CSV_PRESETS, type CsvPreset } from "../../formats/csv/presets.ts";
import { formatOfName, isMapped } from "../../formats/source/names.ts";
import { ROW_COLUMNS, type RowsWanted } from "../../formats/ticks/rows.ts";
import type { LoaderConfig } from "./config.ts";
import { sourcesOf } from "./quotes.ts";
import { TICK_COLUMNS } from "./tick_columns.ts";

/** The format as written, or as its layout or the source's name tells. */
export function formatOf({ format, source, struct }: LoaderConfig): string {
  return format ?? (struct ? "struct" : formatOfName(source));
}

/** The choices of rows that a format gives, the default first. */
export function rowsKnown(format: string): readonly RowsWanted[] {
  if (format === "bi5") return ["quotes"];
  return Object.keys(CSV_PRESETS[format] ?? ROW_COLUMNS) as RowsWanted[];
}

/** What becomes a row, in formats that bring their own columns. */
export function rowsOf(config: LoaderConfig): RowsWanted {
  const known = rowsKnown(formatOf(config));
  return config.rows !== undefined && known.includes(config.rows)
    ? config.rows
    : known[0];
}

/** The columns of a vendor's CSV files, when that is the format. */
export function presetOf(config: LoaderConfig): CsvPreset | undefined {
  return CSV_PRESETS[formatOf(config)]?.[rowsOf(config)];
}

/** Columns of the loader's table beside `time`, in the order of the store. */
export function columnsOf(config: LoaderConfig): readonly string[] {
  const sources = sourcesOf(config);
  if (sources) {
    return [...columnsOf(sources.trades), ...columnsOf(sources.quotes)];
  }
  if (isMapped(formatOf(config))) {
    return TICK_COLUMNS.filter((name) => config.columns?.[name]);
  }
  const { struct } = config;
  if (struct) return TICK_COLUMNS.filter((name) => struct.fields[name]);
  const preset = presetOf(config);
  return preset
    ? Object.keys(preset.columns.values)
    : ROW_COLUMNS[rowsOf(config)];
}
