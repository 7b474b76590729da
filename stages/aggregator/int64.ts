const LOW = 2 ** 32;

/**
 * Whole numbers below 2^53 as 64-bit integers, `base` added to each. By halves,
 * since a BigInt for every row would take many times as long.
 */
export function int64Of(values: Float64Array, base = 0n): BigInt64Array {
  const result = new BigInt64Array(values.length);
  const words = new Uint32Array(result.buffer);
  const baseLow = Number(BigInt.asUintN(32, base));
  const baseHigh = Number(BigInt.asUintN(32, base >> 32n));
  for (let i = 0; i < values.length; i++) {
    const high = Math.floor(values[i] / LOW);
    const low = values[i] - high * LOW + baseLow;
    words[2 * i] = low;
    words[2 * i + 1] = high + baseHigh + (low >= LOW ? 1 : 0);
  }
  return result;
}
