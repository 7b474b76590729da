export { BAR_COLUMNS } from "./bar_columns.ts";
export {
  type BarsOptions,
  type BarsRequest,
  locateBars,
  makeBars,
} from "./bars.ts";
export type { EngineName } from "./engine.ts";
export { type DuckOptions, openDuck } from "./open.ts";
export { chooseEngine, openEngine } from "./open_engine.ts";
export { locateQuery, makeQuery, type QueryRequest } from "./query_table.ts";
export type { BarPrice, BarRule, BarSession } from "./rule.ts";
