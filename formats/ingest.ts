import { FormatError, throwIfAborted } from "./error.ts";
import type { IngestRequest } from "./request.ts";
import { locate, type Located } from "./source/locate.ts";
import { readManifest } from "./store/manifest.ts";
import { type StoredTable, TableWriter } from "./store/writer.ts";
import type { Quality } from "./table.ts";

export interface IngestProgress {
  /** Rows kept so far. */
  readonly rows: number;
  /** Bytes of the source behind those rows; an estimate within a packed file. */
  readonly bytesRead?: number;
  readonly bytesTotal: number;
  /** Time of the last row, nanoseconds since the epoch. */
  readonly time?: bigint;
}

export interface IngestOptions {
  /** Called about once in 65,536 rows and at the end. */
  readonly onProgress?: (progress: IngestProgress) => void;
  readonly signal?: AbortSignal;
  /** Threads of DuckDB. */
  readonly threads?: number;
}

/**
 * Brings a source into the store, unless it is there already. Throws a
 * `FormatError`: `source_not_found`, `bad_data`, `too_many_bad_ticks`,
 * `corrupt_file`, `corrupt_store` (of a cached table), `store_write` or
 * `interrupted`; nothing is left behind then.
 */
export async function ingest(
  request: IngestRequest,
  { onProgress, signal, threads }: IngestOptions = {},
): Promise<StoredTable> {
  throwIfAborted(signal);
  const located = locate(request);
  const { directory, key, cached } = located;
  if (cached) return { directory, key, manifest: readManifest(directory) };
  if (request.format !== "csv") {
    return await ingestTicks(request, located, { onProgress, signal });
  }
  const { assertFormat } = await import("./source/recognise.ts");
  for (const { path } of located.files) await assertFormat(path, "csv");
  const { isEncodingError } = await import("./csv/mod.ts");
  const run = (encoding: "utf-8" | "latin-1") =>
    ingestCsv(request, located, encoding, { onProgress, signal, threads });
  try {
    return await run("utf-8");
  } catch (error) {
    if (!isEncodingError(error)) throw error;
    return await run("latin-1");
  }
}

async function ingestCsv(
  request: IngestRequest,
  located: Located,
  encoding: "utf-8" | "latin-1",
  options: IngestOptions,
): Promise<StoredTable> {
  const [{ readCsv }, { openDuck }] = await Promise.all([
    import("./csv/mod.ts"),
    import("./duckdb/open.ts"),
  ]);
  const columns = Object.keys(request.columns.values);
  return await makeTable(request, located, columns, options, async (common) => {
    const { threads } = options;
    await using connection = await openDuck({ threads });
    return await readCsv({ ...common, connection, encoding });
  });
}

async function ingestTicks(
  request: IngestRequest,
  located: Located,
  options: IngestOptions,
): Promise<StoredTable> {
  const { format } = request;
  const { READERS, tickColumns } = await import("./ticks/readers.ts");
  if (!Object.hasOwn(READERS, format)) {
    throw new FormatError({
      code: "bad_data",
      message:
        `Cannot read the source: current format is ${format}, known are ${
          ["csv", ...Object.keys(READERS)].join(", ")
        }`,
    });
  }
  const { readTicks } = await import("./ticks/ingest.ts");
  return await makeTable(
    request,
    located,
    tickColumns(request),
    options,
    readTicks,
  );
}

/** What every way of reading a source is given. */
interface ReadRequest {
  readonly request: IngestRequest;
  readonly files: Located["files"];
  readonly writer: TableWriter;
  readonly signal?: AbortSignal;
  readonly onProgress?: (
    progress: Omit<IngestProgress, "bytesTotal">,
  ) => void;
}

/** Makes a table of what `read` writes; nothing is left when it throws. */
async function makeTable(
  request: IngestRequest,
  { key, files, fingerprint }: Located,
  columns: readonly string[],
  { onProgress, signal }: IngestOptions,
  read: (common: ReadRequest) => Promise<Quality>,
): Promise<StoredTable> {
  const { instrument, store, synthetic, format } = request;
  const writer = await TableWriter.create({
    store,
    key,
    instrument,
    columns,
    stamp: "event",
    source: { made_by: format, files, fingerprint, synthetic },
  });
  const bytesTotal = files.reduce((sum, { bytes }) => sum + bytes, 0);
  try {
    const quality = await read({
      request,
      files,
      writer,
      signal,
      onProgress: onProgress &&
        ((progress) => onProgress({ ...progress, bytesTotal })),
    });
    throwIfAborted(signal);
    return writer.publish({ quality });
  } catch (error) {
    writer.abort();
    throw asWriteError(error, store);
  }
}

function asWriteError(error: unknown, store: string): unknown {
  if (error instanceof FormatError || !(error instanceof Error)) return error;
  const code = (error as { code?: unknown }).code;
  const denied = error instanceof Deno.errors.PermissionDenied ||
    code === "ENOSPC" || code === "EROFS" || code === "EDQUOT";
  if (!denied) return error;
  return new FormatError({
    code: "store_write",
    message: `Cannot write the store ${store}: ${error.message}`,
    file: store,
    cause: error,
  });
}
