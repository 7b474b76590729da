/**
 * The main job's strategy as a loop written by hand: two running sums, a
 * market order that fills at the next tick, commission. Prints milliseconds
 * and what came out. One pass in a fresh process, as a run is one.
 *
 * `deno run -A bench/loops.ts TABLE_DIRECTORY`
 */
import { TableReader } from "../formats/store/mod.ts";

export interface LoopResult {
  readonly ms: number;
  readonly ticks: number;
  readonly fills: number;
  /** Cash and position value, currency units, commission taken off. */
  readonly profit: number;
}

/** Reads a whole column into memory. */
function readPrices(directory: string): Float64Array {
  const reader = TableReader.open(directory);
  const prices = new Float64Array(reader.rows);
  const time = new Float64Array(65_536);
  for (const [index, { row, rows }] of reader.batches.entries()) {
    reader.readBatch(
      index,
      ["price"],
      [time, prices.subarray(row, row + rows)],
      0n,
    );
  }
  reader.close();
  return prices;
}

/** Two moving averages, always in the market once both are ready. */
export function smaCross(
  price: Float64Array,
  fast: number,
  slow: number,
): Omit<LoopResult, "ms"> {
  const n = price.length;
  let sumFast = 0;
  let sumSlow = 0;
  let position = 0;
  let goal = 0;
  let cash = 0;
  let contracts = 0;
  let fills = 0;
  for (let i = 0; i < n; i++) {
    const x = price[i];
    if (goal !== position) {
      const signed = goal - position;
      cash -= signed * x;
      contracts += Math.abs(signed);
      position = goal;
      fills++;
    }
    sumFast += x;
    if (i >= fast) sumFast -= price[i - fast];
    sumSlow += x;
    if (i >= slow) sumSlow -= price[i - slow];
    if (i < slow - 1) continue;
    const difference = sumFast / fast - sumSlow / slow;
    if (difference > 0) goal = 1;
    else if (difference < 0) goal = -1;
  }
  const profit = 50 * (cash + position * price[n - 1]) - 2.05 * contracts;
  return { ticks: n, fills, profit };
}

if (import.meta.main) {
  const prices = readPrices(Deno.args[0]);
  const begun = performance.now();
  const result = smaCross(prices, 50, 500);
  const ms = performance.now() - begun;
  console.log(JSON.stringify({ ms, ...result }));
}
