import { corruptFile } from "../csv/bytes.ts";
import { MARK } from "../csv/check.ts";
import { throwIfAborted } from "../error.ts";
import { type TickBatch, TickBuilder } from "../ticks/batch.ts";
import { LineReader } from "../ticks/lines.ts";
import { midnightInNewYork } from "../ticks/new_york.ts";
import type { ReadOptions } from "../ticks/reader.ts";
import { bookOf, isBook } from "./pair.ts";

const VISIBLE = 4;
const HIDDEN = 5;
const CROSS = 6;
const HALT = 7;
const NO_LEVEL = 9_999_999_999;
const DAY_NS = 86_400e9;

/**
 * Reads messages of LOBSTER: trades, and the best quotes of the file of books
 * beside, whose row k is the book after message k. Times are seconds after
 * midnight in New York of the date in the file's name.
 */
export async function* readLobster(
  { file, rows, readBytes, signal }: ReadOptions,
): AsyncGenerator<TickBatch> {
  if (isBook(file.path)) return;
  const midnight = midnightInNewYork(
    file.path,
    "keep LOBSTER's own names, such as AAPL_2012-06-21_34200000_57600000_message_10.csv",
  );
  const ticks = new TickBuilder(rows, { keep: 128, text: true });
  const messages = new LineReader(file.path, readBytes);
  const book = rows === "trades"
    ? undefined
    : new LineReader(bookOf(file.path), readBytes);
  const level = new Float64Array(4);
  const fields = new Float64Array(6);
  try {
    while (await messages.fill()) {
      throwIfAborted(signal);
      while (messages.next()) {
        const { bytes, start, end, line } = messages;
        while (book && !book.next()) {
          if (!await book.fill()) throw uneven(book, file.path, line);
        }
        ticks.record(bytes, start, end - start, line);
        if (
          !readTime(bytes, start, end, fields) ||
          (book && !readWholes(book.bytes, book.start, book.end, level, 0, 4))
        ) ticks.bad(MARK.unparsable);
        else {
          const time = midnight + BigInt(fields[0]);
          trade(ticks, time, fields);
          if (book) quote(ticks, time, level);
        }
        if (ticks.full) yield ticks.take();
      }
    }
    if (ticks.rows > 0) yield ticks.take();
    if (book && (book.next() || (await book.fill() && book.next()))) {
      throw corruptFile(
        bookOf(file.path),
        book.offset,
        `it has more rows than ${file.path}, which has ${messages.line}`,
      );
    }
  } finally {
    await messages.close();
    await book?.close();
  }
}

function trade(ticks: TickBuilder, time: bigint, fields: Float64Array): void {
  const [, type, , size, price, direction] = fields;
  if (type === VISIBLE || type === HIDDEN) {
    // The direction is that of the order that lay in the book.
    ticks.trade(time, price / 1e4, size, -direction);
  } else if (type === CROSS) ticks.trade(time, price / 1e4, size, 0);
}

function quote(ticks: TickBuilder, time: bigint, level: Float64Array): void {
  const [ask, askSize, bid, bidSize] = level;
  if (Math.abs(ask) < NO_LEVEL && Math.abs(bid) < NO_LEVEL && bid <= ask) {
    ticks.quote(time, bid / 1e4, ask / 1e4, bidSize, askSize);
  } else ticks.quote(time, NaN, NaN, 0, 0);
}

/** Reads a line of messages: nanoseconds since midnight, then whole numbers. */
function readTime(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Float64Array,
): boolean {
  const comma = bytes.indexOf(44, start);
  if (comma <= start || comma >= end) return false;
  let ns = 0;
  let digits = -1;
  for (let i = start; i < comma; i++) {
    const digit = bytes[i] - 48;
    if (bytes[i] === 46 && digits < 0 && i > start) digits = 0;
    else if (digit < 0 || digit > 9 || digits === 9) return false;
    else {
      ns = ns * 10 + digit;
      if (digits >= 0) digits++;
    }
  }
  into[0] = ns * 10 ** (9 - Math.max(0, digits));
  return into[0] < DAY_NS && readWholes(bytes, comma + 1, end, into, 1, 6) &&
    into[1] >= 1 && into[1] <= HALT;
}

/** Reads whole numbers between commas into `into[from..to)`. */
function readWholes(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Float64Array,
  from: number,
  to: number,
): boolean {
  let at = start;
  for (let field = from; field < to; field++) {
    const sign = bytes[at] === 45 ? -1 : 1;
    if (sign < 0) at++;
    const first = at;
    let value = 0;
    for (; at < end && bytes[at] !== 44; at++) {
      const digit = bytes[at] - 48;
      if (digit < 0 || digit > 9) return false;
      value = value * 10 + digit;
    }
    if (at === first || at - first > 15) return false;
    into[field] = sign * value;
    if (at === end) return field === to - 1;
    at++;
  }
  return true;
}

function uneven(book: LineReader, path: string, line: number) {
  return corruptFile(
    bookOf(path),
    book.offset,
    `it has ${book.line} rows, and ${path} has more than ${line - 1}`,
  );
}
