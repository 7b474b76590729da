/** Names that a loader gives in `sample:`. */
export const SAMPLE_NAMES = [
  "es",
  "nq",
  "eurusd",
  "btc-trades",
  "btc-quotes",
] as const;

export type SampleName = typeof SAMPLE_NAMES[number];
