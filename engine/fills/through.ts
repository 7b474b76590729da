import { F } from "../broker/order_rows.ts";
import type { FillModel, FillModelOptions } from "./model.ts";
import { passes } from "./touch.ts";

/**
 * `through`: a resting limit order fills whole, at its price, once a trade or
 * the opposite quote is at least a tick beyond it: everybody ahead in the queue
 * was then served too.
 */
export class Through implements FillModel {
  readonly name = "through";
  readonly improves = false;
  readonly #half: number;

  constructor({ half }: FillModelOptions) {
    this.#half = half;
  }

  begin(): void {}
  rest(): void {}

  resting(rows: Float64Array, at: number, tick: Float64Array): number {
    return passes(rows, at, tick, this.#half)
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
    return 0;
  }
}
