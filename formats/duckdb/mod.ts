export { BAR_COLUMNS } from "./bar_columns.ts";
export {
  type BarsOptions,
  type BarsRequest,
  locateBars,
  makeBars,
} from "./bars.ts";
export { type DuckOptions, openDuck } from "./open.ts";
