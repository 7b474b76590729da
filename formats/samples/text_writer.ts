const COMMA = 44;
const DOT = 46;
const NEWLINE = 10;
const ZERO = 48;
const LONGEST_LINE = 128;

/** What a generator of a sample's file gives. */
export interface FileText {
  /** CSV with its header line, ASCII. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Lines, without the header. */
  readonly rows: number;
}

/** Writes lines of numbers as ASCII straight into one buffer. */
export class TextWriter {
  #buffer: Uint8Array<ArrayBuffer>;
  #at = 0;
  #rows = 0;

  /** `rows`: about how many will come. */
  constructor(header: string, rows: number) {
    this.#buffer = new Uint8Array(header.length + 1 + Math.ceil(rows * 48));
    for (const char of header) this.#buffer[this.#at++] = char.charCodeAt(0);
    this.#buffer[this.#at++] = NEWLINE;
  }

  /** Begins a line with a time: `base_s + micros / 1e6`. */
  line(base_s: number, micros: number): void {
    if (this.#buffer.length - this.#at < LONGEST_LINE) this.#grow();
    const seconds = Math.floor(micros / 1e6);
    this.#digits(base_s + seconds, 10);
    this.#buffer[this.#at++] = DOT;
    this.#digits(micros - seconds * 1e6, 6);
  }

  /** `value / 10^decimals`, with all of its decimals; `value` from 0 on. */
  number(value: number, decimals = 0): void {
    this.#buffer[this.#at++] = COMMA;
    const scale = 10 ** decimals;
    const whole = Math.floor(value / scale);
    this.#digits(whole, width(whole));
    if (decimals === 0) return;
    this.#buffer[this.#at++] = DOT;
    this.#digits(value - whole * scale, decimals);
  }

  letter(char: string): void {
    this.#buffer[this.#at++] = COMMA;
    this.#buffer[this.#at++] = char.charCodeAt(0);
  }

  end(): void {
    this.#buffer[this.#at++] = NEWLINE;
    this.#rows++;
  }

  text(): FileText {
    return { bytes: this.#buffer.subarray(0, this.#at), rows: this.#rows };
  }

  #digits(value: number, count: number): void {
    const buffer = this.#buffer;
    for (let i = this.#at + count - 1; i >= this.#at; i--) {
      const rest = Math.floor(value / 10);
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
    value = Math.floor(value / 10);
    digits++;
  }
  return digits;
}
