import type { SampleState } from "./directory.ts";
import {
  esSampleState,
  makeEsSample,
  type Sample,
  type SampleOptions,
} from "./es.ts";

/** A data set that the project makes itself, in the one directory that is its own. */
export interface SampleSource {
  /** Relative to the working directory. */
  readonly directory: string;
  /** What `directory` holds of the sample. */
  readonly state: (directory: string) => Promise<SampleState>;
  readonly make: (
    directory: string,
    options?: SampleOptions,
  ) => Promise<Sample>;
}

/** Samples by the name that a loader gives in `sample:`. */
export const SAMPLES: Readonly<Record<string, SampleSource>> = {
  es: { directory: "data/es", state: esSampleState, make: makeEsSample },
};

export { ES_SEED, makeEsSample, sampleExists } from "./es.ts";
export type { SampleState } from "./directory.ts";
export type { Sample, SampleOptions, SampleProgress } from "./es.ts";
