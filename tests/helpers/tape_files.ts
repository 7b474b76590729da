import { dirname, join } from "node:path";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { parquetWriteBuffer } from "hyparquet-writer";
import { compress } from "lzma1";
import type { IngestRequest } from "../../formats/mod.ts";

/** Trades, or quotes, that every format can hold to the bit. */
export interface Tape {
  /** Nanoseconds since the epoch; whole milliseconds. */
  readonly time: readonly bigint[];
  /** In 1/100. */
  readonly price: readonly number[];
  readonly size: readonly number[];
  /** 1 bought, -1 sold. */
  readonly side: readonly number[];
}

/** A way to write a tape, and what reading it must give. */
export interface TapeFormat {
  readonly name: string;
  readonly request: Partial<IngestRequest> & Pick<IngestRequest, "format">;
  /** Relative path of the file. */
  readonly path: string;
  readonly bytes: (tape: Tape) => Uint8Array;
  /** Columns of a row beside its time. */
  readonly row: (tape: Tape, i: number) => number[];
  /** Where the quarantine says that a row stands, of a file with no other bad. */
  readonly place: (i: number, bytes: Uint8Array) => number;
  /**
   * What may come of a cut that is no error. `whole`: all rows, of a file whose
   * last bytes say nothing. `records`: those before the cut. `text`: also a last
   * one that ends within a number.
   */
  readonly cut: "error" | "whole" | "records" | "text";
  /** It is decoded as its bytes come, in pieces of any size. */
  readonly streams: boolean;
}

/** 09:30 in New York. */
const OPEN = 1_709_562_600_000_000_000n;
const MIDNIGHT = OPEN - 34_200_000_000_000n;

/** A tape of so many rows, the same every time. */
export function tapeOf(rows: number): Tape {
  const of = (value: (i: number) => number) =>
    Array.from({ length: rows }, (_, i) => value(i));
  return {
    time: Array.from({ length: rows }, (_, i) => OPEN + BigInt(i) * 2_000_000n),
    price: of((i) => 10_000 + 25 * (i * 7 % 41)),
    size: of((i) => 1 + i * 5 % 9),
    side: of((i) => i % 3 === 0 ? -1 : 1),
  };
}

const trade = (
  { price, size, side }: Tape,
  i: number,
) => [price[i] / 100, size[i], side[i]];

const text = (lines: readonly string[]) =>
  new TextEncoder().encode(lines.join("\n") + "\n");

function records(
  count: number,
  length: number,
  write: (view: DataView, at: number, i: number) => void,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) write(view, i * length, i);
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function csvOf({ time, price, size, side }: Tape): Uint8Array {
  return text([
    "t,p,s,d",
    ...time.map((t, i) =>
      `${t},${price[i] / 100},${size[i]},${side[i] > 0 ? "B" : "S"}`
    ),
  ]);
}

function numbersOf({ time, price, size, side }: Tape) {
  return {
    t: BigInt64Array.from(time),
    p: Float64Array.from(price, (p) => p / 100),
    s: Float64Array.from(size),
    d: Float64Array.from(side),
  };
}

function parquetOf(tape: Tape): Uint8Array {
  const { t, p, s, d } = numbersOf(tape);
  return new Uint8Array(parquetWriteBuffer({
    columnData: [
      { name: "t", data: t, type: "INT64" },
      { name: "p", data: p, type: "DOUBLE" },
      { name: "s", data: s, type: "DOUBLE" },
      { name: "d", data: d, type: "DOUBLE" },
    ],
  }));
}

function dbnOf({ time, price, size, side }: Tape): Uint8Array {
  const header = new Uint8Array(128);
  const view = new DataView(header.buffer);
  header.set([0x44, 0x42, 0x4e, 1]);
  view.setUint32(4, 120, true);
  view.setUint16(24, 4, true);
  return joined(
    header,
    records(time.length, 48, (view, at, i) => {
      view.setUint8(at, 12);
      view.setUint32(at + 4, 7, true);
      view.setBigUint64(at + 8, time[i], true);
      view.setBigInt64(at + 16, BigInt(price[i]) * 10_000_000n, true);
      view.setUint32(at + 24, size[i], true);
      view.setUint8(at + 28, 0x54);
      view.setUint8(at + 29, side[i] > 0 ? 0x42 : 0x41);
      view.setBigUint64(at + 32, time[i], true);
    }),
  );
}

/** Each trade is an order that is added and executed. */
function itchOf({ time, price, size, side }: Tape): Uint8Array {
  return records(time.length, ITCH, (view, at, i) => {
    const ns = time[i] - MIDNIGHT;
    const head = (to: number, length: number, type: number) => {
      view.setUint16(to, length);
      view.setUint8(to + 2, type);
      view.setUint16(to + 3, 1);
      view.setUint16(to + 7, Number(ns >> 32n));
      view.setUint32(to + 9, Number(ns & 0xffff_ffffn));
      view.setBigUint64(to + 13, BigInt(i + 1));
    };
    head(at, 36, 0x41);
    view.setUint8(at + 21, side[i] > 0 ? 0x53 : 0x42);
    view.setUint32(at + 22, size[i]);
    for (let c = 0; c < 8; c++) {
      view.setUint8(at + 26 + c, c === 0 ? 0x58 : 0x20);
    }
    view.setUint32(at + 34, price[i] * 100);
    head(at + 38, 31, 0x45);
    view.setUint32(at + 59, size[i]);
  });
}

const ITCH = 38 + 33;

function lobsterOf({ time, price, size, side }: Tape): Uint8Array {
  return text(time.map((t, i) => {
    const ns = String(t - MIDNIGHT).padStart(10, "0");
    return `${ns.slice(0, -9)}.${ns.slice(-9)},4,${i},${size[i]},${
      price[i] * 100
    },${-side[i]}`;
  }));
}

function binanceOf({ time, price, size, side }: Tape): Uint8Array {
  return text(
    time.map((t, i) =>
      `${t} {"stream":"x@trade","data":{"e":"trade","E":1,"s":"X","t":${i},"p":"${
        price[i] / 100
      }","q":"${size[i]}","T":1,"m":${side[i] < 0}}}`
    ),
  );
}

const BI5_HOUR = OPEN - OPEN % 3_600_000_000_000n;

/** The price is the bid, the ask 0.01 above it. */
function bi5Of({ time, price, size }: Tape): Uint8Array {
  return Uint8Array.from(compress(records(time.length, 20, (view, at, i) => {
    view.setUint32(at, Number((time[i] - BI5_HOUR) / 1_000_000n));
    view.setUint32(at + 4, price[i] * 1000 + 1000);
    view.setUint32(at + 8, price[i] * 1000);
    view.setFloat32(at + 12, size[i]);
    view.setFloat32(at + 16, size[i]);
  })));
}

function structOf({ time, price, size, side }: Tape): Uint8Array {
  return records(time.length, 17, (view, at, i) => {
    view.setBigInt64(at, time[i], true);
    view.setInt32(at + 8, price[i], true);
    view.setUint32(at + 12, size[i], true);
    view.setInt8(at + 16, side[i]);
  });
}

const MAPPED: IngestRequest["columns"] = {
  time: { column: "t", unit: "ns" },
  values: {
    price: { column: "p" },
    size: { column: "s" },
    side: { column: "d" },
  },
};

const SIDES = { column: "d", map: { B: 1, S: -1 } };

export const TAPE_FORMATS: readonly TapeFormat[] = [
  {
    name: "csv",
    request: {
      format: "csv",
      columns: { ...MAPPED, values: { ...MAPPED.values, side: SIDES } },
    },
    path: "a.csv",
    bytes: csvOf,
    row: trade,
    place: (i) => i + 2,
    cut: "text",
    streams: false,
  },
  {
    name: "parquet",
    request: { format: "parquet", columns: MAPPED },
    path: "a.parquet",
    bytes: parquetOf,
    row: trade,
    place: (i) => i + 1,
    cut: "error",
    streams: false,
  },
  ...(["file", "stream"] as const).map((form): TapeFormat => ({
    name: `arrow ${form}`,
    request: { format: "arrow", columns: MAPPED },
    path: "a.arrow",
    bytes: (tape) => tableToIPC(tableFromArrays(numbersOf(tape)), form),
    row: trade,
    place: (i) => i + 1,
    cut: "error",
    streams: false,
  })),
  {
    name: "dbn",
    request: { format: "dbn" },
    path: "a.dbn",
    bytes: dbnOf,
    row: trade,
    place: (i) => 128 + 48 * i,
    cut: "records",
    streams: true,
  },
  {
    name: "itch",
    request: { format: "itch" },
    path: "20240304.itch50",
    bytes: itchOf,
    row: trade,
    place: (i) => ITCH * i + 38,
    cut: "records",
    streams: true,
  },
  {
    name: "bi5",
    request: { format: "bi5", rows: "quotes" },
    path: "2024/02/04/14h_ticks.bi5",
    bytes: bi5Of,
    row: (
      { price, size },
      i,
    ) => [price[i] / 100, (price[i] + 1) / 100, size[i], size[i]],
    place: (i) => 20 * i,
    cut: "whole",
    streams: false,
  },
  {
    name: "lobster",
    request: { format: "lobster" },
    path: "X_2024-03-04_0_0_message_1.csv",
    bytes: lobsterOf,
    row: trade,
    place: (i) => i + 1,
    cut: "text",
    streams: true,
  },
  {
    name: "binance-ws",
    request: { format: "binance-ws" },
    path: "a.txt",
    bytes: binanceOf,
    row: trade,
    place: (i) => i + 1,
    cut: "text",
    streams: true,
  },
  {
    name: "struct",
    request: {
      format: "struct",
      struct: {
        record: 17,
        header: 0,
        time: { at: 0, type: "i64", unit: "ns" },
        values: {
          price: { at: 8, type: "i32", divide: 100 },
          size: { at: 12, type: "u32" },
          side: { at: 16, type: "i8" },
        },
      },
    },
    path: "a.bin",
    bytes: structOf,
    row: trade,
    place: (i) => 17 * i,
    cut: "records",
    streams: true,
  },
];

/** Writes a tape's file below a directory; gives its path. */
export async function writeTape(
  directory: string,
  { path: name }: TapeFormat,
  bytes: Uint8Array,
): Promise<string> {
  const path = join(directory, name);
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeFile(path, bytes);
  return path;
}
