/** How often values fall into bins of one width, zero at an edge. */
export interface Histogram {
  readonly width: number;
  /** Middle of each bin. */
  readonly middle: readonly number[];
  readonly count: readonly number[];
  /** Values beyond the first or the last edge, counted in the end bins. */
  readonly beyond: number;
}

const MOST_BINS = 60;

/**
 * Bins by the rule of Freedman and Diaconis: 2 · IQR / ∛n wide, and at least as
 * many as Sturges wants, log₂ n + 1; made round (1, 2 or 5 times a power of
 * ten), between the 0.5 % and 99.5 % quantiles; what
 * lies beyond counts in the end bins.
 *
 * Source: D. Freedman, P. Diaconis, "On the histogram as a density estimator",
 * Zeitschrift für Wahrscheinlichkeitstheorie und verwandte Gebiete 57, 1981;
 * H. A. Sturges, "The choice of a class interval", JASA 21, 1926.
 *
 * @param values finite; at least one
 */
export function histogramOf(values: Float64Array): Histogram {
  const sorted = values.toSorted();
  const quantile = (share: number) =>
    sorted[Math.round(share * (sorted.length - 1))];
  const low = Math.min(0, quantile(0.005));
  const high = Math.max(0, quantile(0.995));
  const spread = quantile(0.75) - quantile(0.25);
  const rule = Math.min(
    2 * spread / Math.cbrt(sorted.length),
    (high - low) / (Math.log2(sorted.length) + 1),
  );
  const least = (high - low) / MOST_BINS;
  const width = roundUp(Math.max(rule, least) || Math.max(high - low, 1e-9));
  const first = Math.floor(low / width);
  const bins = Math.max(1, Math.floor(high / width) - first + 1);
  const count = new Array<number>(bins).fill(0);
  let beyond = 0;
  for (const value of sorted) {
    const bin = Math.floor(value / width) - first;
    if (bin < 0 || bin >= bins) beyond++;
    count[Math.max(0, Math.min(bins - 1, bin))]++;
  }
  const middle = count.map((_, i) => (first + i + 0.5) * width);
  return { width, middle, count, beyond };
}

/** The next of 1, 2, 5 times a power of ten. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((factor) =>
    factor * unit >= value * (1 - 1e-9)
  );
  return (factor ?? 10) * unit;
}
