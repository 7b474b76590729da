import { closeSync, openSync, readSync } from "node:fs";
import type { SliceRecord } from "../../../engine/host.ts";
import type { Fault } from "../../../pipeline/contract/mod.ts";
import { Journal, type StoredEntry } from "../../journal.ts";
import { recordAt, type SetPlace } from "../../journal_entry.ts";
import { bundleName, bundlesOf, placeOf, setsOf } from "../../sweep/bundles.ts";
import { Settlement } from "../settle.ts";
import type { SliceResult } from "../messages.ts";

type Settled = StoredEntry["entry"];

/** What one set left: the records of its run, or what it threw. */
export type SetRecords =
  | { readonly records: readonly SliceRecord[] }
  | { readonly fault: Fault };

/**
 * The results of a sweep's bundles. Records stay in the files of the journal
 * and are read one set at a time, so that memory does not grow with the sets.
 */
export class BundleResults {
  readonly #journal: string;
  readonly #stage: string;
  readonly #slices: readonly number[];
  readonly #sets: number;
  /** Bundles of the first segment, then of the next. */
  #bundles: Bundle[] = [];

  /**
   * @param slices of each segment; one when all of event time is run
   * @param sets that can run
   */
  constructor(
    { journal, stage, slices, sets }: {
      readonly journal: string;
      readonly stage: string;
      readonly slices: readonly number[];
      readonly sets: number;
    },
  ) {
    this.#journal = journal;
    this.#stage = stage;
    this.#slices = slices;
    this.#sets = sets;
    const known = bundlesOf(journal, stage);
    if (known === undefined) return;
    this.#begin(known);
    for (const bundle of this.#bundles) {
      for (const stored of bundle.journal.stored()) bundle.add(stored);
    }
  }

  /** Takes in what a worker has run, and keeps it in the journal. */
  add({ bytes, job, jobs }: SliceResult): void {
    if (this.#bundles.length === 0) this.#begin(jobs);
    const bundle = this.#bundles[job];
    bundle.add(bundle.journal.keep(bytes));
  }

  /** Slices that count, all bundles together. */
  get settled(): number {
    return this.#bundles.reduce((sum, { settled }) => sum + settled, 0);
  }

  get complete(): boolean {
    return this.#bundles.length > 0 &&
      this.#bundles.every(({ complete }) => complete);
  }

  /**
   * Reads what a set left of a segment.
   *
   * @param set index among those that can run
   */
  read(set: number, segment = 0): SetRecords {
    const bundles = this.#bundles.length / this.#slices.length;
    for (let b = 0; b < bundles; b++) {
      const { from, to } = setsOf(b, bundles, this.#sets);
      if (set >= to) continue;
      return this.#bundles[segment * bundles + b].read(set - from);
    }
    throw new RangeError(`Cannot find set ${set}`);
  }

  #begin(jobs: number): void {
    const segments = this.#slices.length;
    this.#bundles = Array.from({ length: jobs }, (_, job) =>
      new Bundle(
        new Journal(this.#journal, bundleName(this.#stage, job, jobs)),
        this.#slices[placeOf(job, jobs, segments).segment],
      ));
  }
}

class Bundle {
  readonly journal: Journal;
  readonly #settlement: Settlement<Settled>;
  /** What counts, in order. */
  readonly #counted: Settled[] = [];
  readonly #places = new Map<Settled, Omit<StoredEntry, "entry">>();

  constructor(journal: Journal, slices: number) {
    this.journal = journal;
    this.#settlement = new Settlement<Settled>(
      slices,
      (entry) => this.#counted.push(entry),
    );
  }

  add({ entry, path, places }: StoredEntry): void {
    const light = { ...entry, end: new Float64Array(0) };
    this.#places.set(light, { path, places });
    this.#settlement.begin(light.initialHash);
    this.#settlement.add(light);
  }

  get settled(): number {
    return this.#settlement.settled;
  }

  get complete(): boolean {
    return this.#settlement.complete;
  }

  read(set: number): SetRecords {
    const records: SliceRecord[] = [];
    for (const entry of this.#counted) {
      const { path, places } = this.#places.get(entry)!;
      const place = places[set];
      if (place !== null && "fault" in place) return { fault: place.fault };
      records.push(readRecord(path, place));
    }
    return { records };
  }
}

function readRecord(path: string, place: SetPlace): SliceRecord {
  if (place === null || "fault" in place) {
    throw new Error(`Cannot read a record of ${path}: the set failed before`);
  }
  const { at, bytes, shape } = place;
  const buffer = new ArrayBuffer(bytes);
  const file = openSync(path, "r");
  try {
    const view = new Uint8Array(buffer);
    for (let done = 0; done < bytes;) {
      const read = readSync(file, view, done, bytes - done, at + done);
      if (read === 0) throw new Error(`Cannot read ${path}: it is cut short`);
      done += read;
    }
  } finally {
    closeSync(file);
  }
  return recordAt(buffer, 0, shape);
}
