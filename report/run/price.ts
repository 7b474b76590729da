import { M4, type Points } from "../downsample/m4.ts";
import { TableReader } from "../../formats/store/reader.ts";
import type { Feed, Run } from "./run.ts";

/** A price over time: every tick within `windows`, the shape of it elsewhere. */
export interface PriceLine {
  readonly time: Float64Array;
  readonly price: Float64Array;
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
  const [time, price] = into;
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
      for (let i = 0; i < count; i++) price[i] = (price[i] + ask[i]) / 2;
    }
    for (let from = 0; from < count;) {
      while (sessions[session]?.close <= time[from]) session++;
      const span = sessions[session];
      if (span === undefined) break;
      const start = lowerBound(time, span.open, from, count);
      const end = lowerBound(time, span.close, start, count);
      shape.add(time, price, start, end);
      windows.add(time, price, start, end);
      from = Math.max(end, start);
      if (end < count) session++;
    }
  }
  const ticks = windows.take();
  const { time: at, price: values } = merge(shape.points(), ticks);
  return {
    time: at.map(microseconds),
    price: values,
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

/** Collects all ticks near given moments. */
class Windows {
  readonly #around: Float64Array;
  readonly #reach: number;
  readonly #time: Float64Array[] = [];
  readonly #value: Float64Array[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  #next = 0;

  constructor(around: Float64Array, reach: number) {
    this.#around = around;
    this.#reach = reach;
  }

  add(
    time: Float64Array,
    value: Float64Array,
    start: number,
    end: number,
  ): void {
    if (start >= end) return;
    let done = start;
    while (
      this.#next < this.#around.length &&
      this.#around[this.#next] <= time[end - 1]
    ) {
      const row = lowerBound(time, this.#around[this.#next++], start, end);
      const from = Math.max(done, row - this.#reach);
      const to = Math.min(end, row + this.#reach);
      if (from >= to) continue;
      this.#time.push(time.slice(from, to));
      this.#value.push(value.slice(from, to));
      if (from === done && done > start) {
        this.#to[this.#to.length - 1] = time[to - 1];
      } else {
        this.#from.push(time[from]);
        this.#to.push(time[to - 1]);
      }
      done = to;
    }
  }

  take() {
    return {
      time: concat(this.#time),
      value: concat(this.#value),
      from: Float64Array.from(this.#from),
      to: Float64Array.from(this.#to),
    };
  }
}

/** Ticks where there are windows, the points of the shape elsewhere. */
function merge(
  shape: Points,
  ticks: Points & { readonly from: Float64Array; readonly to: Float64Array },
): { time: Float64Array; price: Float64Array } {
  const size = shape.time.length + ticks.time.length;
  const time = new Float64Array(size);
  const price = new Float64Array(size);
  let n = 0;
  let i = 0;
  let tick = 0;
  const put = (points: Points, row: number) => {
    time[n] = points.time[row];
    price[n++] = points.value[row];
  };
  for (let window = 0; window <= ticks.from.length; window++) {
    const from = ticks.from[window] ?? Infinity;
    const to = ticks.to[window] ?? Infinity;
    while (i < shape.time.length && shape.time[i] < from) put(shape, i++);
    while (i < shape.time.length && shape.time[i] <= to) i++;
    while (tick < ticks.time.length && ticks.time[tick] <= to) {
      put(ticks, tick++);
    }
  }
  return { time: time.slice(0, n), price: price.slice(0, n) };
}

/** First index in `[from, to)` whose time is not before `at`; `to` if none. */
function lowerBound(
  time: Float64Array,
  at: number,
  from: number,
  to: number,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function concat(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
