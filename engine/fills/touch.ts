import { F } from "../broker/order_rows.ts";
import { M } from "../broker/market.ts";
import type { FillModel, FillModelOptions } from "./model.ts";

/** Whether a trade or the opposite quote reached a limit price. */
export function touches(
  rows: Float64Array,
  at: number,
  tick: Float64Array,
  half: number,
): boolean {
  const limit = rows[at + F.Limit];
  return rows[at + F.Signed] > 0
    ? tick[M.Price] < limit + half || tick[M.Ask] < limit + half
    : tick[M.Price] > limit - half || tick[M.Bid] > limit - half;
}

/** Whether a trade or the opposite quote went beyond a limit price. */
export function passes(
  rows: Float64Array,
  at: number,
  tick: Float64Array,
  half: number,
): boolean {
  const limit = rows[at + F.Limit];
  return rows[at + F.Signed] > 0
    ? tick[M.Price] < limit - half || tick[M.Ask] < limit - half
    : tick[M.Price] > limit + half || tick[M.Bid] > limit + half;
}

/**
 * `touch`: a resting limit order fills whole, at its price, once a trade or the
 * opposite quote is at its price or beyond. `next_tick` is the same at the
 * event's price. `one_tick` is `touch`, and what takes pays a tick more
 * (NautilusTrader's `OneTickSlippageFillModel`).
 */
export class Touch implements FillModel {
  readonly name: "touch" | "next_tick" | "one_tick";
  readonly improves: boolean;
  readonly #half: number;
  readonly #slip: number;

  constructor(
    name: "touch" | "next_tick" | "one_tick",
    { half }: FillModelOptions,
  ) {
    this.name = name;
    this.improves = name === "next_tick";
    this.#half = half;
    this.#slip = name === "one_tick" ? 1 : 0;
  }

  begin(): void {}
  rest(): void {}

  resting(rows: Float64Array, at: number, tick: Float64Array): number {
    return touches(rows, at, tick, this.#half)
      ? Math.abs(rows[at + F.Signed])
      : 0;
  }

  taking(
    _rows: Float64Array,
    _at: number,
    _tick: Float64Array,
    wanted: number,
  ): number {
    return wanted;
  }

  slipTicks(): number {
    return this.#slip;
  }
}
