import { MARK } from "../csv/check.ts";
import type { StructField, StructLayout, StructType } from "../request.ts";
import { type TickBatch, TickBuilder } from "../ticks/batch.ts";
import { decodeFile } from "../ticks/decode.ts";
import type { Decoder, ReadOptions } from "../ticks/reader.ts";

const MOST = 2n ** 63n - 1n;
const FACTOR = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n, ns: 1n };

type Take = (view: DataView, at: number) => number | bigint;

const TAKE: Readonly<Record<StructType, Take>> = {
  i8: (view, at) => view.getInt8(at),
  u8: (view, at) => view.getUint8(at),
  i16: (view, at) => view.getInt16(at, true),
  u16: (view, at) => view.getUint16(at, true),
  i32: (view, at) => view.getInt32(at, true),
  u32: (view, at) => view.getUint32(at, true),
  i64: (view, at) => view.getBigInt64(at, true),
  u64: (view, at) => view.getBigUint64(at, true),
  f32: (view, at) => view.getFloat32(at, true),
  f64: (view, at) => view.getFloat64(at, true),
};

/** Reads records of one length, packed as a layout says, little-endian. */
export function readStruct(options: ReadOptions): AsyncIterable<TickBatch> {
  const { struct } = options;
  if (!struct) throw new TypeError("Cannot read records without their layout");
  const columns = Object.keys(struct.values).length;
  const builder = new TickBuilder("trades", { columns, keep: struct.record });
  return decodeFile(options, new StructDecoder(struct, builder), builder);
}

class StructDecoder implements Decoder {
  readonly #layout: StructLayout;
  readonly #ticks: TickBuilder;
  readonly #time: (view: DataView, at: number) => bigint | undefined;
  readonly #values: ((view: DataView, at: number) => number)[];
  readonly #row: Float64Array;
  #started = false;

  constructor(layout: StructLayout, ticks: TickBuilder) {
    const { time, values } = layout;
    this.#layout = layout;
    this.#ticks = ticks;
    const take = TAKE[time.type];
    const factor = FACTOR[time.unit];
    this.#time = (view, at) => {
      const ns = BigInt(take(view, at + time.at)) * factor;
      return ns >= 0n && ns <= MOST ? ns : undefined;
    };
    this.#values = Object.values(values).map(numberIn);
    this.#row = new Float64Array(this.#values.length);
  }

  decode(bytes: Uint8Array<ArrayBuffer>, offset: number): number {
    const { record, header } = this.#layout;
    let at = 0;
    if (!this.#started) {
      if (bytes.length < header) return 0;
      at = header;
      this.#started = true;
    }
    const ticks = this.#ticks;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (; at + record <= bytes.length && !ticks.full; at += record) {
      ticks.record(bytes, at, record, offset + at);
      const time = this.#time(view, at);
      if (time === undefined) {
        ticks.bad(MARK.unparsable);
        continue;
      }
      for (let i = 0; i < this.#values.length; i++) {
        this.#row[i] = this.#values[i](view, at);
      }
      ticks.row(time, this.#row);
    }
    return at;
  }
}

function numberIn({ at: from, type, divide = 1, map }: StructField) {
  const take = TAKE[type];
  if (!map) {
    return (view: DataView, at: number) =>
      Number(take(view, at + from)) / divide;
  }
  const known = new Map(Object.entries(map));
  return (view: DataView, at: number) =>
    known.get(String(take(view, at + from))) ?? Infinity;
}
