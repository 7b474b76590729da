import { randomAt } from "../strategy/random.ts";
import type { PathMethod, PathOptions } from "./path.ts";

const STATIONARY = 0x4a7c15f3;
const CIRCULAR = 0x5be0cd19;

/** Sessions in a row that stay together. */
interface BlockOptions extends PathOptions {
  /** Length of a block, at least 1: the mean one, of the stationary bootstrap. */
  readonly block: number;
}

/**
 * The usual length of a block: N^(1/3), rounded, at least 1.
 *
 * Source: P. Hall, J. L. Horowitz and B.-Y. Jing, "On Blocking Rules for the
 * Bootstrap with Dependent Data", Biometrika 82 (1995), which gives the rate.
 */
export function usualBlock(sessions: number): number {
  return Math.max(1, Math.round(Math.cbrt(sessions)));
}

/**
 * As many sessions as there were, in blocks of a random length that has a mean
 * of `block`, each beginning anywhere and going on from the last session to the
 * first. What hangs together from day to day stays so within a block.
 *
 * Source: D. N. Politis and J. P. Romano, "The Stationary Bootstrap", Journal of
 * the American Statistical Association 89 (1994).
 *
 * @param returns of the sessions
 */
export function stationaryBootstrap(
  returns: Float64Array,
  { capital, seed, block }: BlockOptions,
): PathMethod {
  const steps = returns.length;
  return pathOf(returns, capital, (index, i, before) => {
    const anew = i === 0 ||
      randomAt(seed ^ STATIONARY, index, 2 * i) * block < 1;
    return anew
      ? Math.floor(randomAt(seed ^ STATIONARY, index, 2 * i + 1) * steps)
      : (before + 1) % steps;
  });
}

/**
 * As {@link stationaryBootstrap}, in blocks that all have the same length but
 * the last.
 *
 * Source: D. N. Politis and J. P. Romano, "A Circular Block-Resampling Procedure
 * for Stationary Data", in: Exploring the Limits of Bootstrap (1992).
 */
export function circularBootstrap(
  returns: Float64Array,
  { capital, seed, block }: BlockOptions,
): PathMethod {
  const steps = returns.length;
  return pathOf(
    returns,
    capital,
    (index, i, before) =>
      i % block === 0
        ? Math.floor(randomAt(seed ^ CIRCULAR, index, i) * steps)
        : (before + 1) % steps,
  );
}

/** @param next the session of a step, from the one of the step before */
function pathOf(
  returns: Float64Array,
  capital: number,
  next: (index: number, step: number, before: number) => number,
): PathMethod {
  const steps = returns.length;
  return {
    steps,
    make(index, equity, kept) {
      let value = capital;
      let session = 0;
      for (let i = 0; i < steps; i++) {
        session = next(index, i, session);
        value *= 1 + returns[session];
        equity[i] = value;
        if (kept !== null) kept[i] = returns[session];
      }
    },
  };
}
