/**
 * Rows between two re-computations of a running sum over `window` rows.
 *
 * They happen at absolute row numbers, or at the first row after them that is
 * run, so a running sum is a function of the rows since the last anchor and the
 * window before it, wherever a run began.
 * The distance is at least sixteen windows, so that a re-computation costs at
 * most a sixteenth of the updates.
 */
export function anchorRows(window: number): number {
  let rows = 64;
  while (rows < 16 * window) rows *= 2;
  return rows;
}

/** @throws RangeError unless `window` is an integer of at least `least` */
export function checkWindow(name: string, window: number, least = 1): void {
  if (!Number.isInteger(window) || window < least) {
    throw new RangeError(
      `Cannot make ${name}: current length is ${window}, it must be a whole number of at least ${least}`,
    );
  }
}
