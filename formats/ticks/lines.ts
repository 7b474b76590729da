import { corruptFile } from "../csv/bytes.ts";
import { unpacked } from "./unpack.ts";

/** A line longer than this is none: the file is damaged, or no text. */
const LONGEST = 1 << 24;

/**
 * The lines of a text file, packed or not. {@link next} moves to the next line
 * that is in memory; when there is none, {@link fill} reads on.
 */
export class LineReader {
  readonly #path: string;
  readonly #chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #scanned = 0;
  #ended = false;
  #offset = 0;
  #next = 0;
  /** Where the line lies in {@link bytes}, without its end. */
  start = 0;
  end = 0;
  /** Number of the line, from 1. */
  line = 0;

  constructor(path: string, readBytes?: number) {
    this.#path = path;
    this.#chunks = unpacked(path, readBytes);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** Byte of the unpacked file at which the line begins. */
  get offset(): number {
    return this.#offset + this.start;
  }

  /** Reads on; false when there is nothing more. */
  async fill(): Promise<boolean> {
    if (this.#ended) return false;
    const { value, done } = await this.#chunks.next();
    const rest = this.#bytes.subarray(this.#next);
    this.#offset += this.#next;
    this.#scanned = Math.max(0, this.#scanned - this.#next);
    this.#next = 0;
    this.#ended = done === true;
    if (done) {
      this.#bytes = rest.slice();
      return this.#bytes.length > 0;
    }
    if (rest.length + value.length > LONGEST) {
      throw corruptFile(
        this.#path,
        this.#offset,
        `the line that begins here is longer than ${LONGEST} bytes`,
      );
    }
    this.#bytes = new Uint8Array(rest.length + value.length);
    this.#bytes.set(rest);
    this.#bytes.set(value, rest.length);
    return true;
  }

  /** Moves to the next line in memory that is not empty; false without one. */
  next(): boolean {
    while (this.#next < this.#bytes.length) {
      const at = this.#bytes.indexOf(10, Math.max(this.#scanned, this.#next));
      if (at < 0 && !this.#ended) {
        this.#scanned = this.#bytes.length;
        return false;
      }
      this.start = this.#next;
      this.end = at < 0 ? this.#bytes.length : at;
      this.#next = this.end + 1;
      this.#scanned = this.#next;
      this.line++;
      if (this.end > this.start && this.#bytes[this.end - 1] === 13) this.end--;
      if (this.end > this.start) return true;
    }
    return false;
  }

  /** Stops reading. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#chunks.return(undefined);
  }
}
