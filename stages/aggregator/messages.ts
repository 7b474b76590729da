import type { EntryBytes } from "../journal.ts";

/** What one run of a slice gives to the aggregator. */
export interface SliceResult {
  /** See `encodeEntry`. */
  readonly bytes: EntryBytes;
  /** In a sweep: which of how many bundles. */
  readonly job: number;
  readonly jobs: number;
}

/** An aggregator's answer: the memory may be used again. */
export interface SliceTaken {
  readonly taken: true;
}
