import { FormatError, throwIfAborted } from "../error.ts";
import { hashOf, hasTable } from "../source/locate.ts";
import { readManifest } from "../store/manifest.ts";
import { TableReader } from "../store/reader.ts";
import { type StoredTable, TableWriter } from "../store/writer.ts";
import { BATCH_ROWS, type TableManifest, type TableRef } from "../table.ts";
import { join } from "node:path";
import { BAR_COLUMNS } from "./bar_columns.ts";
import type { BlockFolder, Folded } from "./fold.ts";

export interface BarsRequest {
  /** A table with `price` and, it may be, `size`. */
  readonly input: TableRef;
  /** Length of a bar in nanoseconds; bars start at multiples of it since the epoch. */
  readonly interval_ns: number;
  /** Directory of the store. */
  readonly store: string;
  /** Prefix of the table's key. */
  readonly stage: string;
}

export interface BarsOptions {
  /** `rows` of the input that are done, of `total`. */
  readonly onProgress?: (progress: { rows: number; total: number }) => void;
  readonly signal?: AbortSignal;
  /** Threads of DuckDB; they change nothing in the result. */
  readonly threads?: number;
}

/** Raised when the same input comes to give other bars. */
const BARS_VERSION = 1;
const BLOCK_BATCHES = 16;

/** Where the bars of a request lie or will lie. Reads the input's manifest only. */
export function locateBars(
  { input, interval_ns, store, stage }: BarsRequest,
): { key: string; directory: string; cached: boolean; fingerprint: string } {
  const { content, columns, instrument } = readManifest(input.directory);
  const fingerprint = hashOf({
    version: BARS_VERSION,
    content,
    columns,
    instrument,
    interval_ns,
  });
  const key = `${encodeURIComponent(stage)}-${fingerprint.slice(0, 12)}`;
  const directory = join(store, key);
  return { key, directory, cached: hasTable(directory), fingerprint };
}

/**
 * Makes time bars of a table's ticks and keeps them in the store.
 *
 * A bar holds the ticks of `[k·i, (k+1)·i)` since the epoch and carries its
 * end as its time, when it is known. Intervals without ticks have no bar.
 * `volume` is the sum of `size`, or the number of ticks where the input has no
 * sizes; `vwap` is Σ price·size / Σ size, and the close where Σ size is 0.
 *
 * Sums run in row order within blocks of 16 batches, then block by block, so
 * bars are equal to the bit on every run and number of threads.
 */
export async function makeBars(
  request: BarsRequest,
  { onProgress, signal, threads }: BarsOptions = {},
): Promise<StoredTable> {
  throwIfAborted(signal);
  const { input, interval_ns, store, stage } = request;
  if (!Number.isSafeInteger(interval_ns) || interval_ns <= 0) {
    throw new RangeError(
      `Cannot make bars: current value of interval_ns is ${interval_ns}`,
    );
  }
  const { key, directory, cached, fingerprint } = locateBars(request);
  if (cached) return { directory, key, manifest: readManifest(directory) };
  using reader = TableReader.open(input.directory);
  checkColumns(reader.manifest, stage);
  const { instrument, source } = reader.manifest;
  const writer = await TableWriter.create({
    store,
    key,
    instrument,
    columns: BAR_COLUMNS,
    stamp: "close",
    source: { ...source, made_by: "preaggregate", fingerprint },
  });
  try {
    const [{ openDuck }, { BlockFolder }] = await Promise.all([
      import("./open.ts"),
      import("./fold.ts"),
    ]);
    await using connection = await openDuck({ threads });
    const maker = new BarMaker({
      reader,
      writer,
      folder: new BlockFolder(connection),
      interval: interval_ns,
    });
    const { batches } = reader;
    for (let from = 0; from < batches.length; from += BLOCK_BATCHES) {
      const until = Math.min(batches.length, from + BLOCK_BATCHES);
      await maker.block(from, until, signal);
      const { row, rows } = batches[until - 1];
      onProgress?.({ rows: row + rows, total: reader.rows });
    }
    maker.finish();
    const bars = writer.rows;
    return writer.publish({
      quality: { read: bars, kept: bars, rejected: {}, quarantine: null },
    });
  } catch (error) {
    writer.abort();
    throw error;
  }
}

interface Bar {
  end: bigint;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  value: number;
  count: number;
}

interface BarMakerOptions {
  readonly reader: TableReader;
  readonly writer: TableWriter;
  readonly folder: BlockFolder;
  readonly interval: number;
}

class BarMaker {
  readonly #options: BarMakerOptions;
  readonly #time = new Float64Array(BATCH_ROWS);
  readonly #price = new Float64Array(BATCH_ROWS);
  readonly #size = new Float64Array(BATCH_ROWS).fill(1);
  readonly #bar = new Int32Array(BATCH_ROWS);
  #open: Bar | undefined;

  constructor(options: BarMakerOptions) {
    this.#options = options;
  }

  async block(
    from: number,
    until: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { reader, folder } = this.#options;
    const columns = reader.manifest.columns.includes("size")
      ? ["price", "size"]
      : ["price"];
    const into = [this.#time, this.#price, this.#size];
    const ends: bigint[] = [];
    await folder.clear();
    for (let index = from; index < until; index++) {
      throwIfAborted(signal);
      const interval = BigInt(this.#options.interval);
      const first = BigInt(reader.batches[index].first);
      const origin = first - modulo(first, interval);
      const rows = reader.readBatch(index, columns, into, origin);
      this.#number(rows, origin, ends);
      await folder.append(this.#bar, this.#price, this.#size, rows);
    }
    this.#take(ends, await folder.fold());
  }

  /** Writes the last bar. */
  finish(): void {
    if (this.#open) this.#write([this.#open]);
    this.#open = undefined;
  }

  /** Numbers each tick's bar and notes where each bar ends. */
  #number(rows: number, origin: bigint, ends: bigint[]): void {
    const { interval } = this.#options;
    let current = -1;
    let number = ends.length - 1;
    for (let i = 0; i < rows; i++) {
      const bucket = Math.floor(this.#time[i] / interval);
      if (bucket !== current) {
        current = bucket;
        const end = origin + BigInt(bucket + 1) * BigInt(interval);
        if (ends.at(-1) !== end) {
          ends.push(end);
          number++;
        }
      }
      this.#bar[i] = number;
    }
  }

  #take(ends: readonly bigint[], folded: Folded): void {
    const bars: Bar[] = [];
    for (let i = 0; i < ends.length; i++) {
      const bar = barOf(ends[i], folded, i);
      if (this.#open?.end === bar.end) extend(this.#open, bar);
      else {
        if (this.#open) bars.push(this.#open);
        this.#open = bar;
      }
    }
    this.#write(bars);
  }

  #write(bars: readonly Bar[]): void {
    const time = BigInt64Array.from(bars, ({ end }) => end);
    const columns = BAR_COLUMNS.map((name) =>
      Float64Array.from(
        bars,
        (bar) => name === "vwap" ? vwapOf(bar) : bar[name],
      )
    );
    this.#options.writer.append(columns, time, bars.length);
  }
}

function barOf(end: bigint, folded: Folded, i: number): Bar {
  return {
    end,
    open: folded.open[i],
    high: folded.high[i],
    low: folded.low[i],
    close: folded.close[i],
    volume: folded.volume[i],
    value: folded.value[i],
    count: folded.count[i],
  };
}

function extend(bar: Bar, next: Bar): void {
  bar.high = Math.max(bar.high, next.high);
  bar.low = Math.min(bar.low, next.low);
  bar.close = next.close;
  bar.volume += next.volume;
  bar.value += next.value;
  bar.count += next.count;
}

function vwapOf({ value, volume, close }: Bar): number {
  return volume === 0 ? close : value / volume;
}

function modulo(a: bigint, b: bigint): bigint {
  return (a % b + b) % b;
}

function checkColumns(manifest: TableManifest, stage: string): void {
  if (manifest.columns.includes("price")) return;
  throw new FormatError({
    code: "bad_data",
    message: `Cannot make the bars of ${stage}: current columns are ${
      manifest.columns.join(", ")
    }, needed is price`,
  });
}
