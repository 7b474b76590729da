import type { SliceRecord } from "../../engine/host.ts";

/** What one run of a slice gives to the aggregator. */
export interface SliceResult {
  readonly slice: number;
  /** Hash of the state before any event. */
  readonly initialHash: string;
  /** Hashes of the states in which it began and ended. */
  readonly startHash: string;
  readonly endHash: string;
  readonly record: SliceRecord;
}
