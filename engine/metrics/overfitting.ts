/** What combinatorially symmetric cross-validation says of a choice of sets. */
export interface Overfitting {
  /** Share of the splits in which the best set did no better than the median. */
  readonly probability: number;
  /** Share of the splits in which the best set lost, out of sample. */
  readonly loss: number;
  /** Parts that the returns were cut into, and ways to split them. */
  readonly blocks: number;
  readonly splits: number;
}

/** Multiply–adds that a test may take. */
const WORK = 4e8;

/**
 * Probability of backtest overfitting by combinatorially symmetric
 * cross-validation: the days are cut into an even number of blocks, and every
 * choice of half of them is once the sample. The set with the highest Sharpe
 * ratio in it is ranked among all on the other half; it was overfitted where it
 * lies in the lower half there (logit of its relative rank at most 0).
 *
 * D. Bailey, J. Borwein, M. López de Prado, Q. J. Zhu, The probability of
 * backtest overfitting, Journal of Computational Finance 20 (2015).
 *
 * A set that does not move in a half has a ratio of 0 there; of equal ones the
 * first is the best, and ranks are averaged.
 *
 * @param returns of each set, all over the same days
 * @returns null below two sets, or too few days for four blocks
 */
export function overfitting(
  returns: readonly Float64Array[],
  most = 16,
): Overfitting | null {
  const days = returns[0]?.length ?? 0;
  const blocks = blocksFor(returns.length, days, most);
  if (returns.length < 2 || blocks < 4) return null;
  const parts = returns.map((each) => partsOf(each, blocks));
  const half = blocks / 2;
  let splits = 0;
  let low = 0;
  let lost = 0;
  const inside = new Float64Array(returns.length);
  const outside = new Float64Array(returns.length);
  for (const chosen of choices(blocks, half)) {
    for (let set = 0; set < parts.length; set++) {
      inside[set] = ratioOf(parts[set], chosen, true);
      outside[set] = ratioOf(parts[set], chosen, false);
    }
    const best = inside.indexOf(Math.max(...inside));
    const rank = rankOf(outside, best) / (returns.length + 1);
    splits++;
    if (Math.log(rank / (1 - rank)) <= 0) low++;
    if (outside[best] < 0) lost++;
  }
  return { probability: low / splits, loss: lost / splits, blocks, splits };
}

/** The most blocks, an even number, of at least two days, in bounded work. */
function blocksFor(sets: number, days: number, most: number): number {
  let blocks = Math.min(most, Math.floor(days / 2));
  blocks -= blocks % 2;
  while (blocks > 4 && waysOf(blocks) * blocks * sets > WORK) blocks -= 2;
  return blocks;
}

function waysOf(blocks: number): number {
  let ways = 1;
  for (let k = 1; k <= blocks / 2; k++) ways *= (blocks / 2 + k) / k;
  return ways;
}

/** For each block: count, sum and sum of squares. */
function partsOf(returns: Float64Array, blocks: number): Float64Array {
  const parts = new Float64Array(3 * blocks);
  for (let b = 0; b < blocks; b++) {
    const from = Math.floor(b * returns.length / blocks);
    const to = Math.floor((b + 1) * returns.length / blocks);
    for (let i = from; i < to; i++) {
      parts[3 * b]++;
      parts[3 * b + 1] += returns[i];
      parts[3 * b + 2] += returns[i] * returns[i];
    }
  }
  return parts;
}

/** Sharpe ratio, not annualised, over the blocks chosen or over the others. */
function ratioOf(
  parts: Float64Array,
  chosen: Uint8Array,
  inside: boolean,
): number {
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (let b = 0; b < chosen.length; b++) {
    if ((chosen[b] === 1) !== inside) continue;
    n += parts[3 * b];
    sum += parts[3 * b + 1];
    squares += parts[3 * b + 2];
  }
  const spread = (squares - sum * sum / n) / (n - 1);
  return spread > 0 ? sum / n / Math.sqrt(spread) : 0;
}

/** 1 for the lowest; equal ones share the mean of their ranks. */
function rankOf(values: Float64Array, at: number): number {
  let below = 0;
  let equal = 0;
  for (const value of values) {
    if (value < values[at]) below++;
    else if (value === values[at]) equal++;
  }
  return below + (equal + 1) / 2;
}

/** Every way to choose `k` of `n`, as flags that are used again. */
function* choices(n: number, k: number): Generator<Uint8Array> {
  const flags = new Uint8Array(n).fill(1, 0, k);
  for (;;) {
    yield flags;
    // The last 1 that has a 0 behind it moves, and those behind it follow.
    let i = n - 2;
    while (i >= 0 && !(flags[i] === 1 && flags[i + 1] === 0)) i--;
    if (i < 0) return;
    const behind = flags.subarray(i + 1).reduce((sum, flag) => sum + flag, 0);
    flags[i] = 0;
    flags.fill(0, i + 1).fill(1, i + 1, i + 2 + behind);
  }
}
