/** What a strategy file imports. */
export type { Broker } from "./broker/broker.ts";
export type { Fill } from "./broker/fill.ts";
export { ema } from "./indicators/ema.ts";
export { sma } from "./indicators/sma.ts";
export type { Instrument } from "./instrument.ts";
export type { BlockSpan, Kernel } from "./series/kernel.ts";
export { derive } from "./series/graph.ts";
export type { Series } from "./series/series.ts";
export type { Context } from "./strategy/context.ts";
export { param } from "./strategy/params.ts";
export type { ColumnName, Columns } from "./strategy/strategy.ts";
export { strategy } from "./strategy/strategy.ts";
