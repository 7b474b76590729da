export { type BenchmarkStats, benchmarkStats } from "./benchmark.ts";
export { costBeside, type PricedFills } from "./costs.ts";
export {
  expectedMaxSharpe,
  probabilisticSharpe,
  type SharpeMoments,
  sharpeMoments,
} from "./deflated_sharpe.ts";
export { type Drawdown, maxDrawdown } from "./drawdown.ts";
export {
  type DrawdownSpell,
  drawdownSpells,
  type DrawdownStats,
  drawdownStats,
} from "./drawdowns.ts";
export { type Fills, turnover } from "./fills.ts";
export { cagr, calmar, type GrowthOptions, totalReturn } from "./growth.ts";
export {
  kurtosis,
  mergeMoments,
  type Moments,
  momentsOf,
  NO_MOMENTS,
  shapeOf,
  skewness,
} from "./moments.ts";
export { normalCdf, normalQuantile } from "./normal.ts";
export { omega } from "./omega.ts";
export { dailyReturns, volatility } from "./returns.ts";
export {
  type OpenTrade,
  roundTrips,
  type Trade,
  type TripColumns,
  tripNets,
  type Trips,
  tripsOf,
  tripTable,
} from "./round_trips.ts";
export { sharpe } from "./sharpe.ts";
export { sortino } from "./sortino.ts";
export {
  conditionalValueAtRisk,
  normalValueAtRisk,
  quantileOf,
  tailRatio,
  valueAtRisk,
} from "./tails.ts";
export { heldSpans, timeInMarket, type TimeSpan } from "./time_in_market.ts";
export { expectancy, payoff, profitFactor, winRate } from "./trade_ratios.ts";
export {
  kelly,
  sqn,
  streak,
  type TradeSet,
  type TradeStats,
  tradeStats,
} from "./trade_stats.ts";
export type { Values } from "./values.ts";
