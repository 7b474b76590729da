/** The indicators that come with the engine. */
export { abs, add, div, log, mul, type Operand, sub } from "./arithmetic.ts";
export { atr, trueRange } from "./atr.ts";
export {
  type Bollinger,
  bollinger,
  type BollingerOptions,
} from "./bollinger.ts";
export { cci, typicalPrice } from "./cci.ts";
export { diff, logReturn, momentum, roc } from "./change.ts";
export {
  type Channel,
  donchian,
  keltner,
  type KeltnerOptions,
} from "./channels.ts";
export { crossing } from "./crossing.ts";
export { dema, ema, tema, wilder } from "./ema.ts";
export { max, min } from "./extremes.ts";
export { type Macd, macd, type MacdOptions } from "./macd.ts";
export {
  orderFlow,
  orderFlowImbalance,
  type SignedTrades,
  tradeImbalance,
} from "./order_flow.ts";
export { obv, type ObvOptions } from "./obv.ts";
export { median, quantile } from "./quantile.ts";
export { microPrice, mid, spread } from "./quotes.ts";
export { rsi } from "./rsi.ts";
export type {
  HighLow,
  HighLowClose,
  Quotes,
  SizedQuotes,
  Trades,
} from "./sources.ts";
export {
  type Stochastic,
  stochastic,
  type StochasticOptions,
} from "./stochastic.ts";
export { sma, sum } from "./sum.ts";
export { type SpreadOptions, std, variance, zscore } from "./variance.ts";
export { realisedVolatility } from "./volatility.ts";
export { vwap } from "./vwap.ts";
export { rowsWithin, type Window } from "./window.ts";
export { wma } from "./wma.ts";
