import { F } from "../broker/order_rows.ts";
import { randomAt } from "../strategy/random.ts";
import type { FillModelOptions } from "./model.ts";
import { TakesAll } from "./takes_all.ts";
import { passes, touches } from "./touch.ts";

const LIMIT = 0x51ed270;
const SLIP = 0x2f6e2b1;

/**
 * `probability`: a limit order that is touched fills with a chance, at each
 * event anew; one that is passed always fills. What takes fills a tick worse
 * with another chance. As NautilusTrader's `FillModel` (`prob_fill_on_limit`,
 * `prob_slippage`). Chance is a function of seed, event and order.
 */
export class Probability extends TakesAll {
  readonly #limit: number;
  readonly #slip: number;
  readonly #options: FillModelOptions;
  #key = 0;

  constructor(
    chances: { readonly limit: number; readonly slip: number },
    options: FillModelOptions,
  ) {
    super();
    this.#limit = chances.limit;
    this.#slip = chances.slip;
    this.#options = options;
  }

  override begin(_tick: Float64Array, key: number): void {
    this.#key = key;
  }

  override resting(rows: Float64Array, at: number, tick: Float64Array): number {
    const { half } = this.#options;
    const fills = passes(rows, at, tick, half) ||
      (touches(rows, at, tick, half) &&
        this.#draw(LIMIT, rows[at + F.Id]) < this.#limit);
    return fills ? Math.abs(rows[at + F.Signed]) : 0;
  }

  override slipTicks(rows: Float64Array, at: number): number {
    return this.#draw(SLIP, rows[at + F.Id]) < this.#slip ? 1 : 0;
  }

  #draw(salt: number, id: number): number {
    return randomAt(this.#options.seed ^ salt, this.#key, id % 2147483647);
  }
}
