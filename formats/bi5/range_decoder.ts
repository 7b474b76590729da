const TOP = 2 ** 24;
const HALF = 1024;

/** The input ended before the content did. */
export class EndOfInput extends Error {}

/** LZMA's range decoder, after the LZMA specification of Igor Pavlov. */
export class RangeDecoder {
  readonly #bytes: Uint8Array;
  #at: number;
  #range = 0xffff_ffff;
  #code = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start;
    for (let i = 0; i < 5; i++) this.#code = this.#code << 8 | this.#next();
    this.#code >>>= 0;
  }

  /** Bytes of the input taken so far. */
  get position(): number {
    return this.#at;
  }

  bit(probs: Uint16Array, index: number): number {
    const prob = probs[index];
    const bound = (this.#range >>> 11) * prob;
    let bit = 0;
    if (this.#code < bound) {
      this.#range = bound;
      probs[index] = prob + ((2048 - prob) >> 5);
    } else {
      this.#range -= bound;
      this.#code -= bound;
      probs[index] = prob - (prob >> 5);
      bit = 1;
    }
    if (this.#range < TOP) this.#shift();
    return bit;
  }

  /** `count` bits of even chance. */
  direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.#range >>>= 1;
      let bit = 0;
      if (this.#code >= this.#range) {
        this.#code -= this.#range;
        bit = 1;
      }
      if (this.#range < TOP) this.#shift();
      value = value << 1 | bit;
    }
    return value >>> 0;
  }

  /** A number of `bits` bits, highest first, by the tree at `base`. */
  tree(probs: Uint16Array, base: number, bits: number): number {
    let node = 1;
    for (let i = 0; i < bits; i++) {
      node = node << 1 | this.bit(probs, base + node);
    }
    return node - (1 << bits);
  }

  /** The same, lowest bit first. */
  reverseTree(probs: Uint16Array, base: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(probs, base + node);
      node = node << 1 | bit;
      value |= bit << i;
    }
    return value;
  }

  #shift(): void {
    this.#range = (this.#range << 8) >>> 0;
    this.#code = (this.#code << 8 | this.#next()) >>> 0;
  }

  #next(): number {
    if (this.#at >= this.#bytes.length) {
      throw new EndOfInput("unexpected end of file");
    }
    return this.#bytes[this.#at++];
  }
}

/** Adaptive chances, all even at first. */
export function evenChances(count: number): Uint16Array {
  return new Uint16Array(count).fill(HALF);
}
