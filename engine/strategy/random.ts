/**
 * A number in [0, 1) that depends on nothing but its three arguments.
 *
 * Mixing is by the finaliser of MurmurHash3 (Austin Appleby, public domain)
 * over the words of the arguments; 53 bits of the result are used.
 */
export function randomAt(seed: number, key: number, draw: number): number {
  const low = key >>> 0;
  const high = Math.floor(key / 4294967296) >>> 0;
  const a = mix(mix(mix(mix(seed | 0) ^ low) ^ high) ^ draw);
  const b = mix(a ^ 0x9e3779b9);
  return ((a >>> 6) * 134217728 + (b >>> 5)) / 9007199254740992;
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) + 0x6d2b79f5 | 0;
}
