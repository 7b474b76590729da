import type { Random } from "./random.ts";

const LARGEST = 600;
const CELLS = 1 << 14;

/** How much more often a round lot trades than its neighbours. */
const ROUND_LOTS: Readonly<Record<number, number>> = {
  5: 2.5,
  10: 5,
  15: 2,
  20: 5,
  25: 4,
  30: 3,
  40: 3,
  50: 10,
  75: 4,
  100: 20,
  150: 6,
  200: 15,
  250: 8,
  300: 8,
  400: 8,
  500: 25,
};

const TABLE = sizeTable();

/**
 * The size of one trade in contracts, 1 to 600: most often 1, falling like
 * `size^-2.25` with bumps at round lots.
 */
export function drawSize(random: Random): number {
  return TABLE[random.next() >>> 18];
}

/** Sizes at evenly spaced quantiles, so that a draw is one look-up. */
function sizeTable(): Uint16Array {
  const cumulative = new Float64Array(LARGEST + 1);
  for (let k = 1; k <= LARGEST; k++) {
    const weight = (ROUND_LOTS[k] ?? 1) / (k * k * Math.sqrt(Math.sqrt(k)));
    cumulative[k] = cumulative[k - 1] + weight;
  }
  const table = new Uint16Array(CELLS);
  let k = 1;
  for (let i = 0; i < CELLS; i++) {
    while (cumulative[k] < (i + 0.5) / CELLS * cumulative[LARGEST]) k++;
    table[i] = k;
  }
  return table;
}
