import type { IngestRequest, StructLayout } from "../request.ts";
import type { SourceFile } from "../table.ts";
import type { TickBatch } from "./batch.ts";
import type { RowsWanted } from "./rows.ts";

/** What a reader of one file is told. */
export interface ReadOptions {
  readonly file: SourceFile;
  readonly rows: RowsWanted;
  /** Of formats with columns of their own names: Parquet. */
  readonly columns: IngestRequest["columns"];
  /** The instrument's name in a file of several. */
  readonly symbol?: string;
  /** Raw integers of prices are divided by this, where the file does not say. */
  readonly priceDivide?: number;
  /** How the records of a packed binary file lie. */
  readonly struct?: StructLayout;
  /** Whose clock gives the times of recordings that know two. */
  readonly clock?: "local" | "exchange";
  /** Bytes of the file to read at a time; the rows do not depend on it. */
  readonly readBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Turns a raw file into rows, in file order, a batch at a time and in bounded
 * memory. A record that cannot be a tick comes as a marked row. Throws
 * `corrupt_file` with the offset where the file as a whole is damaged, and
 * `bad_data` where it is whole but not what was asked for.
 */
export type TickReader = (options: ReadOptions) => AsyncIterable<TickBatch>;

/** Takes whole records from the front of some bytes. */
export interface Decoder {
  /**
   * Decodes records until the bytes end or the builder is full. `offset` is
   * the place of `bytes[0]` in the file. Gives how many bytes were used.
   */
  decode(bytes: Uint8Array<ArrayBuffer>, offset: number): number;
}
