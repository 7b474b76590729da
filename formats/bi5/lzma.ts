import { corruptFile } from "../csv/bytes.ts";
import { evenChances, RangeDecoder } from "./range_decoder.ts";

const HEADER = 13;
/** 800,000 ticks in an hour; a damaged header may ask for anything. */
const MOST_BYTES = 16n << 20n;

/**
 * Unpacks an LZMA-alone file that states its size, by the LZMA specification.
 * The LZMA libraries for JavaScript read past the end of a cut file and go on
 * with made-up bytes, and a damaged one can make them take memory without
 * bound; here the end of the input is a fault and the content has a bound.
 */
export function unpackLzma(file: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length < HEADER) {
    throw corruptFile(file, bytes.length, "unexpected end of file");
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  const properties = header.getUint8(0);
  if (properties >= 225) {
    throw corruptFile(file, 0, `it begins with ${properties}, unlike LZMA`);
  }
  const size = header.getBigUint64(5, true);
  if (size > MOST_BYTES) {
    throw corruptFile(file, 5, `its header tells of ${size} bytes`);
  }
  const content = new Uint8Array(Number(size));
  let range: RangeDecoder | undefined;
  try {
    range = new RangeDecoder(bytes, HEADER);
    decode(range, content, properties);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw corruptFile(file, range?.position ?? bytes.length, what, error);
  }
  return content;
}

/** Chances of a match's length: two choices, then 3, 3 or 8 bits. */
function lengthOf(
  range: RangeDecoder,
  probs: Uint16Array,
  posState: number,
): number {
  if (range.bit(probs, 0) === 0) {
    return 2 + range.tree(probs, 2 + posState * 8, 3);
  }
  if (range.bit(probs, 1) === 0) {
    return 10 + range.tree(probs, 130 + posState * 8, 3);
  }
  return 18 + range.tree(probs, 258, 8);
}

function decode(
  range: RangeDecoder,
  out: Uint8Array,
  properties: number,
): void {
  const lc = properties % 9;
  const lp = Math.floor(properties / 9) % 5;
  const posMask = (1 << Math.floor(properties / 45)) - 1;
  const literals = evenChances(0x300 << (lc + lp));
  const isMatch = evenChances(12 << 4);
  const isRep = evenChances(12);
  const isRep0 = evenChances(12);
  const isRep1 = evenChances(12);
  const isRep2 = evenChances(12);
  const isRep0Long = evenChances(12 << 4);
  const slots = evenChances(4 << 6);
  const distances = evenChances(128);
  const aligned = evenChances(16);
  const lengths = evenChances(514);
  const repLengths = evenChances(514);
  let [rep0, rep1, rep2, rep3, state, at] = [0, 0, 0, 0, 0, 0];
  while (at < out.length) {
    const posState = at & posMask;
    if (range.bit(isMatch, (state << 4) + posState) === 0) {
      const before = at > 0 ? out[at - 1] : 0;
      const low = at & ((1 << lp) - 1);
      const base = 0x300 * ((low << lc) + (before >> (8 - lc)));
      let symbol = 1;
      if (state >= 7) {
        let match = out[at - rep0 - 1];
        while (symbol < 0x100) {
          const matchBit = match >> 7 & 1;
          match <<= 1;
          const bit = range.bit(
            literals,
            base + ((1 + matchBit) << 8) + symbol,
          );
          symbol = symbol << 1 | bit;
          if (matchBit !== bit) break;
        }
      }
      while (symbol < 0x100) {
        symbol = symbol << 1 | range.bit(literals, base + symbol);
      }
      out[at++] = symbol;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let length: number;
    if (range.bit(isRep, state) === 1) {
      if (range.bit(isRep0, state) === 0) {
        if (range.bit(isRep0Long, (state << 4) + posState) === 0) {
          if (rep0 >= at) {
            throw new Error("a distance reaches before the start");
          }
          out[at] = out[at - rep0 - 1];
          at++;
          state = state < 7 ? 9 : 11;
          continue;
        }
      } else {
        let distance = rep1;
        if (range.bit(isRep1, state) === 1) {
          distance = rep2;
          if (range.bit(isRep2, state) === 1) {
            distance = rep3;
            rep3 = rep2;
          }
          rep2 = rep1;
        }
        rep1 = rep0;
        rep0 = distance;
      }
      length = lengthOf(range, repLengths, posState);
      state = state < 7 ? 8 : 11;
    } else {
      [rep3, rep2, rep1] = [rep2, rep1, rep0];
      length = lengthOf(range, lengths, posState);
      state = state < 7 ? 7 : 10;
      rep0 = distanceOf(range, slots, distances, aligned, length);
      if (rep0 === 0xffff_ffff) throw new Error("its content ends too early");
    }
    if (rep0 >= at) throw new Error("a distance reaches before the start");
    if (length > out.length - at) throw new Error("its content is too long");
    for (const end = at + length; at < end; at++) out[at] = out[at - rep0 - 1];
  }
}

function distanceOf(
  range: RangeDecoder,
  slots: Uint16Array,
  distances: Uint16Array,
  aligned: Uint16Array,
  length: number,
): number {
  const slot = range.tree(slots, Math.min(length - 2, 3) << 6, 6);
  if (slot < 4) return slot;
  const bits = (slot >> 1) - 1;
  const base = ((2 | slot & 1) << bits) >>> 0;
  if (slot < 14) {
    return base + range.reverseTree(distances, base - slot, bits);
  }
  const high = range.direct(bits - 4) * 16;
  return (base + high + range.reverseTree(aligned, 0, 4)) >>> 0;
}
