import { F } from "../broker/order_rows.ts";
import type { FillModelOptions } from "./model.ts";
import { TakesAll } from "./takes_all.ts";
import { passes } from "./touch.ts";

/**
 * `through`: a resting limit order fills whole, at its price, once a trade or
 * the opposite quote is at least a tick beyond it: everybody ahead in the queue
 * was then served too.
 */
export class Through extends TakesAll {
  readonly #half: number;

  constructor({ half }: FillModelOptions) {
    super();
    this.#half = half;
  }

  override resting(rows: Float64Array, at: number, tick: Float64Array): number {
    return passes(rows, at, tick, this.#half)
      ? Math.abs(rows[at + F.Signed])
      : 0;
  }
}
