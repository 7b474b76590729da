import { defined, type Values } from "./values.ts";

/** A stay below a peak. */
export interface DrawdownSpell {
  /** Index of the peak; −1 is the start. */
  readonly peak: number;
  /** Index of the lowest value; of equal ones the first. */
  readonly trough: number;
  /** First index at or above the peak again; null: not by the end. */
  readonly recovery: number | null;
  /** `trough / peak − 1`, below 0. */
  readonly depth: number;
}

/** What all stays below a peak come to; lengths in periods. */
export interface DrawdownStats {
  /** Deepest of all, at most 0. */
  readonly max: number;
  /** Mean depth of all spells; null when there is none. */
  readonly average: number | null;
  readonly spells: number;
  /** From the peak to the recovery, or to the end. */
  readonly longest: number;
  readonly average_length: number | null;
  /** From the trough to the recovery, of spells that have recovered. */
  readonly longest_recovery: number | null;
  /** Below the peak at the end, at most 0. */
  readonly current: number;
  /** Ulcer index: `√(Σ d² / N)` over the drawdown d of every period. */
  readonly ulcer_index: number;
}

/**
 * Spells below the highest value so far, in order. The peak begins at `start`.
 * Null when `start` is not positive or any value is not finite.
 *
 * @param values one a period, in order
 */
export function drawdownSpells(
  values: Values,
  start: number,
): DrawdownSpell[] | null {
  if (!(start > 0) || !Number.isFinite(start)) return null;
  const spells: DrawdownSpell[] = [];
  let high = start;
  let peak = -1;
  let trough = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) return null;
    if (value < high) {
      if (trough < 0 || value < values[trough]) trough = i;
      continue;
    }
    if (trough >= 0) {
      const depth = (values[trough] - high) / high;
      spells.push({ peak, trough, recovery: i, depth });
    }
    high = value;
    peak = i;
    trough = -1;
  }
  if (trough >= 0) {
    const depth = (values[trough] - high) / high;
    spells.push({ peak, trough, recovery: null, depth });
  }
  return spells;
}

/**
 * Depths and lengths of {@link drawdownSpells}, as QuantStats' drawdown details
 * and backtesting.py's average drawdown have them. Null with them.
 *
 * Ulcer index: P. G. Martin and B. B. McCann, "The Investor's Guide to Fidelity
 * Funds" (1989); there in percent.
 *
 * @example
 * // below 110 at 99 for two periods, below 121 at the end
 * drawdownStats([110, 99, 105, 121, 120], 100)
 * // max −0.1, spells 2, longest 3, longest_recovery 2, current 120 / 121 − 1
 */
export function drawdownStats(
  values: Values,
  start: number,
): DrawdownStats | null {
  const spells = drawdownSpells(values, start);
  if (spells === null) return null;
  const lengths = spells.map(({ peak, recovery }) =>
    (recovery ?? values.length - 1) - peak
  );
  const recoveries = spells.flatMap(({ trough, recovery }) =>
    recovery === null ? [] : [recovery - trough]
  );
  let high = start;
  let squares = 0;
  let current = 0;
  for (let i = 0; i < values.length; i++) {
    high = Math.max(high, values[i]);
    current = (values[i] - high) / high;
    squares += current * current;
  }
  const depths = spells.map(({ depth }) => depth);
  return {
    max: Math.min(0, ...depths),
    average: average(depths),
    spells: spells.length,
    longest: Math.max(0, ...lengths),
    average_length: average(lengths),
    longest_recovery: recoveries.length === 0 ? null : Math.max(...recoveries),
    current,
    ulcer_index: values.length === 0 ? 0 : Math.sqrt(squares / values.length),
  };
}

function average(values: readonly number[]): number | null {
  return defined(values.reduce((sum, value) => sum + value, 0) / values.length);
}
