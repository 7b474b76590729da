import type { LoopResult } from "./loops.ts";

/** What both the loop and the strategy are given. */
export interface Hft15Terms {
  readonly fast: number;
  readonly slow: number;
  readonly enter: number;
  readonly least: number;
}

/** The highest, or lowest, of the last `n` of a column: a queue of candidates. */
class Extreme {
  readonly #rows: Int32Array;
  readonly #sign: number;
  #head = 0;
  #tail = 0;

  constructor(n: number, sign: 1 | -1) {
    let size = 1;
    while (size < n + 1) size *= 2;
    this.#rows = new Int32Array(size);
    this.#sign = sign;
  }

  next(x: Float64Array, i: number, n: number): number {
    const rows = this.#rows;
    const mask = rows.length - 1;
    const sign = this.#sign;
    const value = sign * x[i];
    while (
      this.#tail !== this.#head &&
      sign * x[rows[(this.#tail - 1) & mask]] <= value
    ) this.#tail--;
    rows[this.#tail++ & mask] = i;
    if (rows[this.#head & mask] <= i - n) this.#head++;
    return x[rows[this.#head & mask]];
  }
}

/**
 * `strategies/hft15.ts` as one loop written by hand: running sums, plain
 * exponential averages, a market order that fills at the next tick, commission.
 */
export function hft15(
  price: Float64Array,
  size: Float64Array,
  { fast, slow, enter, least }: Hft15Terms,
): Omit<LoopResult, "ms"> {
  const rows = price.length;
  const alphaFast = 2 / (fast + 1);
  const alphaSlow = 2 / (slow + 1);
  const alphaRsi = 1 / fast;
  const total = fast * (fast + 1) / 2;
  const centre = price[0];
  const highest = new Extreme(slow, 1);
  const lowest = new Extreme(slow, -1);
  let sum = 0, squares = 0, whole = 0, sumFast = 0, squaresFast = 0, plain = 0;
  let weighted = 0, value = 0, volume = 0, moves = 0;
  let ema = centre, once = centre, twice = centre;
  let ema12 = centre, ema26 = centre, signal = 0, up = 0, down = 0;
  let position = 0, goal = 0, cash = 0, contracts = 0, fills = 0;
  for (let i = 0; i < rows; i++) {
    const x = price[i];
    if (goal !== position) {
      const signed = goal - position;
      cash -= signed * x;
      contracts += Math.abs(signed);
      position = goal;
      fills++;
    }
    const change = i > 0 ? x - price[i - 1] : 0;
    const moved = Math.abs(change);
    const distance = x - centre;
    sum += distance;
    squares += distance * distance;
    sumFast += distance;
    squaresFast += distance * distance;
    value += x * size[i];
    volume += size[i];
    moves += moved;
    if (i < fast) weighted += (i + 1) * x;
    else weighted += fast * x - plain;
    plain += x;
    whole += x;
    if (i >= fast) {
      const old = price[i - fast];
      const gone = old - centre;
      plain -= old;
      sumFast -= gone;
      squaresFast -= gone * gone;
    }
    if (i >= slow) {
      const old = price[i - slow];
      const gone = old - centre;
      whole -= old;
      sum -= gone;
      squares -= gone * gone;
      value -= old * size[i - slow];
      volume -= size[i - slow];
      moves -= i > slow ? Math.abs(old - price[i - slow - 1]) : 0;
    }
    if (i > 0) {
      ema += alphaFast * (x - ema);
      once += alphaSlow * (x - once);
      ema12 += 2 / 13 * (x - ema12);
      ema26 += 2 / 27 * (x - ema26);
      const weight = i <= fast ? 1 / i : alphaRsi;
      up += weight * (0.5 * (moved + change) - up);
      down += weight * (0.5 * (moved - change) - down);
    }
    const line = ema12 - ema26;
    if (i === 25) signal = line;
    else if (i > 25) signal += 0.2 * (line - signal);
    if (i === slow - 1) twice = once;
    else if (i >= slow) twice += alphaSlow * (once - twice);
    const high = highest.next(price, i, slow);
    const low = lowest.next(price, i, slow);
    if (i < 2 * slow - 2) continue;

    const deviation = Math.sqrt(
      Math.max(0, (squares - sum * sum / slow) / slow),
    );
    if (goal === 0 && !(deviation >= least * 0.25 && moves / slow > 0)) {
      continue;
    }
    const middle = whole / slow;
    const deviationFast = Math.sqrt(
      Math.max(0, (squaresFast - sumFast * sumFast / fast) / fast),
    );
    const lower = middle - 2 * deviation;
    const percentB = (x - lower) / (middle + 2 * deviation - lower);
    const zscore = (x - plain / fast) / deviationFast;
    const rising = Number(x > middle) + Number(ema > middle) +
      Number(weighted / total > ema) + Number(2 * once - twice > middle) +
      Number(100 * up / (up + down) > 50) + Number(line - signal > 0) +
      Number(percentB > 0.5) + Number(zscore > 0) +
      Number(100 * (x / price[i - slow] - 1) > 0) + Number(x > value / volume);
    const votes = 2 * rising - 10 + Number(x >= high) - Number(x <= low) +
      Number(size[i] > volume / slow) * (2 * Number(x > ema) - 1);
    if (goal === 0) {
      if (votes >= enter) goal = 1;
      else if (votes <= -enter) goal = -1;
    } else if (votes * goal < 0) goal = 0;
  }
  const profit = 50 * (cash + position * price[rows - 1]) - 2.05 * contracts;
  return { ticks: rows, fills, profit };
}
