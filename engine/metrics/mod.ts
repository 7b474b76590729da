export { type Drawdown, maxDrawdown } from "./drawdown.ts";
export { type Fills, turnover } from "./fills.ts";
export { cagr, calmar, type GrowthOptions, totalReturn } from "./growth.ts";
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
export { expectancy, payoff, profitFactor, winRate } from "./trade_ratios.ts";
export type { Values } from "./values.ts";
