import type { RowBatch } from "../intake/intake.ts";
import { BATCH_ROWS } from "../table.ts";
import { ROW_COLUMNS, type RowsWanted } from "./rows.ts";

/**
 * Rows of a source. The place of a row is the number of its line in text; else
 * the byte offset, in the unpacked file, of the record behind it, and its raw
 * text is the record's first bytes in hexadecimal digits.
 */
export type TickBatch = RowBatch;

const ROWS = BATCH_ROWS / 8;

/** Collects ticks, and the beginning of the record behind each. */
export class TickBuilder {
  readonly wanted: RowsWanted;
  readonly #time = new BigInt64Array(ROWS);
  readonly #values: Float64Array[];
  readonly #marks = new Uint8Array(ROWS);
  readonly #places = new Float64Array(ROWS);
  readonly #raw: Uint8Array;
  readonly #width: number;
  readonly #isText: boolean;
  readonly #lengths = new Uint16Array(ROWS);
  readonly #quote = new Float64Array(4).fill(NaN);
  #rows = 0;
  #bad = 0;

  constructor(
    wanted: RowsWanted,
    { keep = 64, text = false, columns = ROW_COLUMNS[wanted].length }: {
      /** Bytes of each record to keep for the case that it is bad. */
      keep?: number;
      /** The records are lines of text. */
      text?: boolean;
      /** Number of columns, of rows that are given whole. */
      columns?: number;
    } = {},
  ) {
    this.wanted = wanted;
    this.#width = keep;
    this.#isText = text;
    this.#raw = new Uint8Array(ROWS * keep);
    this.#values = Array.from(
      { length: columns },
      () => new Float64Array(ROWS),
    );
  }

  get rows(): number {
    return this.#rows;
  }

  /** True when a record may no longer be decoded before {@link take}. */
  get full(): boolean {
    return this.#rows >= ROWS - 1;
  }

  /** Says which bytes the next rows come from, and their place in the file. */
  record(bytes: Uint8Array, at: number, length: number, place: number): void {
    const kept = Math.min(length, this.#width);
    const to = this.#rows * this.#width;
    for (let i = 0; i < kept; i++) this.#raw[to + i] = bytes[at + i];
    this.#lengths[this.#rows] = kept;
    this.#places[this.#rows] = place;
  }

  /** A trade; beside it stands the last quote, when that is wanted. */
  trade(time: bigint, price: number, size: number, side: number): void {
    if (this.wanted === "quotes") return;
    const row = this.#rows;
    if (this.wanted === "trades_with_quotes") {
      const quote = this.#quote;
      // Before the first quote of both sides there is nothing to put beside it.
      if (!(quote[0] > 0 && quote[1] > 0)) return;
      for (let i = 0; i < 4; i++) this.#values[3 + i][row] = quote[i];
    }
    this.#time[row] = time;
    this.#values[0][row] = price;
    this.#values[1][row] = size;
    this.#values[2][row] = side;
    this.#rows++;
  }

  /**
   * The best bid and ask from now on. A quote that equals the last one makes no
   * row; nor does a side that is empty (NaN): the market has no quote then.
   */
  quote(
    time: bigint,
    bid: number,
    ask: number,
    bidSize: number,
    askSize: number,
  ): void {
    const quote = this.#quote;
    if (
      quote[0] === bid && quote[1] === ask && quote[2] === bidSize &&
      quote[3] === askSize
    ) return;
    quote[0] = bid;
    quote[1] = ask;
    quote[2] = bidSize;
    quote[3] = askSize;
    if (this.wanted !== "quotes" || bid !== bid || ask !== ask) return;
    this.#push(time, quote);
  }

  /** A row of a file of quotes, kept as it stands. */
  quoteRow(
    time: bigint,
    bid: number,
    ask: number,
    bidSize: number,
    askSize: number,
  ): void {
    const quote = this.#quote;
    quote[0] = bid;
    quote[1] = ask;
    quote[2] = bidSize;
    quote[3] = askSize;
    this.#push(time, quote);
  }

  /** A row with a value for every column. */
  row(time: bigint, values: ArrayLike<number>): void {
    const row = this.#rows++;
    this.#time[row] = time;
    for (let i = 0; i < values.length; i++) this.#values[i][row] = values[i];
  }

  /** A record that is no tick, for the reason `mark`. */
  bad(mark: number): void {
    const row = this.#rows;
    this.#time[row] = 0n;
    for (const column of this.#values) column[row] = NaN;
    this.#marks[row] = mark;
    this.#bad++;
    this.#rows++;
  }

  #push(time: bigint, quote: Float64Array): void {
    const row = this.#rows++;
    this.#time[row] = time;
    for (let i = 0; i < 4; i++) this.#values[i][row] = quote[i];
  }

  /** The rows so far; valid until the next row is added. */
  take(): TickBatch {
    const [rows, bad] = [this.#rows, this.#bad];
    this.#rows = 0;
    this.#bad = 0;
    const marks = this.#marks.slice();
    this.#marks.fill(0);
    return {
      rows,
      bad,
      time: this.#time,
      values: this.#values,
      marks,
      place: (row) => this.#places[row],
      raw: (row) => {
        const from = row * this.#width;
        const bytes = this.#raw.subarray(from, from + this.#lengths[row]);
        return this.#isText ? new TextDecoder().decode(bytes) : bytes.toHex();
      },
    };
  }
}
