export { circularBootstrap, stationaryBootstrap, usualBlock } from "./days.ts";
export type { PathMethod, PathOptions } from "./path.ts";
export {
  type Bands,
  LEVELS,
  simulate,
  type SimulateOptions,
  type Simulation,
  type Spread,
} from "./simulate.ts";
export { tradeBootstrap, tradeShuffle, tradeSkip } from "./trades.ts";
