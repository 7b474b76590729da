import { defined, mean, type Values } from "./values.ts";
import { sharpe } from "./sharpe.ts";

/** How returns stand beside those of something else, over the same periods. */
export interface BenchmarkStats {
  readonly periods: number;
  /** Of the benchmark, compounded. */
  readonly total_return: number | null;
  readonly beta: number | null;
  /** A year. */
  readonly alpha: number | null;
  readonly correlation: number | null;
  readonly r_squared: number | null;
  /** Deviation of the difference, a year. */
  readonly tracking_error: number | null;
  readonly information_ratio: number | null;
}

/**
 * Returns beside a benchmark's, with a risk-free rate of 0:
 * - beta: `cov(r, b) / var(b)`
 * - alpha: `(mean(r) − beta · mean(b)) · A` (M. C. Jensen, "The Performance of
 *   Mutual Funds in the Period 1945–1964", Journal of Finance 23, 1968), as
 *   QuantStats; empyrical compounds it
 * - tracking error: `std(r − b, ddof 1) · √A`
 * - information ratio: `mean(r − b) / std(r − b, ddof 1) · √A` (W. F. Sharpe,
 *   1994); QuantStats does not annualise it
 *
 * Periods in which either is NaN are left out. Ratios are null for fewer than
 * two periods, or where they would divide by 0.
 *
 * @param A periods a year
 */
export function benchmarkStats(
  returns: Values,
  benchmark: Values,
  A: number,
): BenchmarkStats {
  const rows = Array.from({ length: returns.length }, (_, i) => i)
    .filter((i) => !Number.isNaN(returns[i]) && !Number.isNaN(benchmark[i]));
  const r = rows.map((i) => returns[i]);
  const b = rows.map((i) => benchmark[i]);
  const excess = r.map((value, i) => value - b[i]);
  const [meanR, meanB] = [mean(r), mean(b)];
  let rr = 0;
  let rb = 0;
  let bb = 0;
  for (let i = 0; i < r.length; i++) {
    rr += (r[i] - meanR) ** 2;
    rb += (r[i] - meanR) * (b[i] - meanB);
    bb += (b[i] - meanB) ** 2;
  }
  const enough = r.length >= 2;
  const beta = enough ? defined(rb / bb) : null;
  const correlation = enough ? defined(rb / Math.sqrt(rr * bb)) : null;
  const ratio = sharpe(excess, A);
  const meanExcess = mean(excess) * A;
  return {
    periods: r.length,
    total_return: defined(b.reduce((all, value) => all * (1 + value), 1) - 1),
    beta,
    alpha: beta === null ? null : defined((meanR - beta * meanB) * A),
    correlation,
    r_squared: correlation === null ? null : correlation ** 2,
    tracking_error: ratio === null ? null : defined(meanExcess / ratio),
    information_ratio: ratio,
  };
}
