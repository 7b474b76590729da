import {
  makeEsSample,
  type Sample,
  sampleExists,
  type SampleOptions,
} from "./es.ts";

/** A data set that the project makes itself, in the one directory that is its own. */
export interface SampleSource {
  /** Relative to the working directory. */
  readonly directory: string;
  /** True when `directory` holds the whole sample. */
  readonly exists: (directory: string) => Promise<boolean>;
  readonly make: (
    directory: string,
    options?: SampleOptions,
  ) => Promise<Sample>;
}

/** Samples by the name that a loader gives in `sample:`. */
export const SAMPLES: Readonly<Record<string, SampleSource>> = {
  es: { directory: "data/es", exists: sampleExists, make: makeEsSample },
};

export { ES_SEED, makeEsSample, sampleExists } from "./es.ts";
export type { Sample, SampleOptions, SampleProgress } from "./es.ts";
