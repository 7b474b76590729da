/** The first element above `value`, or also equal to it; Infinity when none. */
export function firstAfter(
  sorted: Float64Array,
  value: number,
  orEqual = false,
): number {
  const at = countBefore(sorted, value, orEqual);
  return at < sorted.length ? sorted[at] : Infinity;
}

/** The last element up to `value`; -Infinity when none. */
export function lastUpTo(sorted: Float64Array, value: number): number {
  const at = countBefore(sorted, value, false);
  return at > 0 ? sorted[at - 1] : -Infinity;
}

/** Elements up to `value`, or only below it. */
function countBefore(
  sorted: Float64Array,
  value: number,
  below: boolean,
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const before = below ? sorted[middle] < value : sorted[middle] <= value;
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}
