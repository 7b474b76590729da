/** Indicators as their formulas say, window by window, with no running sums. */
import type { ColumnValues } from "./indicators.ts";

/** `f` of each window of `n` values; NaN where it is not full or holds a NaN. */
export function rolling(
  x: Float64Array,
  n: number,
  f: (window: Float64Array) => number,
): Float64Array {
  return x.map((_, i) => {
    if (i < n - 1) return NaN;
    const window = x.subarray(i - n + 1, i + 1);
    return window.some(Number.isNaN) ? NaN : f(window);
  });
}

/**
 * `f` of the values in `(t - ns, t]` up to each row; NaN until `ns` have passed
 * since the first value after the last NaN.
 */
export function within(
  x: Float64Array,
  time: Float64Array,
  ns: number,
  f: (window: Float64Array) => number,
): Float64Array {
  return x.map((_, i) => {
    let begin = i;
    while (begin > 0 && time[begin - 1] > time[i] - ns) begin--;
    let since = i + 1;
    while (since > 0 && !Number.isNaN(x[since - 1])) since--;
    if (since > i || time[i] - time[since] < ns) return NaN;
    return f(x.subarray(begin, i + 1));
  });
}

/** One value a row from several arrays. */
export function rowwise(
  f: (...values: number[]) => number,
  ...x: Float64Array[]
): Float64Array {
  return x[0].map((_, i) => f(...x.map((values) => values[i])));
}

export function total(window: Float64Array): number {
  return window.reduce((a, b) => a + b, 0);
}

export function mean(window: Float64Array): number {
  return total(window) / window.length;
}

export function varianceOf(window: Float64Array, ddof = 0): number {
  const centre = mean(window);
  if (window.every((value) => value === window[0])) return 0;
  return total(window.map((value) => (value - centre) ** 2)) /
    (window.length - ddof);
}

export function quantileOf(window: Float64Array, q: number): number {
  const sorted = window.toSorted();
  const h = q * (sorted.length - 1);
  const low = Math.floor(h);
  const next = sorted[Math.min(low + 1, sorted.length - 1)];
  return sorted[low] + (h - low) * (next - sorted[low]);
}

export function shift(x: Float64Array, n: number): Float64Array {
  return x.map((_, i) => (i < n ? NaN : x[i - n]));
}

/**
 * An exponential average with its weights written out, from `begin` at the
 * first value that is no NaN.
 */
export function exponential(
  x: Float64Array,
  alpha: number,
  n: number,
  seed: "first" | "mean",
): Float64Array {
  const first = x.findIndex((value) => !Number.isNaN(value));
  const lead = seed === "first" ? 1 : n;
  const start = first + lead - 1;
  const begin = mean(x.subarray(first, start + 1));
  const reach = Math.ceil(45 / alpha);
  return x.map((_, i) => {
    if (first < 0 || i < first + n - 1) return NaN;
    let sum = 0;
    let weight = 1;
    for (let j = i; j > start && j > i - reach; j--) {
      sum += weight * alpha * x[j];
      weight *= 1 - alpha;
    }
    return i - start >= reach ? sum : sum + weight * begin;
  });
}

export function emaOf(x: Float64Array, n: number): Float64Array {
  return exponential(x, 2 / (n + 1), n, "first");
}

export function wilderOf(x: Float64Array, n: number): Float64Array {
  return exponential(x, 1 / n, n, "mean");
}

export function wmaOf(window: Float64Array): number {
  const weights = window.map((_, k) => k + 1);
  return total(window.map((value, k) => value * weights[k])) / total(weights);
}

export function rsiOf(x: Float64Array, n: number): Float64Array {
  const change = rowwise((a, b) => a - b, x, shift(x, 1));
  const up = wilderOf(change.map((c) => (c > 0 ? c : c * 0)), n);
  const down = wilderOf(change.map((c) => (c < 0 ? -c : c * 0)), n);
  return rowwise((u, d) => 100 - 100 / (1 + u / d), up, down);
}

export function trueRangeOf({ high, low, close }: ColumnValues): Float64Array {
  return rowwise(
    (h, l, c) => Math.max(h - l, Math.abs(h - c), Math.abs(l - c)),
    high,
    low,
    shift(close, 1),
  );
}

export function lowest(x: Float64Array, n: number): Float64Array {
  return rolling(x, n, (window) => Math.min(...window));
}

export function highest(x: Float64Array, n: number): Float64Array {
  return rolling(x, n, (window) => Math.max(...window));
}

export function cciOf(c: ColumnValues, n: number): Float64Array {
  const typical = rowwise((h, l, k) => (h + l + k) / 3, c.high, c.low, c.close);
  return rolling(typical, n, (window) => {
    const centre = mean(window);
    const apart = mean(window.map((p) => Math.abs(p - centre)));
    return (window[n - 1] - centre) / (0.015 * apart);
  });
}

/** Cont, Kukanov and Stoikov (2014), equation 4, as it is written there. */
export function orderFlowOf(c: ColumnValues): Float64Array {
  const { bid, ask, bid_size: qb, ask_size: qa } = c;
  return bid.map((_, i) => {
    if (i === 0) return NaN;
    const on = Number;
    return on(bid[i] >= bid[i - 1]) * qb[i] -
      on(bid[i] <= bid[i - 1]) * qb[i - 1] -
      on(ask[i] <= ask[i - 1]) * qa[i] +
      on(ask[i] >= ask[i - 1]) * qa[i - 1];
  });
}
