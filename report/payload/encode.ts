/** What stands for NaN once numbers are scaled. */
const MISSING = 2 ** 50;

/**
 * Numbers as few bytes: multiplied by `scale` and rounded, each less the one
 * before, zigzag and LEB128. Lines of times and prices take one to three bytes
 * a number before compression. `client/decode.ts` is the inverse.
 *
 * @param values NaN or below 2^50 once scaled
 */
export function encodeNumbers(values: Float64Array, scale: number): Uint8Array {
  let bytes = new Uint8Array(values.length * 3 + 16);
  let n = 0;
  let before = 0;
  for (let i = 0; i < values.length; i++) {
    const scaled = Math.round(values[i] * scale);
    const whole = Number.isNaN(scaled) ? MISSING : scaled;
    const step = whole - before;
    before = whole;
    let rest = step < 0 ? -2 * step - 1 : 2 * step;
    if (n + 10 > bytes.length) {
      const grown = new Uint8Array(bytes.length * 2);
      grown.set(bytes);
      bytes = grown;
    }
    while (rest >= 128) {
      const high = Math.floor(rest / 128);
      bytes[n++] = rest - high * 128 + 128;
      rest = high;
    }
    bytes[n++] = rest;
  }
  return bytes.subarray(0, n);
}

/**
 * The least power of ten that keeps all of these numbers whole, or the largest
 * that keeps `digits` significant ones when none does.
 */
export function scaleOf(values: Float64Array, digits = 9): number {
  let largest = 0;
  for (const value of values) {
    if (Math.abs(value) > largest) largest = Math.abs(value);
  }
  const most = largest === 0
    ? 1
    : 10 ** Math.max(0, digits - 1 - Math.floor(Math.log10(largest)));
  for (let scale = 1; scale < most; scale *= 10) {
    if (values.every((value) => isWhole(value * scale))) return scale;
  }
  return most;
}

/** Decimals that a number is written with: 2 of 0.25. */
export function decimalsOf(value: number): number {
  return Math.round(Math.log10(scaleOf(Float64Array.of(value))));
}

function isWhole(value: number): boolean {
  if (Number.isNaN(value)) return true;
  const rest = Math.abs(value - Math.round(value));
  return rest <= 1e-9 * Math.max(1, Math.abs(value));
}
