/** What a stage needs to run strategies; strategies themselves use `mod.ts`. */
export * from "./broker/ledger.ts";
export type { Instrument } from "./instrument.ts";
export {
  type Batch,
  type FeedKind,
  type FeedSpec,
  priceColumns,
} from "./runner/feed.ts";
export {
  Runner,
  type RunnerOptions,
  type Whereabouts,
} from "./runner/runner.ts";
export type { TimerSpec } from "./runner/timers.ts";
export type { ParamSpec } from "./strategy/params.ts";
export { type CompiledStrategy, compileStrategy } from "./strategy/compile.ts";
export { type AnyStrategy, isStrategy } from "./strategy/strategy.ts";
export { randomAt } from "./strategy/random.ts";
