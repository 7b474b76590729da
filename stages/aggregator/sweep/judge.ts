import {
  expectedMaxSharpe,
  probabilisticSharpe,
  sharpeMoments,
} from "../../../engine/metrics/deflated_sharpe.ts";
import { overfitting } from "../../../engine/metrics/overfitting.ts";
import type { RankedRow } from "./leaderboard.ts";
import { type Stability, stabilityOf } from "./neighbours.ts";

/** How far the best of many sets may be trusted. */
export interface Judgement {
  /** Sets that came to their end. */
  readonly trials: number;
  /** Variance (ddof 1) of the trials' Sharpe ratios, not annualised. */
  readonly sharpe_variance: number | null;
  /** What the best of so many without skill would show, annualised. */
  readonly expected_max_sharpe: number | null;
  /** Probability that the best set's true Sharpe ratio is above 0. */
  readonly probabilistic_sharpe: number | null;
  /** The same above {@link expected_max_sharpe}. */
  readonly deflated_sharpe: number | null;
  /** Probability of backtest overfitting, by cross-validation. */
  readonly pbo: number | null;
  /** Share of its splits in which the best set lost, out of sample. */
  readonly loss_probability: number | null;
  readonly pbo_blocks: number | null;
  readonly pbo_splits: number | null;
  readonly stability: Stability | null;
}

/**
 * @param returns of each set that came to its end, by its place in the sweep,
 * one return a session
 */
export function judge(
  rows: readonly RankedRow[],
  returns: ReadonlyMap<number, Float64Array>,
  annualisation: number,
): Judgement {
  const moments = new Map(
    [...returns].map(([set, each]) => [set, sharpeMoments(each)]),
  );
  const sharpes = [...moments.values()].flatMap((m) => m?.sharpe ?? []);
  const variance = varianceOf(sharpes);
  const trials = returns.size;
  const benchmark = variance === null
    ? null
    : expectedMaxSharpe(trials, variance);
  const own = moments.get(rows[0].set) ?? null;
  const pbo = overfitting([...returns.values()]);
  return {
    trials,
    sharpe_variance: variance,
    expected_max_sharpe: benchmark === null
      ? null
      : benchmark * Math.sqrt(annualisation),
    probabilistic_sharpe: own && probabilisticSharpe(own),
    deflated_sharpe: own && benchmark !== null
      ? probabilisticSharpe(own, benchmark)
      : null,
    pbo: pbo?.probability ?? null,
    loss_probability: pbo?.loss ?? null,
    pbo_blocks: pbo?.blocks ?? null,
    pbo_splits: pbo?.splits ?? null,
    stability: stabilityOf(rows),
  };
}

function varianceOf(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return squares / (values.length - 1);
}
