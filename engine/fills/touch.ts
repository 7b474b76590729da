import { F } from "../broker/order_rows.ts";
import { M } from "../broker/market.ts";
import type { FillModelOptions } from "./model.ts";
import { TakesAll } from "./takes_all.ts";

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
export class Touch extends TakesAll {
  override readonly improves: boolean;
  readonly #half: number;
  readonly #slip: number;

  constructor(
    name: "touch" | "next_tick" | "one_tick",
    { half }: FillModelOptions,
  ) {
    super();
    this.improves = name === "next_tick";
    this.#half = half;
    this.#slip = name === "one_tick" ? 1 : 0;
  }

  override resting(rows: Float64Array, at: number, tick: Float64Array): number {
    return touches(rows, at, tick, this.#half)
      ? Math.abs(rows[at + F.Signed])
      : 0;
  }

  override slipTicks(): number {
    return this.#slip;
  }
}
