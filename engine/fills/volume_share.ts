import { F } from "../broker/order_rows.ts";
import { M } from "../broker/market.ts";
import type { FillModel, FillModelOptions } from "./model.ts";
import { touches } from "./touch.ts";

/**
 * `volume_share`: of every event our orders together get at most a share of its
 * size: of a trade, its size; of a quote, what the opposite side shows. The rest
 * goes on working. As zipline's `VolumeShareSlippage` without its price impact.
 * A quote without sizes fills whole.
 */
export class VolumeShare implements FillModel {
  readonly improves = false;
  readonly #share: number;
  readonly #options: FillModelOptions;
  /** Contracts of this event that our buys and our sells may still have. */
  #forBuys = 0;
  #forSells = 0;

  constructor(share: number, options: FillModelOptions) {
    this.#share = share;
    this.#options = options;
  }

  begin(tick: Float64Array): void {
    const traded = tick[M.Size];
    const trade = tick[M.Price] === tick[M.Price];
    this.#forBuys = this.#part(trade ? traded : tick[M.AskSize]);
    this.#forSells = this.#part(trade ? traded : tick[M.BidSize]);
  }

  rest(): void {}

  resting(rows: Float64Array, at: number, tick: Float64Array): number {
    return touches(rows, at, tick, this.#options.half)
      ? this.#use(rows, at, Math.abs(rows[at + F.Signed]))
      : 0;
  }

  taking(
    rows: Float64Array,
    at: number,
    _tick: Float64Array,
    wanted: number,
  ): number {
    return this.#use(rows, at, wanted);
  }

  slipTicks(): number {
    return 0;
  }

  #part(size: number): number {
    if (size !== size) return Infinity;
    const part = size * this.#share;
    const { lot } = this.#options;
    return lot === 0 ? part : Math.floor(part / lot + 1e-9) * lot;
  }

  #use(rows: Float64Array, at: number, wanted: number): number {
    if (rows[at + F.Signed] > 0) {
      const got = Math.min(wanted, this.#forBuys);
      this.#forBuys -= got;
      return got;
    }
    const got = Math.min(wanted, this.#forSells);
    this.#forSells -= got;
    return got;
  }
}
