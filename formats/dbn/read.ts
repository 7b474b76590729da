import { MARK } from "../csv/check.ts";
import { OrderBook } from "../book/order_book.ts";
import { corruptFile } from "../csv/bytes.ts";
import { FormatError } from "../error.ts";
import { type TickBatch, TickBuilder } from "../ticks/batch.ts";
import { decodeFile } from "../ticks/decode.ts";
import type { Decoder, ReadOptions } from "../ticks/reader.ts";
import { parseHeader } from "./header.ts";

/** Record types (`rtype`) of which ticks are made, and their least length. */
const LENGTH: Readonly<Record<number, number>> = {
  0x00: 48, // trades
  0x01: 80, // mbp-1, tbbo
  0x0a: 368, // mbp-10
  0xa0: 56, // mbo
  0xc3: 80, // bbo-1s
  0xc4: 80, // bbo-1m
};

const SCHEMAS = /^(trades|tbbo|mbp-1|mbp-10|mbo|bbo-1s|bbo-1m)$/;

const UNDEFINED_PRICE = 2n ** 63n - 1n;
const UNDEFINED_TIME = 2n ** 64n - 1n;
const LAST_OF_EVENT = 0x80;
const SNAPSHOT = 0x20;

/**
 * Reads Databento DBN versions 1 to 3. A row's time is `ts_recv`, by which such
 * files are sorted. Of mbo the book is built order by order.
 */
export function readDbn(options: ReadOptions): AsyncIterable<TickBatch> {
  const builder = new TickBuilder(options.rows);
  return decodeFile(options, new DbnDecoder(options, builder), builder);
}

class DbnDecoder implements Decoder {
  readonly #path: string;
  readonly #symbol: string | undefined;
  readonly #ticks: TickBuilder;
  readonly #book = new OrderBook();
  #started = false;
  #ids: ReadonlySet<number> | undefined;
  #first: number | undefined;

  constructor({ file, symbol }: ReadOptions, ticks: TickBuilder) {
    this.#path = file.path;
    this.#symbol = symbol;
    this.#ticks = ticks;
  }

  decode(bytes: Uint8Array<ArrayBuffer>, offset: number): number {
    let at = 0;
    if (!this.#started) {
      const header = parseHeader(this.#path, bytes);
      if (typeof header === "number") return 0;
      this.#checkSchema(header.schema);
      if (this.#symbol !== undefined) {
        this.#ids = this.#idsOf(this.#symbol, header.ids);
      }
      this.#started = true;
      at = header.length;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    while (at < bytes.length && !this.#ticks.full) {
      const length = 4 * bytes[at];
      if (length < 16) {
        throw corruptFile(
          this.#path,
          offset + at,
          `a record of ${length} bytes is shorter than its header`,
        );
      }
      if (at + length > bytes.length) break;
      this.#record(bytes, view, at, length, offset + at);
      at += length;
    }
    return at;
  }

  #record(
    bytes: Uint8Array<ArrayBuffer>,
    view: DataView,
    at: number,
    length: number,
    offset: number,
  ): void {
    const rtype = bytes[at + 1];
    const least = LENGTH[rtype];
    if (least === undefined) {
      if (isOtherType(rtype)) return;
      throw corruptFile(
        this.#path,
        offset,
        `a record has the type ${rtype}, which DBN does not know`,
      );
    }
    if (length < least) {
      throw corruptFile(
        this.#path,
        offset,
        `a record of type ${rtype} has ${length} of ${least} bytes`,
      );
    }
    if (!this.#isWanted(view.getUint32(at + 4, true), offset)) return;
    this.#ticks.record(bytes, at, length, offset);
    const isOrder = rtype === 0xa0;
    const time = view.getBigUint64(at + (isOrder ? 40 : 32), true);
    if (time === UNDEFINED_TIME || time >= 2n ** 63n) {
      this.#ticks.bad(MARK.unparsable);
    } else if (isOrder) this.#order(bytes, view, at, time);
    else this.#price(bytes, view, at, time, rtype);
  }

  #price(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    time: bigint,
    rtype: number,
  ): void {
    const ticks = this.#ticks;
    // A trade's record has the levels from before it. They go first, and stand
    // beside it.
    if (rtype !== 0) {
      quote(
        ticks,
        time,
        decimal(view.getBigInt64(at + 48, true)),
        decimal(view.getBigInt64(at + 56, true)),
        view.getUint32(at + 64, true),
        view.getUint32(at + 68, true),
      );
    }
    const isTrade = rtype < 0xc0 && bytes[at + 28] === 0x54;
    if (isTrade) {
      ticks.trade(
        time,
        decimal(view.getBigInt64(at + 16, true)),
        view.getUint32(at + 24, true),
        aggressor(bytes[at + 29]),
      );
    }
  }

  #order(bytes: Uint8Array, view: DataView, at: number, time: bigint): void {
    const ticks = this.#ticks;
    const book = this.#book;
    const id = view.getBigUint64(at + 16, true);
    const raw = view.getBigInt64(at + 24, true);
    const size = view.getUint32(at + 32, true);
    const flags = bytes[at + 36];
    const action = String.fromCharCode(bytes[at + 38]);
    const side = bytes[at + 39] === 0x42 ? 1 : -1;
    const price = Number(raw);
    let known = true;
    if (action === "A") known = book.add(id, side, price, size);
    else if (action === "C") known = book.reduce(id, size);
    else if (action === "M") {
      known = book.modify(id, price, size) || book.add(id, side, price, size);
    } else if (action === "R") book.clear();
    else if (action === "T") {
      ticks.trade(time, decimal(raw), size, aggressor(bytes[at + 39]));
    } else if (action !== "F" && action !== "N") {
      return ticks.bad(MARK.unparsable);
    }
    if (!known) return ticks.bad(MARK.unknown_order);
    if ((flags & LAST_OF_EVENT) === 0 || (flags & SNAPSHOT) !== 0) return;
    const { bids, asks } = book;
    quote(
      ticks,
      time,
      bids.best / 1e9,
      asks.best / 1e9,
      bids.bestSize,
      asks.bestSize,
    );
  }

  #checkSchema(schema: string | undefined): void {
    if (schema === undefined || SCHEMAS.test(schema)) return;
    throw new FormatError({
      code: "bad_data",
      message: `Cannot make ticks of ${this.#path}: it holds ${schema}`,
      file: this.#path,
      hint: schema.startsWith("ohlcv")
        ? "load trades, and make bars of them with a preaggregate stage"
        : schema === "definition"
        ? "deno task definition prints what it says of the instruments"
        : "ticks are made of trades, tbbo, mbp-1, mbp-10, bbo-1s, bbo-1m and mbo",
    });
  }

  #isWanted(id: number, offset: number): boolean {
    if (this.#ids) return this.#ids.has(id);
    this.#first ??= id;
    if (id === this.#first) return true;
    throw new FormatError({
      code: "bad_data",
      message:
        `Cannot read several instruments as one: ${this.#path} holds the instrument ids ${this.#first} and ${id}`,
      file: this.#path,
      offset,
      hint: "say which one with symbol, by its name or its instrument id",
    });
  }

  #idsOf(
    symbol: string,
    known: ReadonlyMap<string, ReadonlySet<number>>,
  ): ReadonlySet<number> {
    const ids = known.get(symbol);
    if (ids) return ids;
    if (/^\d+$/.test(symbol)) return new Set([Number(symbol)]);
    throw new FormatError({
      code: "bad_data",
      message: `Cannot find the symbol ${symbol} in ${this.#path}: it names ${
        [...known.keys()].slice(0, 8).join(", ") || "none"
      }`,
      file: this.#path,
    });
  }
}

/** A book that is crossed, as before an auction, or lacks a side has no quote. */
function quote(
  ticks: TickBuilder,
  time: bigint,
  bid: number,
  ask: number,
  bidSize: number,
  askSize: number,
): void {
  if (bid <= ask) ticks.quote(time, bid, ask, bidSize, askSize);
  else ticks.quote(time, NaN, NaN, 0, 0);
}

/** The double nearest to a price in units of 1e-9; NaN when undefined. */
function decimal(raw: bigint): number {
  if (raw === UNDEFINED_PRICE) return NaN;
  const number = Number(raw);
  return Number.isSafeInteger(number) ? number / 1e9 : Number(`${raw}e-9`);
}

/** Types of records that hold no ticks: bars, definitions, statistics and such. */
function isOtherType(rtype: number): boolean {
  return (rtype >= 0x11 && rtype <= 0x18) || (rtype >= 0x20 && rtype <= 0x24) ||
    rtype === 0xb1 || (rtype >= 0xc0 && rtype <= 0xc4);
}

function aggressor(side: number): number {
  return side === 0x42 ? 1 : side === 0x41 ? -1 : 0;
}
