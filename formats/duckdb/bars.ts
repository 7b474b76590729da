import { join } from "node:path";
import { FormatError, throwIfAborted } from "../error.ts";
import { hashOf, hasTable } from "../source/locate.ts";
import { readManifest } from "../store/manifest.ts";
import { TableReader } from "../store/reader.ts";
import { type StoredTable, TableWriter } from "../store/writer.ts";
import { type TableManifest, type TableRef } from "../table.ts";
import { BAR_COLUMNS } from "./bar_columns.ts";
import { BarMaker } from "./bar_maker.ts";
import type { EngineName, SqlEngine } from "./engine.ts";
import {
  type BarPrice,
  type BarRule,
  type BarSession,
  besideOf,
  checkRule,
  priceOf,
  sourcesOf,
} from "./rule.ts";

export interface BarsRequest {
  /** A table of ticks with `price`, or with `bid` and `ask`. */
  readonly input: TableRef;
  readonly rule: BarRule;
  /** `price` where the input has it, else `mid`, when absent. */
  readonly price?: BarPrice | undefined;
  /** Trading time, in order; no bar reaches over the end of one. Absent: all time is one session. */
  readonly sessions?: readonly BarSession[] | undefined;
  /** Time bars: an interval of trading time without ticks has no bar, or repeats the last close. */
  readonly gaps?: "skip" | "carry";
  /** Further columns: name → SQL aggregate over the bar's ticks. */
  readonly select?: Readonly<Record<string, string>>;
  /** Directory of the store. */
  readonly store: string;
  /** Prefix of the table's key. */
  readonly stage: string;
}

export interface BarsOptions {
  /** `rows` of the input that are done, of `total`. */
  readonly onProgress?: (progress: { rows: number; total: number }) => void;
  readonly signal?: AbortSignal;
  /** Which DuckDB runs `select`; it changes nothing in the result. */
  readonly engine?: EngineName;
  /** Bytes that DuckDB may use. */
  readonly memory?: number;
  /** Blocks of `select` that native works on at once; they change nothing in the result. */
  readonly threads?: number;
}

/** Raised when the same input comes to give other bars. */
const BARS_VERSION = 2;

/** Where the bars of a request lie or will lie. Reads the input's manifest only. */
export function locateBars(
  { input, rule, price, sessions, gaps = "skip", select = {}, store, stage }:
    BarsRequest,
): { key: string; directory: string; cached: boolean; fingerprint: string } {
  const { content, columns, instrument } = readManifest(input.directory);
  const fingerprint = hashOf({
    version: BARS_VERSION,
    content,
    columns,
    instrument,
    rule,
    price: price ?? priceOf(columns) ?? null,
    sessions: sessions?.map(({ open, close }) => `${open}-${close}`) ?? null,
    gaps,
    select: Object.entries(select),
  });
  const key = `${encodeURIComponent(stage)}-${fingerprint.slice(0, 12)}`;
  const directory = join(store, key);
  return { key, directory, cached: hasTable(directory), fingerprint };
}

/**
 * Makes bars of a table's ticks and keeps them in the store.
 *
 * Every tick belongs to one bar whole, or to none: those outside all sessions
 * and those without a price. `volume` is the sum of `size`, or the number of
 * ticks where there are no sizes; `vwap` is Σ price·size / Σ size, and the close
 * where Σ size is 0. A bar carries the time at which it is known.
 *
 * Sums run in row order from a bar's first tick, so bars are equal to the bit
 * on every run, whatever the batches and the engine.
 */
export async function makeBars(
  request: BarsRequest,
  {
    onProgress,
    signal,
    engine: name = "native",
    memory = 2 ** 29,
    threads = 2,
  }: BarsOptions = {},
): Promise<StoredTable> {
  throwIfAborted(signal);
  const { input, rule, sessions, gaps = "skip", select = {}, store } = request;
  checkRule(rule);
  const { key, directory, cached, fingerprint } = locateBars(request);
  if (cached) return { directory, key, manifest: readManifest(directory) };
  using reader = TableReader.open(input.directory);
  const price = priceFrom(reader.manifest, request);
  const { instrument, source } = reader.manifest;
  const writer = await TableWriter.create({
    store,
    key,
    instrument,
    columns: [...BAR_COLUMNS, ...Object.keys(select)],
    stamp: "close",
    source: { ...source, made_by: "preaggregate", fingerprint },
  });
  try {
    await using extra = await openSelect(select, {
      name,
      memory,
      threads: name === "native" ? threads : 1,
      columns: reader.manifest.columns,
    });
    const maker = new BarMaker({
      reader,
      writer,
      price,
      rule,
      sessions,
      carry: gaps === "carry",
      beside: besideOf(price, rule).filter((column) =>
        reader.manifest.columns.includes(column)
      ),
      extra: extra?.block,
    });
    for (const [index, { row, rows }] of reader.batches.entries()) {
      throwIfAborted(signal);
      await maker.batch(index);
      onProgress?.({ rows: row + rows, total: reader.rows });
    }
    await maker.finish();
    const bars = writer.rows;
    return writer.publish({
      quality: { read: bars, kept: bars, rejected: {}, quarantine: null },
    });
  } catch (error) {
    writer.abort();
    throw error;
  }
}

/** DuckDB, with what a `select` needs; nothing where there is none. */
async function openSelect(
  select: Readonly<Record<string, string>>,
  { name, memory, threads, columns }: {
    name: EngineName;
    memory: number;
    threads: number;
    columns: readonly string[];
  },
) {
  if (Object.keys(select).length === 0) return undefined;
  const [{ openEngine }, { SelectBlock }] = await Promise.all([
    import("./open_engine.ts"),
    import("./select_block.ts"),
  ]);
  const stack = new AsyncDisposableStack();
  const engines: SqlEngine[] = [];
  for (let i = 0; i < threads; i++) {
    const engine = await openEngine(name, { memory: memory / threads });
    engines.push(stack.use(engine));
  }
  const block = await SelectBlock.open({ engines, select, columns });
  stack.defer(() => block.settle());
  return {
    block,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function priceFrom(
  { columns }: TableManifest,
  { price = priceOf(columns), stage }: BarsRequest,
): BarPrice {
  const needed = price === undefined ? ["price"] : sourcesOf(price);
  if (price && needed.every((name) => columns.includes(name))) return price;
  throw new FormatError({
    code: "bad_data",
    message: `Cannot make the bars of ${stage}: current columns are ${
      columns.join(", ")
    }, needed is ${needed.join(" and ")}`,
  });
}
