import type { JournalEntry } from "../journal.ts";

/** What one run of a slice gives to the aggregator. */
export type SliceResult = JournalEntry;
