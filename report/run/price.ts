import { M4 } from "../downsample/m4.ts";
import { lowerBound, merge, Windows } from "../downsample/windows.ts";
import { TableReader } from "../../formats/store/reader.ts";
import type { Feed, Run } from "./run.ts";

/** A price over time: every tick within `windows`, the shape of it elsewhere. */
export interface PriceLine {
  readonly time: Float64Array;
  readonly price: Float64Array;
  /** Of quotes: half the spread within windows, NaN elsewhere. */
  readonly half: Float64Array | null;
  /** Spans in which every tick is there, in order. */
  readonly windows: { readonly from: Float64Array; readonly to: Float64Array };
  /** Buckets of the shape, each `width` µs wide. */
  readonly width: number;
  readonly rows: number;
  /** Ticks that stand in windows. */
  readonly ticks: number;
}

export interface PriceOptions {
  /** Moments around which every tick is wanted: µs since the origin, in order. */
  readonly around: Float64Array;
  /** Ticks on either side of each. */
  readonly reach: number;
  /** Buckets at most. */
  readonly buckets: number;
}

/**
 * Reads the price of a table in one pass of batches, of which one is in memory
 * at a time: trades as they are, quotes by their middle, bars by their close.
 *
 * @throws FormatError when the store's table is not what it was
 */
export function readPrice(
  run: Pick<Run, "origin" | "sessions">,
  { directory, kind }: Pick<Feed, "directory" | "kind">,
  { around, reach, buckets }: PriceOptions,
): PriceLine {
  using reader = TableReader.open(directory);
  const names = COLUMNS[kind];
  const rows = Math.max(0, ...reader.batches.map((batch) => batch.rows));
  const into = [0, ...names].map(() => new Float64Array(rows));
  const [time, price, half] = into;
  const rowsNow = {
    time,
    value: price,
    ...(half === undefined ? {} : { beside: half }),
  };
  // Rows have nanoseconds; everything else here has microseconds.
  const windows = new Windows(around.map(nanoseconds), reach);
  const sessions = run.sessions.map(({ open, close }) => ({
    open: nanoseconds(open),
    close: nanoseconds(close),
  }));
  const shape = new M4({ most: buckets, width: firstWidth(sessions, buckets) });
  const origin = BigInt(run.origin) * 1000n;
  let session = 0;
  for (let index = 0; index < reader.batches.length; index++) {
    const count = reader.readBatch(index, names, into, origin);
    if (kind === "quotes") {
      const ask = into[2];
      for (let i = 0; i < count; i++) {
        const bid = price[i];
        price[i] = (bid + ask[i]) / 2;
        ask[i] = (ask[i] - bid) / 2;
      }
    }
    for (let from = 0; from < count;) {
      while (sessions[session]?.close <= time[from]) session++;
      const span = sessions[session];
      if (span === undefined) break;
      const start = lowerBound(time, span.open, from, count);
      const end = lowerBound(time, span.close, start, count);
      shape.add(time, price, start, end);
      windows.add(rowsNow, start, end);
      from = Math.max(end, start);
      if (end < count) session++;
    }
  }
  const ticks = windows.take();
  const line = merge(shape.points(), ticks);
  return {
    time: line.time.map(microseconds),
    price: line.value,
    half: kind === "quotes" ? line.beside : null,
    windows: {
      from: ticks.from.map(microseconds),
      to: ticks.to.map(microseconds),
    },
    width: shape.width / 1000,
    rows: reader.rows,
    ticks: ticks.time.length,
  };
}

/** A power of two of milliseconds that sessions without pauses would fill. */
function firstWidth(
  sessions: readonly { readonly open: number; readonly close: number }[],
  buckets: number,
): number {
  const whole = sessions.reduce(
    (sum, { open, close }) => sum + close - open,
    0,
  );
  const doublings = Math.floor(Math.log2(whole / 1e6 / buckets / 2));
  return 1e6 * 2 ** Math.max(0, doublings);
}

function nanoseconds(us: number): number {
  return Math.round(us * 1000);
}

function microseconds(ns: number): number {
  return ns / 1000;
}

const COLUMNS = {
  trades: ["price"],
  quotes: ["bid", "ask"],
  bars: ["close"],
} as const;
