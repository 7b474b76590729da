import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";

/** `a·x + b·y`. */
export function linear(a: number, x: Series, b: number, y: Series): Series {
  return derive(new Linear(a, b), x, y);
}

class Linear implements Kernel {
  readonly name: string;
  readonly lookback = 0;
  readonly stateSize = 0;
  readonly memory = 0;
  readonly #a: number;
  readonly #b: number;

  constructor(a: number, b: number) {
    this.name = `linear[${a},${b}]`;
    this.#a = a;
    this.#b = b;
  }

  advance(
    [x, y]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    const a = this.#a;
    const b = this.#b;
    for (let i = from; i < to; i++) out[i] = a * x[i] + b * y[i];
  }
}
