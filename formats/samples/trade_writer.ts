const COMMA = 44;
const DOT = 46;
const NEWLINE = 10;
const ZERO = 48;
const BUY = 66;
const SELL = 83;
const LONGEST_LINE = 48;

/** Writes `epoch_s,price,size,side` lines as ASCII straight into one buffer. */
export class TradeWriter {
  #buffer: Uint8Array<ArrayBuffer>;
  #at = 0;
  #rows = 0;

  /** `rows`: about how many will come. */
  constructor(header: string, rows: number) {
    this.#buffer = new Uint8Array(header.length + 1 + Math.ceil(rows * 36));
    for (const char of header) this.#buffer[this.#at++] = char.charCodeAt(0);
    this.#buffer[this.#at++] = NEWLINE;
  }

  get rows(): number {
    return this.#rows;
  }

  /** `base_s + micros / 1e6` is the time; `price` counts ticks of 0.25. */
  add(
    base_s: number,
    micros: number,
    price: number,
    size: number,
    buy: boolean,
  ): void {
    if (this.#buffer.length - this.#at < LONGEST_LINE) this.#grow();
    const seconds = Math.floor(micros / 1e6);
    this.#digits(base_s + seconds, 10);
    this.#buffer[this.#at++] = DOT;
    this.#digits(micros - seconds * 1e6, 6);
    this.#buffer[this.#at++] = COMMA;
    this.#digits(price >> 2, width(price >> 2));
    this.#buffer[this.#at++] = DOT;
    this.#digits((price & 3) * 25, 2);
    this.#buffer[this.#at++] = COMMA;
    this.#digits(size, width(size));
    this.#buffer[this.#at++] = COMMA;
    this.#buffer[this.#at++] = buy ? BUY : SELL;
    this.#buffer[this.#at++] = NEWLINE;
    this.#rows++;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#at);
  }

  #digits(value: number, count: number): void {
    const buffer = this.#buffer;
    for (let i = this.#at + count - 1; i >= this.#at; i--) {
      const rest = (value / 10) >>> 0;
      buffer[i] = ZERO + value - rest * 10;
      value = rest;
    }
    this.#at += count;
  }

  #grow(): void {
    const larger = new Uint8Array(this.#buffer.length * 2);
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}

function width(value: number): number {
  let digits = 1;
  while (value >= 10) {
    value = (value / 10) >>> 0;
    digits++;
  }
  return digits;
}
