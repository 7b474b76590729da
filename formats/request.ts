import type { RowsWanted } from "./ticks/rows.ts";

/** How the columns of a raw file become the columns of the store. */
export interface TimeColumn {
  /** Header name, or index from 0 in a file without a header. */
  readonly column: string | number;
  /**
   * Numbers since the epoch by unit, `iso` text, a strptime `pattern`, or
   * milliseconds since local midnight of the date in the file's name.
   */
  readonly unit: "s" | "ms" | "us" | "ns" | "iso" | "ms_since_midnight";
  /** strptime pattern for text times that are not ISO 8601. */
  readonly pattern?: string;
  /** IANA name or fixed offset (`UTC-05:00`) of times that carry none. Default UTC. */
  readonly zone?: string;
  /** Regular expression with groups year, month, day, matched against the file's name. */
  readonly date?: string;
}

export interface ValueColumn {
  readonly column: string | number;
  /** Taken where the file lacks the column. */
  readonly default?: number;
  /** The raw number is divided by this. */
  readonly divide?: number;
  /** Raw text to number, for `side`: `{ B: 1, S: -1 }`. */
  readonly map?: Readonly<Record<string, number>>;
}

/** Types of fields of packed records, and their bytes. */
export const STRUCT_BYTES = {
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  u64: 8,
  f32: 4,
  f64: 8,
} as const;

export type StructType = keyof typeof STRUCT_BYTES;

export interface StructField {
  /** First byte in the record. */
  readonly at: number;
  readonly type: StructType;
  /** The raw number is divided by this. */
  readonly divide?: number;
  /** Raw number to number. */
  readonly map?: Readonly<Record<string, number>>;
}

/** How records of one length lie in a packed binary file, little-endian. */
export interface StructLayout {
  /** Bytes of a record. */
  readonly record: number;
  /** Bytes before the first. */
  readonly header: number;
  readonly time: {
    readonly at: number;
    readonly type: StructType;
    readonly unit: "s" | "ms" | "us" | "ns";
  };
  readonly values: Readonly<Record<string, StructField>>;
}

export type BadTickPolicy = "fail" | "quarantine" | "drop";

export interface IngestRequest {
  /** Prefix of the table's key and value of `instrument=` in its layout. */
  readonly instrument: string;
  /** Path or glob, relative to the working directory. */
  readonly source: string;
  readonly format: string;
  /** Of formats that know trades and quotes. Default trades; bi5: quotes. */
  readonly rows?: RowsWanted;
  /** The instrument's name, in a source that holds several. */
  readonly symbol?: string;
  /** Raw integers of prices are divided by this, where the format does not say. */
  readonly price_divide?: number;
  /** Of recordings with a local and an exchange's time. Default local. */
  readonly clock?: "local" | "exchange";
  /** Of packed binary files. */
  readonly struct?: StructLayout;
  /** Of CSV; other formats bring their own columns and leave this empty. */
  readonly columns: {
    readonly time: TimeColumn;
    readonly values: Readonly<Record<string, ValueColumn>>;
  };
  readonly csv: {
    readonly header: boolean;
    readonly delimiter: string;
  };
  /** Rows that are late by at most this many nanoseconds are put in order. */
  readonly sort_window?: number;
  /** A row that repeats the row before it in every column. Default keep. */
  readonly duplicates?: "keep" | "bad";
  /** Rows outside are left out: `[from, to)` in nanoseconds since the epoch. */
  readonly period?: { readonly from?: string; readonly to?: string };
  /** Prices must be multiples of it. Absent: not checked. */
  readonly tick_size?: number;
  readonly on_bad_tick: BadTickPolicy;
  /** Fraction of rows that may be bad before the ingest fails, 0 to 1. */
  readonly max_bad: number;
  /** Directory of the store. */
  readonly store: string;
  readonly synthetic: boolean;
}
