import { maxDrawdown, quantileOf, sharpe } from "../metrics/mod.ts";
import type { PathMethod } from "./path.ts";

/** The shares of histories between which bands lie. */
export const LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/** How something lies over all histories; null where it is never defined. */
export interface Spread {
  readonly mean: number | null;
  readonly p5: number | null;
  readonly p25: number | null;
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p95: number | null;
  /** What it was in truth. */
  readonly actual: number | null;
  /** Share of the histories in which it was no higher than in truth. */
  readonly rank: number | null;
}

/** Equity of all histories, after some of the steps; account currency. */
export interface Bands {
  /** Steps done, from 0. */
  readonly step: Float64Array;
  /** For each of {@link LEVELS} the equity below which so many histories lie. */
  readonly levels: readonly Float64Array[];
  /** What it was in truth. */
  readonly actual: Float64Array;
}

/** What many histories come to. */
export interface Simulation {
  readonly paths: number;
  readonly final_equity: Spread;
  /** Fraction of the peak, at most 0. */
  readonly max_drawdown: Spread;
  /** Annualised, of histories of sessions; null for those of trades. */
  readonly sharpe: Spread | null;
  /** Share of the histories that end below the capital. */
  readonly loss_probability: number;
  readonly bands: Bands;
}

export interface SimulateOptions {
  readonly paths: number;
  /** Equity before the first step, account currency. */
  readonly capital: number;
  /** What happened: equity after each step. */
  readonly actual: Float64Array;
  /** Returns of each step, and periods a year; null for steps without. */
  readonly daily: { readonly returns: Float64Array; readonly A: number } | null;
  /** Called after each history. */
  readonly beat?: () => void;
}

/** Most points of a band beside its start. */
const POINTS = 256;

/** Makes histories and tells how they spread; null when they have no steps. */
export function simulate(
  method: PathMethod,
  { paths, capital, actual, daily, beat }: SimulateOptions,
): Simulation | null {
  const { steps } = method;
  if (steps === 0) return null;
  const points = Math.min(POINTS, steps);
  const step = Float64Array.from(
    { length: points + 1 },
    (_, p) => Math.round(p * steps / points),
  );
  const at = step.map((done) => done - 1);
  const seen = Array.from(step, () => new Float64Array(paths));
  const equity = new Float64Array(steps);
  const returns = daily === null ? null : new Float64Array(steps);
  const finals = new Float64Array(paths);
  const drawdowns = new Float64Array(paths);
  const sharpes = new Float64Array(paths);
  for (let path = 0; path < paths; path++) {
    method.make(path, equity, returns);
    finals[path] = equity[steps - 1];
    drawdowns[path] = maxDrawdown(equity, capital)?.fraction ?? NaN;
    if (daily !== null) sharpes[path] = sharpe(returns, daily.A) ?? NaN;
    for (let p = 0; p <= points; p++) {
      seen[p][path] = p === 0 ? capital : equity[at[p]];
    }
    beat?.();
  }
  const lost = finals.filter((value) => value < capital).length;
  return {
    paths,
    final_equity: spreadOf(finals, actual[steps - 1]),
    max_drawdown: spreadOf(
      drawdowns,
      maxDrawdown(actual, capital)?.fraction ?? NaN,
    ),
    sharpe: daily === null
      ? null
      : spreadOf(sharpes, sharpe(daily.returns, daily.A) ?? NaN),
    loss_probability: lost / paths,
    bands: {
      step,
      levels: LEVELS.map((level) =>
        Float64Array.from(seen, (values) => quantileOf(values, level) ?? NaN)
      ),
      actual: step.map((_, p) => p === 0 ? capital : actual[at[p]]),
    },
  };
}

function spreadOf(values: Float64Array, actual: number): Spread {
  const known = values.filter((value) => !Number.isNaN(value));
  const sum = known.reduce((all, value) => all + value, 0);
  const [p5, p25, p50, p75, p95] = LEVELS.map((level) =>
    quantileOf(known, level)
  );
  const some = known.length > 0;
  const below = known.filter((value) => value <= actual).length;
  const isKnown = !Number.isNaN(actual);
  return {
    mean: some ? sum / known.length : null,
    p5,
    p25,
    p50,
    p75,
    p95,
    actual: isKnown ? actual : null,
    rank: some && isKnown ? below / known.length : null,
  };
}
