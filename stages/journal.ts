import { randomUUID } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  decodeEntry,
  type EntryBytes,
  isWhole,
  type JournalEntry,
} from "./journal_entry.ts";

export {
  decodeEntry,
  encodeEntry,
  type EntryBytes,
  type JournalEntry,
} from "./journal_entry.ts";

/**
 * The finished slices of a run, one file each, so that a run that was killed
 * goes on where it was. A file appears whole or not at all.
 */
export class Journal {
  readonly #directory: string;

  /**
   * @param journal the run's journal
   * @param stage the stage whose slices these are
   */
  constructor(journal: string, stage: string) {
    this.#directory = join(journal, stage);
  }

  /** Every entry that can be trusted; what is torn or foreign is left out. */
  read(): JournalEntry[] {
    return this.#names().flatMap((name) => {
      const file = readFileSync(join(this.#directory, name));
      const bytes = new Uint8Array(new SharedArrayBuffer(file.length));
      bytes.set(file);
      return isWhole(bytes) ? [decodeEntry(bytes)] : [];
    });
  }

  /** @param bytes the same entry as {@link encodeEntry} gives it */
  write(entry: JournalEntry, bytes: EntryBytes): void {
    mkdirSync(this.#directory, { recursive: true });
    const { slice, from, to, startHash } = entry;
    const name = `${slice}.${from}.${to}-${startHash.slice(0, 16)}`;
    const path = join(this.#directory, name);
    // Several aggregators of one stage write the same entries.
    const part = `${path}.${randomUUID()}.part`;
    try {
      writeFileSync(part, bytes);
      renameSync(part, path);
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
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
