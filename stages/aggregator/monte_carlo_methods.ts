/** Ways to make histories, in the order in which they are told. */
export const MONTE_CARLO_METHODS = [
  "trade_bootstrap",
  "trade_shuffle",
  "trade_skip",
  "stationary_bootstrap",
  "circular_bootstrap",
] as const;

export type MonteCarloMethod = typeof MONTE_CARLO_METHODS[number];
