import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";
import { checkWindow } from "./anchor.ts";

/** `x[i] - x[i-n]`. Ready after `n + 1` values. */
export function diff(source: Series, length = 1): Series {
  checkWindow("diff", length);
  return derive(new Diff(length), source);
}

/**
 * Momentum: `x[i] - x[i-n]` (TA-Lib MOM), another name of {@link diff}. Ready
 * after `n + 1` values.
 */
export function momentum(source: Series, length: number): Series {
  return diff(source, length);
}

/**
 * Rate of change in per cent: `100·(x[i] / x[i-n] - 1)` (TA-Lib ROC). Ready
 * after `n + 1` values; NaN where `x[i-n]` is 0.
 */
export function roc(source: Series, length: number): Series {
  checkWindow("roc", length);
  return derive(new Roc(length), source);
}

/**
 * Logarithmic return: `ln(x[i] / x[i-1])`. Ready after 2 values; NaN where
 * either is 0 or below.
 */
export function logReturn(source: Series): Series {
  return derive(new LogReturn(), source);
}

class Diff implements Kernel {
  readonly name: string;
  readonly lookback: number;
  readonly stateSize = 0;
  readonly memory: number;
  readonly #length: number;

  constructor(length: number) {
    this.name = `diff[${length}]`;
    this.#length = length;
    this.lookback = length;
    this.memory = length;
  }

  advance(
    [x]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    const n = this.#length;
    for (let i = from; i < to; i++) out[i] = x[i] - x[i - n];
  }
}

class Roc implements Kernel {
  readonly name: string;
  readonly lookback: number;
  readonly stateSize = 0;
  readonly memory: number;
  readonly #length: number;

  constructor(length: number) {
    this.name = `roc[${length}]`;
    this.#length = length;
    this.lookback = length;
    this.memory = length;
  }

  advance(
    [x]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    const n = this.#length;
    for (let i = from; i < to; i++) {
      const change = 100 * (x[i] / x[i - n] - 1);
      // Infinity less itself is NaN.
      out[i] = change + (change - change);
    }
  }
}

class LogReturn implements Kernel {
  readonly name = "log_return";
  readonly lookback = 1;
  readonly stateSize = 0;
  readonly memory = 1;

  advance(
    [x]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    for (let i = from; i < to; i++) {
      const value = x[i];
      const past = x[i - 1];
      if (value > 0 && past > 0) {
        // Most trades repeat the price of the one before.
        out[i] = value === past ? 0 : Math.log(value / past);
      } else out[i] = NaN;
    }
  }
}
