import type { Series } from "../series/series.ts";
import type { BlockSpan, Kernel } from "../series/kernel.ts";
import { derive } from "../series/graph.ts";

/** What arithmetic takes: a series, or a number that stays. */
export type Operand = Series | number;

/** `a + b`, row by row. NaN where either is. */
export function add(a: Series, b: Operand): Series {
  return typeof b === "number"
    ? derive(new Scale(1, b), a)
    : derive(new Add(), a, b);
}

/** `a - b`, row by row. NaN where either is. */
export function sub(a: Series, b: Operand): Series {
  return typeof b === "number"
    ? derive(new Scale(1, -b), a)
    : derive(new Sub(), a, b);
}

/** `a · b`, row by row. NaN where either is. */
export function mul(a: Series, b: Operand): Series {
  return typeof b === "number"
    ? derive(new Scale(b, 0), a)
    : derive(new Mul(), a, b);
}

/** `a / b`, row by row. NaN where either is, and where `b` is 0. */
export function div(a: Series, b: Operand): Series {
  return typeof b === "number"
    ? derive(new Scale(1 / b, 0), a)
    : derive(new Div(), a, b);
}

/** Natural logarithm; NaN at 0 and below. */
export function log(source: Series): Series {
  return derive(new Log(), source);
}

/** Absolute value. */
export function abs(source: Series): Series {
  return derive(new Abs(), source);
}

abstract class Rowwise implements Kernel {
  abstract readonly name: string;
  readonly lookback = 0;
  readonly stateSize = 0;
  readonly memory = 0;
  abstract advance(
    inputs: readonly Float64Array[],
    out: Float64Array,
    state: Float64Array,
    span: BlockSpan,
  ): void;
}

class Scale extends Rowwise {
  readonly name: string;
  readonly #factor: number;
  readonly #offset: number;

  constructor(factor: number, offset: number) {
    super();
    this.name = `scale[${factor},${offset}]`;
    this.#factor = factor;
    this.#offset = offset;
  }

  override advance(
    [a]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    const factor = this.#factor;
    const offset = this.#offset;
    for (let i = from; i < to; i++) out[i] = factor * a[i] + offset;
  }
}

class Add extends Rowwise {
  readonly name = "add";

  override advance(
    [a, b]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    for (let i = from; i < to; i++) out[i] = a[i] + b[i];
  }
}

class Sub extends Rowwise {
  readonly name = "sub";

  override advance(
    [a, b]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    for (let i = from; i < to; i++) out[i] = a[i] - b[i];
  }
}

class Mul extends Rowwise {
  readonly name = "mul";

  override advance(
    [a, b]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    for (let i = from; i < to; i++) out[i] = a[i] * b[i];
  }
}

class Div extends Rowwise {
  readonly name = "div";

  override advance(
    [a, b]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    for (let i = from; i < to; i++) {
      const ratio = a[i] / b[i];
      // Infinity less itself is NaN; a branch would take three times as long.
      out[i] = ratio + (ratio - ratio);
    }
  }
}

class Log extends Rowwise {
  readonly name = "log";

  override advance(
    [a]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    for (let i = from; i < to; i++) {
      const value = a[i];
      out[i] = value > 0 ? Math.log(value) : NaN;
    }
  }
}

class Abs extends Rowwise {
  readonly name = "abs";

  override advance(
    [a]: readonly Float64Array[],
    out: Float64Array,
    _state: Float64Array,
    { from, to }: BlockSpan,
  ): void {
    for (let i = from; i < to; i++) out[i] = Math.abs(a[i]);
  }
}
