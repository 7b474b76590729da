import { FormatError, throwIfAborted } from "../error.ts";
import { ingest, type IngestOptions } from "../ingest.ts";
import { readManifest } from "../store/manifest.ts";
import { TableReader } from "../store/reader.ts";
import { type StoredTable, TableWriter } from "../store/writer.ts";
import { BATCH_ROWS, type Quality } from "../table.ts";
import { type CarryRequest, locateCarried } from "./locate.ts";

/**
 * Makes a table of the trades, each with the last quote before it, unless it is
 * in the store. A quote of the very time of a trade may be what the trade left,
 * so it does not count as before. A trade before the first quote is turned away
 * as `no_quote`. Both sources become tables of their own too.
 */
export async function ingestCarried(
  request: CarryRequest,
  options: IngestOptions = {},
): Promise<StoredTable> {
  const { key, directory, cached, files, fingerprint } = locateCarried(request);
  if (cached) return { directory, key, manifest: readManifest(directory) };
  const trades = await ingest(request.trades, options);
  const quotes = await ingest(request.quotes, options);
  const { instrument, store, synthetic, format } = request.trades;
  const columns = [trades, quotes].flatMap(({ manifest }) => manifest.columns);
  const writer = await TableWriter.create({
    store,
    key,
    instrument,
    columns,
    stamp: "event",
    source: { made_by: format, files, fingerprint, synthetic },
  });
  try {
    using ours = new Cursor(trades);
    using theirs = new Cursor(quotes);
    carry(ours, theirs, writer, options.signal);
    if (writer.rows === 0) throw noQuote(files[0].path);
    return writer.publish({ quality: qualityOf(trades, quotes, writer.rows) });
  } catch (error) {
    writer.abort();
    throw error;
  }
}

function carry(
  trades: Cursor,
  quotes: Cursor,
  writer: TableWriter,
  signal: AbortSignal | undefined,
): void {
  const time = new BigInt64Array(BATCH_ROWS);
  const values = [...trades.values, ...quotes.values].map(() =>
    new Float64Array(BATCH_ROWS)
  );
  const last = new Float64Array(quotes.values.length);
  const first = trades.values.length;
  let hasQuote = false;
  let rows = 0;
  while (trades.next()) {
    const at = trades.time;
    while (quotes.peek() < at) {
      quotes.next();
      quotes.values.forEach((column, i) => last[i] = column[quotes.row]);
      hasQuote = true;
    }
    if (!hasQuote) continue;
    time[rows] = at;
    for (let i = 0; i < first; i++) {
      values[i][rows] = trades.values[i][trades.row];
    }
    for (let i = 0; i < last.length; i++) values[first + i][rows] = last[i];
    if (++rows < BATCH_ROWS) continue;
    throwIfAborted(signal);
    writer.append(values, time, rows);
    rows = 0;
  }
  writer.append(values, time, rows);
}

const NEVER = 2n ** 63n - 1n;

/** Walks the rows of a table, a batch in memory. */
class Cursor {
  readonly values: readonly Float64Array<ArrayBuffer>[];
  row = -1;
  readonly #reader: TableReader;
  readonly #columns: readonly string[];
  readonly #time = new BigInt64Array(BATCH_ROWS);
  #batch = -1;
  #rows = 0;

  constructor({ directory, manifest }: StoredTable) {
    this.#reader = TableReader.open(directory);
    this.#columns = manifest.columns;
    this.values = manifest.columns.map(() => new Float64Array(BATCH_ROWS));
  }

  /** Time of the row. */
  get time(): bigint {
    return this.#time[this.row];
  }

  /** Time of the next row; that of no row at the end. */
  peek(): bigint {
    if (this.row + 1 < this.#rows) return this.#time[this.row + 1];
    const next = this.#reader.batches[this.#batch + 1];
    return next ? BigInt(next.first) : NEVER;
  }

  /** Moves to the next row; false at the end. */
  next(): boolean {
    if (++this.row < this.#rows) return true;
    if (this.#batch + 1 >= this.#reader.batches.length) return false;
    this.#rows = this.#reader.readRaw(
      ++this.#batch,
      this.#columns,
      this.#time,
      this.values,
    );
    this.row = 0;
    return true;
  }

  [Symbol.dispose](): void {
    this.#reader.close();
  }
}

function noQuote(file: string): FormatError {
  return new FormatError({
    code: "bad_data",
    message:
      `Cannot put quotes beside the trades of ${file}: current number of trades with a quote before them is 0`,
    file,
    hint: "look at the dates and the zones of both sources",
  });
}

/** All rows of the trades, and the quotes that were turned away. */
function qualityOf(
  trades: StoredTable,
  quotes: StoredTable,
  kept: number,
): Quality {
  const [ours, theirs] = [trades, quotes].map(({ manifest }) =>
    manifest.quality
  );
  const rejected: Record<string, number> = { ...ours.rejected };
  for (const [kind, count] of Object.entries(theirs.rejected)) {
    rejected[kind] = (rejected[kind] ?? 0) + count;
  }
  if (ours.kept > kept) rejected.no_quote = ours.kept - kept;
  const turnedAway = Object.values(rejected).reduce((sum, n) => sum + n, 0);
  const kept_in = ours.quarantine
    ? `../${trades.key}/${ours.quarantine}`
    : theirs.quarantine && `../${quotes.key}/${theirs.quarantine}`;
  const outside = (ours.outside ?? 0) + (theirs.outside ?? 0);
  return {
    read: kept + turnedAway,
    kept,
    rejected,
    ...(outside > 0 ? { outside } : {}),
    quarantine: kept_in,
  };
}
