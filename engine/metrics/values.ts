/** Numbers in order: a Float64Array or a plain array. */
export type Values = ArrayLike<number>;

/** `value`, or null where a formula has no finite answer. Never -0. */
export function defined(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}

/** The values that are not NaN, in order. */
export function present(values: Values): Float64Array {
  return Float64Array.from(values).filter((value) => !Number.isNaN(value));
}

/** `Σ v / N`, added from first to last. NaN of nothing. */
export function mean(values: Values): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/**
 * `√(Σ (v − mean)² / (N − 1))`, in two passes. Exactly 0 when all values are
 * equal, NaN of fewer than two.
 */
export function deviation(values: Values): number {
  const center = mean(values);
  let squares = 0;
  let equal = true;
  for (let i = 0; i < values.length; i++) {
    squares += (values[i] - center) * (values[i] - center);
    if (values[i] !== values[0]) equal = false;
  }
  const variance = squares / (values.length - 1);
  return equal ? 0 * variance : Math.sqrt(variance);
}
