import type { SessionSpan } from "../prepared.ts";

/**
 * Returns of an instrument's mark from one session's close to the next, one a
 * session; NaN for the first, and where a mark is missing or not above 0.
 *
 * @param closes times, then the marks of each instrument
 */
export function benchmarkReturns(
  closes: readonly Float64Array[],
  instrument: number,
  sessions: readonly SessionSpan[],
): Float64Array {
  const [times, ...marks] = closes;
  const column = marks[instrument];
  let row = 0;
  let before = NaN;
  return Float64Array.from(sessions, ({ open, close }) => {
    let now = NaN;
    while (row < times.length && times[row] <= close) {
      if (times[row] > open) now = column[row];
      row++;
    }
    const change = before > 0 ? now / before - 1 : NaN;
    before = now;
    return change;
  });
}
