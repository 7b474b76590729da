import { createHash } from "node:crypto";
import { join } from "node:path";
import { lobsterFiles } from "../lobster/pair.ts";
import type { IngestRequest } from "../request.ts";
import type { SourceFile } from "../table.ts";
import { expandSource, fileAt } from "./expand.ts";
import { isMapped } from "./names.ts";
import { partitionsOf } from "./partitions.ts";

/** Raised when the same source and options come to give other rows. */
const INGEST_VERSION = 1;

export interface Located {
  /** Name of the table: the instrument, percent-encoded, and 12 hexadecimal digits. */
  readonly key: string;
  readonly directory: string;
  /** True when the table is in the store. */
  readonly cached: boolean;
  readonly files: readonly SourceFile[];
  /** SHA-256 over the files' paths, sizes and times and the options. */
  readonly fingerprint: string;
}

/** Where the table of a request lies or will lie. Reads no file. */
export function locate(request: IngestRequest): Located {
  const files = filesOf(request);
  const { instrument, format, columns, csv, tick_size, on_bad_tick } = request;
  const { max_bad, synthetic, rows, symbol, price_divide } = request;
  const { sort_window, duplicates, period, clock, struct } = request;
  const fingerprint = hashOf({
    version: INGEST_VERSION,
    files,
    options: {
      instrument,
      format,
      columns,
      csv,
      tick_size,
      on_bad_tick,
      max_bad,
      synthetic,
      rows,
      symbol,
      price_divide,
      sort_window,
      duplicates,
      period,
      clock,
      struct,
    },
  });
  const key = `${encodeURIComponent(instrument)}-${fingerprint.slice(0, 12)}`;
  const directory = join(request.store, key);
  return { key, directory, cached: hasTable(directory), files, fingerprint };
}

function filesOf(request: IngestRequest): SourceFile[] {
  const { format, rows } = request;
  const files = expandSource(request.source);
  if (isMapped(format)) return partitionsOf(files, request);
  if (format !== "lobster") return files;
  return lobsterFiles(files, {
    withBooks: (rows ?? "trades") !== "trades",
    fileAt,
  });
}

/** SHA-256 of a value of JSON, whatever the order of its keys. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(sorted(value))).digest(
    "hex",
  );
}

/** True when `directory` holds a table: it is renamed into place when whole. */
export function hasTable(directory: string): boolean {
  try {
    return Deno.statSync(join(directory, "manifest.json")).isFile;
  } catch {
    return false;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map((
      [key, inner],
    ) => [key, sorted(inner)]),
  );
}
