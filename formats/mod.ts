export { BAR_COLUMNS } from "./duckdb/bar_columns.ts";
export {
  type BarsOptions,
  type BarsRequest,
  locateBars,
  makeBars,
} from "./duckdb/bars.ts";
export { locateQuery, makeQuery } from "./duckdb/query_table.ts";
export type { BarRule, BarSession } from "./duckdb/rule.ts";
export { CSV_PRESETS } from "./csv/presets.ts";
export * from "./error.ts";
export * from "./ingest.ts";
export * from "./request.ts";
export * from "./source/mod.ts";
export { ROW_COLUMNS, type RowsWanted } from "./ticks/rows.ts";
export * from "./store/mod.ts";
export * from "./table.ts";
