/**
 * A table of the store: one directory with Arrow IPC files and a manifest.
 *
 * ```
 * store/<key>/manifest.json
 * store/<key>/instrument=ES/date=2024-03-04/ticks.arrow
 * ```
 *
 * A table is made in a temporary directory beside it and renamed when whole,
 * so a directory under its key is always complete and is never changed.
 */
export interface TableManifest {
  readonly version: 1;
  /** Name of the directory: instrument or stage, then a hash of what made it. */
  readonly key: string;
  readonly instrument: string;
  /** Columns beside `time`, in file order. All are Float64, no nulls. */
  readonly columns: readonly string[];
  /** `event`: a row happened at its time. `close`: a bar known from its time on. */
  readonly stamp: "event" | "close";
  readonly rows: number;
  /** First and last `time`, nanoseconds since the epoch, decimal. Null when empty. */
  readonly first: string | null;
  readonly last: string | null;
  /** SHA-256 over the batches' checksums: equal data gives equal content. */
  readonly content: string;
  readonly source: TableSource;
  readonly quality: Quality;
  readonly partitions: readonly Partition[];
}

export interface TableSource {
  /** What made the table: a format's name, `preaggregate`, or `custom`. */
  readonly made_by: string;
  readonly files: readonly SourceFile[];
  /** Hash over the files' names, sizes and times and the options of ingest. */
  readonly fingerprint: string;
  /** True when the files are the project's own synthetic sample. */
  readonly synthetic: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly bytes: number;
  /** Modification time, milliseconds since the epoch. */
  readonly modified: number;
}

/** Row accounting: `read = kept + Σ rejected`, beside what lies outside. */
export interface Quality {
  readonly read: number;
  readonly kept: number;
  readonly rejected: Readonly<Record<string, number>>;
  /** Rows outside the period that was asked for, when one was. */
  readonly outside?: number;
  /** Where the rejected rows went, relative to the table's directory. */
  readonly quarantine: string | null;
}

export interface Partition {
  /** Relative to the table's directory. */
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  /** Row number, in the table, of the partition's first row. */
  readonly first_row: number;
  readonly batches: readonly Batch[];
}

/** One record batch of at most {@link BATCH_ROWS} rows. */
export interface Batch {
  /** Row number, in the table, of the batch's first row. */
  readonly row: number;
  readonly rows: number;
  readonly first: string;
  readonly last: string;
  /** Where each column's values lie in the file: `time`, then `columns` in order. */
  readonly buffers: readonly BufferPlace[];
}

export interface BufferPlace {
  /** Byte offset in the file; a multiple of 8. */
  readonly offset: number;
  readonly bytes: number;
  /** CRC-32 (the polynomial of gzip) of these bytes. */
  readonly crc32: number;
}

/** Rows of a full record batch. */
export const BATCH_ROWS = 65_536;

/** What a stage hands on when it says where its table lies. */
export interface TableRef {
  readonly directory: string;
  readonly key: string;
}
