import { OrderBook } from "../book/order_book.ts";
import { corruptFile } from "../csv/bytes.ts";
import { MARK } from "../csv/check.ts";
import { FormatError } from "../error.ts";
import { type TickBatch, TickBuilder } from "../ticks/batch.ts";
import { decodeFile } from "../ticks/decode.ts";
import { midnightInNewYork } from "../ticks/new_york.ts";
import type { Decoder, ReadOptions } from "../ticks/reader.ts";

/** Bytes of each message of NASDAQ TotalView-ITCH 5.0, without the prefix. */
const LENGTH: Readonly<Record<string, number>> = {
  S: 12,
  R: 39,
  H: 25,
  Y: 20,
  L: 26,
  V: 35,
  W: 12,
  K: 28,
  J: 35,
  h: 21,
  A: 36,
  F: 40,
  E: 31,
  C: 36,
  X: 23,
  D: 19,
  U: 35,
  P: 44,
  Q: 40,
  B: 19,
  I: 50,
  N: 20,
  O: 48,
};

/**
 * Reads NASDAQ ITCH 5.0: trades, and the best quotes of a book that is built
 * order by order. Times are nanoseconds since midnight in New York of the date
 * in the file's name.
 */
export function readItch(options: ReadOptions): AsyncIterable<TickBatch> {
  const builder = new TickBuilder(options.rows);
  return decodeFile(options, new ItchDecoder(options, builder), builder);
}

class ItchDecoder implements Decoder {
  readonly #path: string;
  readonly #ticks: TickBuilder;
  readonly #book = new OrderBook();
  readonly #midnight: bigint;
  #symbol: string | undefined;
  readonly #isNamed: boolean;
  readonly #locates = new Set<number>();

  constructor({ file, symbol }: ReadOptions, ticks: TickBuilder) {
    this.#path = file.path;
    this.#symbol = symbol;
    this.#isNamed = symbol !== undefined;
    this.#ticks = ticks;
    this.#midnight = midnightInNewYork(
      file.path,
      "name it as NASDAQ does, 01302020.NASDAQ_ITCH50, or with YYYYMMDD in it",
    );
  }

  decode(bytes: Uint8Array<ArrayBuffer>, offset: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    while (at + 3 <= bytes.length && !this.#ticks.full) {
      const type = String.fromCharCode(bytes[at + 2]);
      const least = LENGTH[type];
      const stated = view.getUint16(at);
      // Some files leave the prefix at zero.
      if (least === undefined || (stated !== 0 && stated !== least)) {
        throw corruptFile(
          this.#path,
          offset + at,
          `a message of type ${
            JSON.stringify(type)
          } and ${stated} bytes is none of ITCH 5.0`,
        );
      }
      if (at + 2 + least > bytes.length) break;
      this.#message(type, bytes, view, at + 2, least, offset + at);
      at += 2 + least;
    }
    return at;
  }

  #message(
    type: string,
    bytes: Uint8Array<ArrayBuffer>,
    view: DataView,
    at: number,
    length: number,
    offset: number,
  ): void {
    if (!"AFECXDUPQ".includes(type)) return;
    const locate = view.getUint16(at + 1);
    if ("AFPQ".includes(type)) {
      const stock = at + (type === "Q" ? 19 : 24);
      if (!this.#isSymbol(bytes, stock, locate, offset)) return;
    } else if (!this.#locates.has(locate)) return;
    const ticks = this.#ticks;
    const book = this.#book;
    ticks.record(bytes, at, length, offset);
    const time = this.#midnight +
      (BigInt(view.getUint16(at + 5)) << 32n) + BigInt(view.getUint32(at + 7));
    const id = view.getBigUint64(at + 11);
    let known = true;
    switch (type) {
      case "A":
      case "F":
        known = book.add(
          id,
          bytes[at + 19] === 0x42 ? 1 : -1,
          view.getUint32(at + 32),
          view.getUint32(at + 20),
        );
        break;
      case "E":
      case "C": {
        const order = book.get(id);
        const size = view.getUint32(at + 19);
        known = order !== undefined;
        if (!order) break;
        const price = type === "C" ? view.getUint32(at + 32) : order.price;
        const isPrintable = type === "E" || bytes[at + 31] === 0x59;
        if (isPrintable) ticks.trade(time, price / 1e4, size, -order.side);
        book.reduce(id, size);
        break;
      }
      case "X":
        known = book.reduce(id, view.getUint32(at + 19));
        break;
      case "D":
        known = book.remove(id);
        break;
      case "U": {
        const order = book.get(id);
        known = order !== undefined;
        if (!order) break;
        const { side } = order;
        book.remove(id);
        known = book.add(
          view.getBigUint64(at + 19),
          side,
          view.getUint32(at + 31),
          view.getUint32(at + 27),
        );
        break;
      }
      case "P":
        ticks.trade(
          time,
          view.getUint32(at + 32) / 1e4,
          view.getUint32(at + 20),
          0,
        );
        return;
      default: {
        // A cross without shares (no auction took place) is no trade.
        const size = Number(view.getBigUint64(at + 11));
        if (size > 0) ticks.trade(time, view.getUint32(at + 27) / 1e4, size, 0);
        return;
      }
    }
    if (!known) return ticks.bad(MARK.unknown_order);
    const { bids, asks } = book;
    if (bids.best <= asks.best) {
      ticks.quote(
        time,
        bids.best / 1e4,
        asks.best / 1e4,
        bids.bestSize,
        asks.bestSize,
      );
    } else ticks.quote(time, NaN, NaN, 0, 0);
  }

  #isSymbol(
    bytes: Uint8Array,
    at: number,
    locate: number,
    offset: number,
  ): boolean {
    if (this.#isNamed && this.#locates.has(locate)) return true;
    const stock = new TextDecoder("latin1").decode(bytes.subarray(at, at + 8))
      .trimEnd();
    this.#symbol ??= stock;
    if (stock === this.#symbol) {
      this.#locates.add(locate);
      return true;
    }
    if (this.#isNamed) return false;
    throw new FormatError({
      code: "bad_data",
      message:
        `Cannot read several instruments as one: ${this.#path} holds ${this.#symbol} and ${stock}`,
      file: this.#path,
      offset,
      hint: "say which one with symbol",
    });
  }
}
