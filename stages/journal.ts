import { randomUUID } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { emptyRecord } from "../engine/broker/ledger.ts";
import { FaultError } from "../pipeline/contract/mod.ts";
import type { Piece } from "./chain.ts";
import {
  decodeEntry,
  type EntryBytes,
  isWhole,
  type JournalEntry,
  placesOf,
  type SetPlace,
} from "./journal_entry.ts";

export {
  decodeEntry,
  encodeEntry,
  type EntryBytes,
  type JournalEntry,
} from "./journal_entry.ts";

/** An entry of a sweep, and where the records of its sets lie. */
export interface StoredEntry {
  readonly entry: JournalEntry;
  readonly path: string;
  readonly places: readonly SetPlace[];
}

/**
 * The finished slices of a run, one file each, so that a run that was killed
 * goes on where it was. A file appears whole or not at all.
 */
export class Journal {
  readonly #directory: string;
  #memory = new Uint8Array(0);

  /**
   * @param journal the run's journal
   * @param stage the stage whose slices these are
   */
  constructor(journal: string, stage: string) {
    this.#directory = join(journal, stage);
  }

  /** Every entry that can be trusted; what is torn or foreign is left out. */
  *read(): Generator<JournalEntry> {
    for (const { bytes } of this.#files()) yield decodeEntry(bytes);
  }

  /** An entry that has been written; valid until the next one is asked for. */
  find(piece: Piece): JournalEntry {
    const path = join(this.#directory, nameOf(piece));
    const bytes = this.#readAgain(path);
    if (isWhole(bytes)) return decodeEntry(bytes);
    throw new FaultError({
      code: "output_write",
      message: `Cannot read ${path}: it is not what was written`,
      hint: "look at the disk; --resume runs its slice again",
    });
  }

  /** Reads a file into memory that is used again. */
  #readAgain(path: string): Uint8Array {
    using file = Deno.openSync(path);
    const { size } = file.statSync();
    if (this.#memory.length < size) {
      this.#memory = new Uint8Array(size + (size >> 2));
    }
    const bytes = this.#memory.subarray(0, size);
    for (let done = 0; done < size;) {
      const count = file.readSync(bytes.subarray(done));
      if (count === null) return bytes.subarray(0, done);
      done += count;
    }
    return bytes;
  }

  /** As {@link read}, of a sweep. */
  stored(): StoredEntry[] {
    return this.#files().map(({ path, bytes }) => storedOf(path, bytes))
      .toArray();
  }

  /** Writes an entry of a sweep. */
  keep(bytes: EntryBytes): StoredEntry {
    const entry = decodeEntry(bytes);
    return storedOf(this.write(entry, bytes), bytes);
  }

  /**
   * @param bytes the same entry as {@link encodeEntry} gives it
   * @returns the path of its file
   */
  write(entry: JournalEntry, bytes: EntryBytes): string {
    mkdirSync(this.#directory, { recursive: true });
    const path = join(this.#directory, nameOf(entry));
    // Several aggregators of one stage write the same entries.
    const part = `${path}.${randomUUID()}.part`;
    try {
      writeFileSync(part, bytes);
      renameSync(part, path);
      return path;
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
  }

  /** One by one, so that no more than one is in memory. */
  *#files(): Generator<{ readonly path: string; readonly bytes: Uint8Array }> {
    for (const name of this.#names()) {
      const path = join(this.#directory, name);
      const bytes = Deno.readFileSync(path);
      if (isWhole(bytes)) yield { path, bytes };
    }
  }

  #names(): string[] {
    try {
      return readdirSync(this.#directory)
        .filter((name) => /^\d+\.\d+\.\d+-[0-9a-f]{16}$/.test(name));
    } catch {
      return [];
    }
  }
}

function nameOf({ slice, from, to, startHash }: Piece): string {
  return `${slice}.${from}.${to}-${startHash.slice(0, 16)}`;
}

/** Views on the bytes are let go: only what names them stays. */
function storedOf(path: string, bytes: Uint8Array): StoredEntry {
  const { end: _, ...rest } = decodeEntry(bytes);
  const entry = { ...rest, record: emptyRecord(), end: new Float64Array(0) };
  return { entry, path, places: placesOf(bytes) };
}
