import type { Series } from "../series/series.ts";
import { derive } from "../series/graph.ts";
import { checkWindow } from "./anchor.ts";
import { sub } from "./arithmetic.ts";
import { linear } from "./linear.ts";
import { Smoothing } from "./smoothing.ts";

/**
 * Exponential moving average with `α = 2 / (n + 1)`:
 * `EMA[i] = EMA[i-1] + α·(x[i] - EMA[i-1])`, begun at the first value (pandas
 * `ewm(span=n, adjust=False)`). Ready after `n` values.
 *
 * TA-Lib begins with the mean of the first `n` values instead; the two are
 * within 1e-9 of each other after some 10 lengths.
 *
 * @param source a column or another indicator
 * @param length `n`, in ticks (bars) of the source
 */
export function ema(source: Series, length: number): Series {
  checkWindow("ema", length);
  const alpha = 2 / (length + 1);
  return derive(
    new Smoothing(`ema[${length}]`, { alpha, length, seed: "first" }),
    source,
  );
}

/**
 * Wilder's average: `W[i] = W[i-1] + (x[i] - W[i-1]) / n`, begun with the mean
 * of the first `n` values (J. Welles Wilder, New Concepts in Technical Trading
 * Systems, 1978). Ready after `n` values.
 */
export function wilder(source: Series, length: number): Series {
  checkWindow("wilder", length);
  return derive(
    new Smoothing(`wilder[${length}]`, {
      alpha: 1 / length,
      length,
      seed: "mean",
    }),
    source,
  );
}

/**
 * Double exponential moving average: `2·EMA(x) - EMA(EMA(x))` (Patrick Mulloy,
 * Technical Analysis of Stocks & Commodities, 1994). Ready after `2n - 1`
 * values.
 */
export function dema(source: Series, length: number): Series {
  const once = ema(source, length);
  const twice = ema(once, length);
  return linear(2, once, -1, twice);
}

/**
 * Triple exponential moving average: `3·EMA(x) - 3·EMA(EMA(x)) +
 * EMA(EMA(EMA(x)))` (Patrick Mulloy, 1994). Ready after `3n - 2` values.
 */
export function tema(source: Series, length: number): Series {
  const once = ema(source, length);
  const twice = ema(once, length);
  const thrice = ema(twice, length);
  return linear(3, sub(once, twice), 1, thrice);
}
