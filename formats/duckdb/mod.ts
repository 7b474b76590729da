export {
  BAR_COLUMNS,
  type BarsOptions,
  type BarsRequest,
  locateBars,
  makeBars,
} from "./bars.ts";
export { type DuckOptions, openDuck } from "./open.ts";
