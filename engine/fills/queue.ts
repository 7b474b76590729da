import { F } from "../broker/order_rows.ts";
import { M } from "../broker/market.ts";
import type { FillModelOptions } from "./model.ts";
import { TakesAll } from "./takes_all.ts";

/** What fraction of a cancel was behind us, by what stands ahead and behind. */
export type Behind = (ahead: number, behind: number) => number;

/** No cancel is ever ahead of us: only trades move us forward. */
export const riskAverse: Behind = () => 1;

/** `behind^n / (behind^n + ahead^n)`. */
export function powerOf(exponent: number): Behind {
  return (ahead, behind) => {
    const b = behind ** exponent;
    return b / (b + ahead ** exponent);
  };
}

/** `log(1 + behind) / (log(1 + behind) + log(1 + ahead))`. */
export const logarithm: Behind = (ahead, behind) => {
  const b = Math.log1p(behind);
  return b / (b + Math.log1p(ahead));
};

/**
 * `queue`: a resting limit order stands behind what was shown at its price when
 * it arrived, and is filled when that is gone.
 *
 * Trades at the price take from those ahead, then fill us. When the queue
 * shrinks by more than was traded, the rest was cancelled, partly ahead of us:
 * the rule says how much. A trade beyond the price, or the opposite quote at it,
 * fills all. The rules are those of hftbacktest's `RiskAdverseQueueModel`,
 * `PowerProbQueueFunc` and `LogProbQueueFunc`.
 *
 * Only the best quotes are known: an order behind them learns its place when
 * its price becomes the best; one in front of them is first.
 */
export class Queue extends TakesAll {
  readonly #behind: Behind;
  readonly #half: number;
  readonly #lot: number;
  /** Contracts of this trade that our orders have had. */
  #used = 0;

  constructor(behind: Behind, { half, lot }: FillModelOptions) {
    super();
    this.#behind = behind;
    this.#half = half;
    this.#lot = lot;
  }

  override begin(): void {
    this.#used = 0;
  }

  override rest(rows: Float64Array, at: number, tick: Float64Array): void {
    rows[at + F.Ahead] = NaN;
    rows[at + F.Level] = NaN;
    rows[at + F.Traded] = 0;
    this.#look(rows, at, tick);
  }

  override resting(rows: Float64Array, at: number, tick: Float64Array): number {
    const half = this.#half;
    const buys = rows[at + F.Signed] > 0;
    const limit = rows[at + F.Limit];
    const open = Math.abs(rows[at + F.Signed]);
    if (tick[M.Quoted] === 1) {
      this.#look(rows, at, tick);
      if (buys ? tick[M.Ask] < limit + half : tick[M.Bid] > limit - half) {
        return open;
      }
    }
    const price = tick[M.Price];
    if (price !== price) return 0;
    if (buys ? price < limit - half : price > limit + half) return open;
    if (Math.abs(price - limit) > half) return 0;
    // Who buys at this price takes from the sellers.
    if (tick[M.Side] === (buys ? 1 : -1)) return 0;
    const size = tick[M.Size];
    rows[at + F.Traded] += size;
    const ahead = rows[at + F.Ahead] - size;
    if (!(ahead < 0)) {
      rows[at + F.Ahead] = ahead;
      return 0;
    }
    rows[at + F.Ahead] = 0;
    // Cancels leave fractions ahead; what fills is whole lots.
    const reached = this.#whole(-ahead - this.#used);
    const filled = Math.max(0, Math.min(open, reached));
    this.#used += filled;
    return filled;
  }

  #whole(quantity: number): number {
    const lot = this.#lot;
    return lot === 0 ? quantity : Math.floor(quantity / lot + 1e-9) * lot;
  }

  /** Takes in what the quotes show at the order's price. */
  #look(rows: Float64Array, at: number, tick: Float64Array): void {
    const buys = rows[at + F.Signed] > 0;
    const limit = rows[at + F.Limit];
    const best = buys ? tick[M.Bid] : tick[M.Ask];
    if (best !== best) return;
    if (Math.abs(best - limit) <= this.#half) {
      this.#shown(rows, at, buys ? tick[M.BidSize] : tick[M.AskSize]);
    } else if (buys ? best < limit : best > limit) {
      rows[at + F.Ahead] = rows[at + F.Level] = rows[at + F.Traded] = 0;
    } else {
      rows[at + F.Level] = NaN;
    }
  }

  #shown(rows: Float64Array, at: number, shown: number): void {
    const level = rows[at + F.Level];
    const ahead = rows[at + F.Ahead];
    const cancelled = level - shown - rows[at + F.Traded];
    rows[at + F.Level] = shown;
    rows[at + F.Traded] = 0;
    if (ahead !== ahead) rows[at + F.Ahead] = shown;
    else if (cancelled > 0) {
      const behind = Math.max(0, level - ahead);
      const share = this.#behind(ahead, behind);
      const after = ahead - (1 - (share === share ? share : 1)) * cancelled +
        Math.min(behind - share * cancelled, 0);
      rows[at + F.Ahead] = Math.max(0, Math.min(after, shown));
    } else if (shown < ahead) rows[at + F.Ahead] = shown;
  }
}
