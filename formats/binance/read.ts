import { MARK } from "../csv/check.ts";
import { FormatError, throwIfAborted } from "../error.ts";
import { type TickBatch, TickBuilder } from "../ticks/batch.ts";
import { LineReader } from "../ticks/lines.ts";
import type { ReadOptions } from "../ticks/reader.ts";

const MOST_NS = 2n ** 63n;
const LINE = /^(\d{1,19}) (\{.*\})$/s;
const DEPTH = '"e":"depthUpdate"';
const HEAD_BYTES = 128;
const CLOSING_BRACE = 125;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads recordings of Binance's websocket streams, spot or USD-M: a line is the
 * local time of receipt in nanoseconds, a space and the message. Trades come of
 * `trade` or `aggTrade`, quotes of `bookTicker`.
 */
export async function* readBinance(
  { file, rows, symbol, clock = "local", readBytes, signal }: ReadOptions,
): AsyncGenerator<TickBatch> {
  const ticks = new TickBuilder(rows, { keep: 256, text: true });
  const lines = new LineReader(file.path, readBytes);
  const messages = new Messages({ path: file.path, symbol, clock, ticks });
  const decoder = new TextDecoder();
  try {
    while (await lines.fill()) {
      throwIfAborted(signal);
      while (lines.next()) {
        const { bytes, start, end, line } = lines;
        ticks.record(bytes, start, end - start, line);
        const head = bytes.subarray(start, Math.min(end, start + HEAD_BYTES));
        if (
          decoder.decode(head).includes(DEPTH) &&
          bytes[end - 1] === CLOSING_BRACE
        ) continue;
        const text = decoder.decode(bytes.subarray(start, end));
        if (!messages.take(text, line)) ticks.bad(MARK.unparsable);
        if (ticks.full) yield ticks.take();
      }
    }
    if (ticks.rows > 0) yield ticks.take();
  } finally {
    await lines.close();
  }
}

class Messages {
  readonly #path: string;
  readonly #clock: "local" | "exchange";
  readonly #ticks: TickBuilder;
  readonly #isNamed: boolean;
  #symbol: string | undefined;
  /** Of `trade` and `aggTrade`, which tell of the same trades, the first counts. */
  #kind: string | undefined;

  constructor({ path, symbol, clock, ticks }: {
    path: string;
    symbol: string | undefined;
    clock: "local" | "exchange";
    ticks: TickBuilder;
  }) {
    this.#path = path;
    this.#symbol = symbol?.toUpperCase();
    this.#isNamed = symbol !== undefined;
    this.#clock = clock;
    this.#ticks = ticks;
  }

  /** Takes a line; false when it does not parse. */
  take(text: string, line: number): boolean {
    const [, received, json] = LINE.exec(text) ?? [];
    if (received === undefined) return false;
    const local = BigInt(received);
    const data = parsed(json);
    if (data === undefined || local >= MOST_NS) return false;
    const { e: event = isTicker(data) ? "bookTicker" : undefined } = data;
    const isTrade = event === "trade" || event === "aggTrade";
    if (!isTrade && event !== "bookTicker") return true;
    if (typeof data.s !== "string") return false;
    if (!this.#isWanted(data.s, line)) return true;
    if (!isTrade) return this.#quote(data, local, line);
    this.#kind ??= event;
    return event !== this.#kind || this.#trade(data, local);
  }

  #trade(data: Fields, local: bigint): boolean {
    // Fills of the insurance fund and of deleveraging are no market trades.
    if (data.X !== undefined && data.X !== "MARKET") return true;
    const time = this.#clock === "local" ? local : exchangeTime(data);
    if (time === undefined || typeof data.m !== "boolean") return false;
    // The buyer lay in the book, so the seller took.
    const side = data.m ? -1 : 1;
    this.#ticks.trade(time, numberOf(data.p), numberOf(data.q), side);
    return true;
  }

  #quote(data: Fields, local: bigint, line: number): boolean {
    const ticks = this.#ticks;
    let time: bigint | undefined = local;
    if (this.#clock === "exchange" && ticks.wanted === "quotes") {
      time = exchangeTime(data);
      if (time === undefined) throw this.#timeless(line);
    }
    const bid = numberOf(data.b);
    const ask = numberOf(data.a);
    if (!(bid > 0 && ask > 0)) return false;
    ticks.quote(time, bid, ask, numberOf(data.B), numberOf(data.A));
    return true;
  }

  #isWanted(symbol: string, line: number): boolean {
    this.#symbol ??= symbol;
    if (symbol === this.#symbol) return true;
    if (this.#isNamed) return false;
    throw new FormatError({
      code: "bad_data",
      message:
        `Cannot read several instruments as one: ${this.#path} holds ${this.#symbol} and ${symbol}`,
      file: this.#path,
      line,
      hint: "say which one with symbol",
    });
  }

  #timeless(line: number): FormatError {
    return new FormatError({
      code: "bad_data",
      message:
        `Cannot tell the exchange's time of a bookTicker in ${this.#path}: the spot market sends none`,
      file: this.#path,
      line,
      hint: "set clock: local, the time at which it was received",
    });
  }
}

/** The message itself, out of the envelope of a combined stream. */
function parsed(json: string): Fields | undefined {
  try {
    const value = JSON.parse(json) as Fields;
    const { data } = value;
    return typeof data === "object" && data !== null ? data as Fields : value;
  } catch {
    return undefined;
  }
}

/** The spot market's bookTicker does not say what it is. */
function isTicker(data: Fields): boolean {
  return data.u !== undefined && data.B !== undefined && data.A !== undefined;
}

/** Nanoseconds of the transaction, or of the message where there is none. */
function exchangeTime({ T, E }: Fields): bigint | undefined {
  const ms = T ?? E;
  return typeof ms === "number" && Number.isSafeInteger(ms) && ms > 0 &&
      ms < 9e12
    ? BigInt(ms) * 1_000_000n
    : undefined;
}

function numberOf(value: unknown): number {
  return typeof value === "string" && value !== "" ? Number(value) : NaN;
}
