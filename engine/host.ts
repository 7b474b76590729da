/** What a stage needs to run strategies; strategies themselves use `mod.ts`. */
export type {
  AccountSpec,
  MarginPolicy,
  RateSource,
} from "./broker/account.ts";
export type { CommissionPart } from "./broker/commission.ts";
export type { Delay, LatencySpec } from "./broker/latency.ts";
export { RangeJoin } from "./broker/join_ranges.ts";
export * from "./broker/ledger.ts";
export type { MarkRule } from "./broker/market.ts";
export { RANGE_COLUMNS, type RangeColumns } from "./broker/mark_range.ts";
export { REASONS } from "./broker/notices.ts";
export { ORDER_TYPES } from "./broker/order.ts";
export { ORDER_STATUSES, ORDER_TIFS } from "./broker/order_record.ts";
export type { PositionMethod } from "./broker/position.ts";
export {
  simulationOf,
  type SimulationSpec,
  type SlippageSpec,
} from "./broker/simulation.ts";
export { type FillSpec, sizesNeeded } from "./fills/mod.ts";
export {
  type Instrument,
  instrumentOf,
  type Margin,
  type MarginAmount,
  notional,
  unitValue,
} from "./instrument.ts";
export {
  type Batch,
  type FeedKind,
  type FeedSpec,
  priceColumns,
} from "./runner/feed.ts";
export { Runner, type RunnerOptions } from "./runner/runner.ts";
export {
  type SetOutcome,
  SweepRunner,
  type SweepRunnerOptions,
} from "./runner/sweep_runner.ts";
export type { Whereabouts } from "./runner/trader.ts";
export type { TimerSpec } from "./runner/timers.ts";
export { type ParamSpec, resolveParams } from "./strategy/params.ts";
export {
  type CompiledInput,
  type CompiledStrategy,
  compileStrategy,
} from "./strategy/compile.ts";
export { Kept } from "./strategy/kept.ts";
export { type AnyStrategy, isStrategy } from "./strategy/strategy.ts";
export { randomAt } from "./strategy/random.ts";
