export { type DuckOptions, openDuck } from "./open.ts";
