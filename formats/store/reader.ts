import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Batch, Partition, TableManifest } from "../table.ts";
import { corruptStore, readManifest } from "./manifest.ts";
import { toOrigin } from "./time.ts";

/** A file is one day: a store of years has more than a process may open. */
const MOST_FILES = 64;

/**
 * Reads a table of the store. Everything is synchronous; files are opened
 * when first needed, and the 64 used last stay open. What does not match the
 * manifest is an error with code `corrupt_store`, the file and the byte offset;
 * what the system refuses is its own error as it is.
 */
export class TableReader {
  readonly directory: string;
  readonly manifest: TableManifest;
  /** All record batches in row order. */
  readonly batches: readonly Batch[];
  readonly #partitions: Partition[] = [];
  readonly #firsts: BigInt64Array;
  readonly #lasts: BigInt64Array;
  readonly #files = new Map<Partition, Deno.FsFile>();
  readonly #cell = new BigInt64Array(1);

  private constructor(directory: string, manifest: TableManifest) {
    this.directory = directory;
    this.manifest = manifest;
    const batches: Batch[] = [];
    for (const partition of manifest.partitions) {
      for (const batch of partition.batches) {
        batches.push(batch);
        this.#partitions.push(partition);
      }
    }
    this.batches = batches;
    this.#firsts = BigInt64Array.from(batches, ({ first }) => BigInt(first));
    this.#lasts = BigInt64Array.from(batches, ({ last }) => BigInt(last));
  }

  /** Opens the table in `directory`; reads and checks its manifest only. */
  static open(directory: string): TableReader {
    return new TableReader(directory, readManifest(directory));
  }

  /** Number of rows. */
  get rows(): number {
    return this.manifest.rows;
  }

  /** Index in `batches` of the batch that holds `row`. Throws a RangeError outside. */
  batchOf(row: number): number {
    if (!(row >= 0 && row < this.rows)) {
      throw new RangeError(
        `Cannot find row ${row}: current number of rows is ${this.rows}`,
      );
    }
    let low = 0;
    let high = this.batches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.batches[middle].row <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * First row with `time >= timeNs` (nanoseconds since the epoch); the number
   * of rows when there is none. Costs at most 16 reads of 8 bytes.
   */
  lowerBound(timeNs: bigint): number {
    let low = 0;
    let high = this.batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#lasts[middle] < timeNs) low = middle + 1;
      else high = middle;
    }
    if (low === this.batches.length) return this.rows;
    const { row, rows } = this.batches[low];
    if (this.#firsts[low] >= timeNs) return row;
    let from = 1;
    let to = rows - 1;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#timeIn(low, middle) < timeNs) from = middle + 1;
      else to = middle;
    }
    return row + from;
  }

  /** Time of a row, nanoseconds since the epoch. */
  timeAt(row: number): bigint {
    const index = this.batchOf(row);
    return this.#timeIn(index, row - this.batches[index].row);
  }

  /**
   * Reads one batch into `into`: `into[0]` receives the time as nanoseconds
   * since `originNs`, `into[i + 1]` the values of `columns[i]`. The views hold
   * at least the batch's rows and may lie on shared memory. Checksums are
   * verified before anything is converted. Gives the number of rows.
   */
  readBatch(
    index: number,
    columns: readonly string[],
    into: readonly Float64Array[],
    originNs: bigint,
  ): number {
    const { rows } = this.batches[index];
    this.#readBuffer(index, 0, into[0]);
    for (let i = 0; i < columns.length; i++) {
      this.#readBuffer(index, this.#columnOf(columns[i]) + 1, into[i + 1]);
    }
    toOrigin(into[0], rows, originNs);
    return rows;
  }

  /** As {@link readBatch}, with the time left as int64 nanoseconds since the epoch. */
  readRaw(
    index: number,
    columns: readonly string[],
    time: BigInt64Array,
    into: readonly Float64Array[],
  ): number {
    this.#readBuffer(index, 0, time);
    for (let i = 0; i < columns.length; i++) {
      this.#readBuffer(index, this.#columnOf(columns[i]) + 1, into[i]);
    }
    return this.batches[index].rows;
  }

  /** Closes all files. The reader may be used again; it opens them anew. */
  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #columnOf(name: string): number {
    const index = this.manifest.columns.indexOf(name);
    if (index >= 0) return index;
    const all = this.manifest.columns.join(", ");
    throw new RangeError(
      `Cannot read the column "${name}": current columns are ${all}`,
    );
  }

  #readBuffer(
    index: number,
    buffer: number,
    into: Float64Array | BigInt64Array,
  ): void {
    const partition = this.#partitions[index];
    const place = this.batches[index].buffers[buffer];
    const bytes = new Uint8Array(into.buffer, into.byteOffset, place.bytes);
    this.#read(partition, place.offset, bytes);
    const found = crc32(bytes);
    if (found === place.crc32) return;
    throw this.#corrupt(
      partition,
      place.offset,
      `checksum is ${hex(found)} where the manifest says ${hex(place.crc32)}`,
    );
  }

  #timeIn(index: number, row: number): bigint {
    const { offset } = this.batches[index].buffers[0];
    this.#read(
      this.#partitions[index],
      offset + row * 8,
      new Uint8Array(this.#cell.buffer),
    );
    return this.#cell[0];
  }

  #read(partition: Partition, offset: number, bytes: Uint8Array): void {
    const file = this.#fileOf(partition);
    file.seekSync(offset, Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) {
      const count = file.readSync(done === 0 ? bytes : bytes.subarray(done));
      if (count === null) {
        throw this.#corrupt(partition, offset + done, "it ends here");
      }
      done += count;
    }
  }

  /** Its file, now the last to be closed for want of room. */
  #fileOf(partition: Partition): Deno.FsFile {
    let file = this.#files.get(partition);
    if (file === undefined) {
      if (this.#files.size >= MOST_FILES) this.#closeOldest();
      file = this.#open(partition);
    } else {
      this.#files.delete(partition);
    }
    this.#files.set(partition, file);
    return file;
  }

  #closeOldest(): void {
    for (const [partition, file] of this.#files) {
      this.#files.delete(partition);
      file.close();
      return;
    }
  }

  #open(partition: Partition): Deno.FsFile {
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(join(this.directory, partition.path));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw this.#corrupt(partition, 0, "it is missing", error);
    }
    const { size } = file.statSync();
    if (size !== partition.bytes) {
      file.close();
      const what =
        `current size is ${size} bytes where the manifest says ${partition.bytes}`;
      throw this.#corrupt(partition, Math.min(size, partition.bytes), what);
    }
    return file;
  }

  #corrupt(
    partition: Partition,
    offset: number,
    what: string,
    cause?: unknown,
  ) {
    const file = join(this.directory, partition.path);
    return corruptStore({
      directory: this.directory,
      file,
      offset,
      message: `Cannot trust ${file} at byte ${offset}: ${what}`,
      cause,
    });
  }
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}
