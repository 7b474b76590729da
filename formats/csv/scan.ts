import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { FormatError, throwIfAborted } from "../error.ts";
import type { TimeColumn } from "../request.ts";
import { corruptFile } from "./bytes.ts";
import { BLANK, MARK } from "./check.ts";
import { NO_TIME, type ScanQuery, scanQuery } from "./sql.ts";
import { WallClock } from "./zone.ts";

/** At most this many rows come at once: DuckDB's vector size. */
export const CHUNK_ROWS = 2048;

/** Rows of one file as they lie in it. The arrays are valid until the next. */
export interface Rows {
  readonly rows: number;
  /** Nanoseconds since the epoch, UTC. */
  readonly time: BigInt64Array<ArrayBuffer>;
  readonly values: readonly Float64Array[];
  /** Marks of rows whose time is unusable, by `MARK` and `BLANK`. */
  readonly marks: Uint8Array;
  readonly bad: number;
  /** Line of the first row, from 1. */
  readonly line: number;
  /** Text of a row's line; null for a line without text. */
  text(row: number): string | null;
}

export interface ScanOptions extends Omit<ScanQuery, "zoned"> {
  readonly connection: DuckDBConnection;
  /** Nanoseconds of 00:00 of the file's date, for times since midnight. */
  readonly midnight: bigint;
  readonly signal?: AbortSignal;
}

/** Streams a file's rows in order, a chunk at a time. */
export async function* scanCsv(options: ScanOptions): AsyncGenerator<Rows> {
  const { connection, shape, time, midnight, signal } = options;
  const clock = wallClock(time);
  const zoned = time.unit === "iso" && time.pattern === undefined &&
    clock !== undefined;
  const present = shape.values.map(({ field }) => field !== undefined);
  const filled = shape.values.map(({ options }) =>
    new Float64Array(CHUNK_ROWS).fill(options.default ?? NaN)
  );
  const marks = new Uint8Array(CHUNK_ROWS);
  let line = shape.skip + 1;
  let pending: Promise<DuckDBDataChunk | null> = Promise.resolve(null);
  let done = false;
  const interrupt = () => connection.interrupt();
  signal?.addEventListener("abort", interrupt);
  try {
    const result = await connection.stream(scanQuery({ ...options, zoned }));
    pending = result.fetchChunk();
    while (true) {
      throwIfAborted(signal);
      const chunk = await pending;
      if (!chunk || chunk.rowCount === 0) {
        done = true;
        return;
      }
      // DuckDB works on the next rows while these are checked and stored.
      pending = result.fetchChunk();
      pending.catch(() => {});
      const rows = chunk.rowCount;
      const times = arrayOf(chunk, 0) as BigInt64Array<ArrayBuffer>;
      let next = 1;
      const values = present.map((has, i) =>
        has ? arrayOf(chunk, next++) as Float64Array : filled[i]
      );
      const zones = zoned ? chunk.getColumnVector(next++) : undefined;
      const text = (row: number) =>
        chunk.getColumnVector(next).getItem(row) as string | null;
      marks.fill(0, 0, rows);
      const bad = markTimes(times, rows, marks, text) + shift(
        times,
        rows,
        marks,
        midnight,
        clock,
        (row) => zones?.getItem(row) === true,
      );
      yield { rows, time: times, values, marks, bad, line, text };
      line += rows;
    }
  } catch (error) {
    throwIfAborted(signal);
    throw toFormatError(error, options);
  } finally {
    signal?.removeEventListener("abort", interrupt);
    if (!done) {
      connection.interrupt();
      await pending.catch(() => {});
    }
  }
}

function wallClock({ unit, pattern, zone }: TimeColumn): WallClock | undefined {
  const isLocal = unit === "iso" || unit === "ms_since_midnight" ||
    pattern !== undefined;
  if (!isLocal || zone === undefined) return undefined;
  if (pattern !== undefined && /%z|%Z/.test(pattern)) return undefined;
  const clock = new WallClock(zone);
  return clock.isUtc ? undefined : clock;
}

/** The typed array behind a flat vector of numbers. */
function arrayOf(
  chunk: DuckDBDataChunk,
  column: number,
): Float64Array | BigInt64Array {
  const items = Reflect.get(chunk.getColumnVector(column), "items");
  if (items instanceof Float64Array || items instanceof BigInt64Array) {
    return items;
  }
  throw new TypeError("Cannot read a DuckDB vector: it holds no typed array");
}

function markTimes(
  time: BigInt64Array,
  rows: number,
  marks: Uint8Array,
  text: (row: number) => string | null,
): number {
  const high = new Int32Array(time.buffer, time.byteOffset, 2 * rows);
  let bad = 0;
  for (let i = 0; i < rows; i++) {
    if (high[2 * i + 1] !== -0x8000_0000 || time[i] !== NO_TIME) continue;
    marks[i] = text(i) === null ? BLANK : MARK.unparsable;
    bad++;
  }
  return bad;
}

function shift(
  time: BigInt64Array,
  rows: number,
  marks: Uint8Array,
  midnight: bigint,
  clock: WallClock | undefined,
  hasOffset: (row: number) => boolean,
): number {
  if (midnight === 0n && !clock) return 0;
  let bad = 0;
  for (let i = 0; i < rows; i++) {
    if (marks[i] !== 0 || (clock && hasOffset(i))) continue;
    const wall = time[i] + midnight;
    const utc = clock ? clock.toUtc(wall) : wall;
    if (utc === undefined) {
      marks[i] = MARK.no_such_time;
      bad++;
    } else time[i] = utc;
  }
  return bad;
}

function toFormatError(
  error: unknown,
  { path, packing }: ScanOptions,
): unknown {
  if (error instanceof FormatError || !(error instanceof Error)) return error;
  const line = /CSV Error on Line: (\d+)/.exec(error.message);
  const [first] = error.message.split("\n");
  if (!line && packing !== "none") {
    return corruptFile(path, undefined, first, error);
  }
  return new FormatError({
    code: "bad_data",
    message: `Cannot read ${path}: ${first}`,
    file: path,
    ...(line ? { line: Number(line[1]) } : {}),
    cause: error,
  });
}

/** True for the error of a file that is not UTF-8. */
export function isEncodingError(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  return cause instanceof Error &&
    /Invalid unicode|not utf-8/i.test(cause.message);
}
