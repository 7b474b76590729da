import { BTC_QUOTES, BTC_TRADES } from "./btc.ts";
import { ES_SAMPLE } from "./es.ts";
import { EURUSD_SAMPLE } from "./eurusd.ts";
import { type SampleSource, sampleSource } from "./make.ts";
import type { SampleName } from "./names.ts";
import { NQ_SAMPLE } from "./nq.ts";

/** Samples by the name that a loader gives in `sample:`. */
export const SAMPLES = {
  es: sampleSource("data/es", ES_SAMPLE),
  nq: sampleSource("data/nq", NQ_SAMPLE),
  eurusd: sampleSource("data/eurusd", EURUSD_SAMPLE),
  "btc-trades": sampleSource("data/btc-trades", BTC_TRADES),
  "btc-quotes": sampleSource("data/btc-quotes", BTC_QUOTES),
} as const satisfies Readonly<Record<SampleName, SampleSource>>;

export { ES_SEED, makeEsSample, sampleExists } from "./es.ts";
export type { SampleState } from "./directory.ts";
export type {
  Sample,
  SampleOptions,
  SampleProgress,
  SampleSource,
} from "./make.ts";
