/**
 * Gives every NaN of `values` the same bits. A processor makes NaN with either
 * sign, and which one comes of a sum of two is up to how code was compiled, so
 * equal states could differ in their bytes.
 */
export function oneNaN(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== values[i]) values[i] = NaN;
  }
}
