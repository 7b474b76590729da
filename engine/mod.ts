/** What a strategy file imports. */
export type { AccountView, Broker } from "./broker/broker.ts";
export type { Fill, OrderEvent, OrderNews } from "./broker/fill.ts";
export type { Reason } from "./broker/notices.ts";
export type { Order, OrderChange, OrderTerms } from "./broker/order.ts";
export * from "./indicators/mod.ts";
export type { Instrument } from "./instrument.ts";
export type { BlockSpan, Kernel } from "./series/kernel.ts";
export { deriveOwn as derive } from "./series/graph.ts";
export type { Series } from "./series/series.ts";
export type { Bars } from "./strategy/bars.ts";
export type { Context } from "./strategy/context.ts";
export { param } from "./strategy/params.ts";
export type {
  ColumnName,
  Columns,
  MarginCall,
  SessionTimes,
  TimerRule,
} from "./strategy/strategy.ts";
export { strategy } from "./strategy/strategy.ts";
