import { type FillModel, fillModelOf } from "../fills/mod.ts";
import type { Instrument } from "../instrument.ts";
import { type Clearing, requestAt } from "./clearing.ts";
import type { Knowledge } from "./knowledge.ts";
import { M, type Market } from "./market.ts";
import { News } from "./notices.ts";
import { F, Flag, type OrderRows, Status, Tif, Type } from "./order_rows.ts";
import { addQuantity, type Position } from "./position.ts";
import type { SimulationSpec } from "./simulation.ts";

export interface MatchingSetup {
  readonly instrument: Instrument;
  readonly simulation: SimulationSpec;
  readonly seed: number;
  readonly market: Market;
  readonly rows: OrderRows;
  readonly truth: Position;
  readonly known: Knowledge;
}

/**
 * How an event meets orders: first what reached the market by then, in order of
 * its arrival; then every working order, in the order in which they were sent.
 */
export class Matching {
  readonly #setup: MatchingSetup;
  readonly #market: Market;
  readonly #rows: OrderRows;
  readonly #truth: Position;
  readonly #clearing: Clearing;
  readonly #model: FillModel;
  readonly #half: number;

  constructor(setup: MatchingSetup, clearing: Clearing) {
    const { instrument, simulation, seed, market } = setup;
    this.#setup = setup;
    this.#market = market;
    this.#rows = setup.rows;
    this.#truth = setup.truth;
    this.#clearing = clearing;
    this.#half = instrument.tickSize / 2;
    this.#model = fillModelOf(simulation.fills, {
      half: this.#half,
      lot: instrument.lotSize,
      seed,
    });
  }

  /**
   * Matches an event whose prices are in {@link Market.values}.
   *
   * @param key names the event, for chance
   * @returns whether anything was filled
   */
  match(key: number): boolean {
    const clearing = this.#clearing;
    const rows = this.#rows;
    const market = this.#market;
    const tick = market.values;
    clearing.filled = false;
    this.#model.begin(tick, key);
    if (clearing.pending <= tick[M.Since]) this.#arrivals(tick[M.Since]);
    for (let i = 0; i < rows.count; i++) {
      const at = i * F.Fields;
      const status = rows.values[at + F.Status];
      if (status === Status.Working) this.#work(at);
      else if (status === Status.Waiting) this.#await(at);
    }
    clearing.wake();
    clearing.settle();
    return clearing.filled;
  }

  /** What reached the market by a time, in order. */
  #arrivals(time: number): void {
    const rows = this.#rows;
    for (;;) {
      let first = Infinity;
      let which = -1;
      for (let i = 0; i < rows.count; i++) {
        const moment = requestAt(rows.values, i * F.Fields);
        if (moment < first) {
          first = moment;
          which = i * F.Fields;
        }
      }
      if (which < 0 || first > time) {
        this.#clearing.pending = first;
        return;
      }
      this.#request(which, first);
    }
  }

  #request(at: number, moment: number): void {
    const { values } = this.#rows;
    if (values[at + F.Status] === Status.Sent) {
      if (values[at + F.Arrival] === moment) return this.#arrive(at);
    }
    if (values[at + F.CancelAt] === moment) {
      return this.#clearing.end(at, News.Cancelled, "asked", moment);
    }
    if (
      values[at + F.Tif] === Tif.Gtd && values[at + F.Until] === moment
    ) {
      return this.#clearing.end(at, News.Expired, "until", moment);
    }
    values[at + F.ChangeAt] = Infinity;
    this.#apply(at, moment);
  }

  /** An order reaches the market. */
  #arrive(at: number): void {
    const { values } = this.#rows;
    const type = values[at + F.Type];
    const time = this.#market.values[M.Time];
    values[at + F.Status] = type === Type.Market || type === Type.Limit
      ? Status.Working
      : Status.Waiting;
    if (type === Type.Market) return this.#work(at);
    this.#setup.known.tell(at, News.Accepted, "none", time);
    if (type === Type.Limit) this.#enterBook(at);
    else if (type === Type.Trailing) this.#trail(at);
  }

  /** A limit order takes what it can, and rests with the others. */
  #enterBook(at: number): void {
    const { values } = this.#rows;
    const side = Math.sign(values[at + F.Signed]);
    const limit = values[at + F.Limit];
    const price = this.#market.taken(side);
    const takes = (price - limit) * side < this.#half;
    if (takes) {
      if (hasFlag(values, at, Flag.PostOnly)) {
        return this.#clearing.end(
          at,
          News.Rejected,
          "post_only",
          this.#market.values[M.Time],
        );
      }
      this.#take(at, price);
    }
    this.#afterTaking(at);
    if (values[at + F.Status] === Status.Working) {
      this.#model.rest(values, at, this.#market.values);
    }
  }

  /** Whoever does not wait ends here. */
  #afterTaking(at: number): void {
    const { values } = this.#rows;
    if (values[at + F.Status] === Status.Done) return;
    const tif = values[at + F.Tif];
    if (tif === Tif.Ioc || tif === Tif.Fok) {
      this.#clearing.end(
        at,
        News.Cancelled,
        "unfilled",
        this.#market.values[M.Time],
      );
    }
  }

  /** A working order meets an event. */
  #work(at: number): void {
    const { values } = this.#rows;
    const tick = this.#market.values;
    if (values[at + F.Type] === Type.Market) {
      this.#take(at, this.#market.taken(values[at + F.Signed]));
      return this.#afterTaking(at);
    }
    const quantity = this.#model.resting(values, at, tick);
    if (!(quantity > 0)) return;
    const allowed = this.#allowed(at, quantity);
    if (allowed === 0) {
      return this.#clearing.end(
        at,
        News.Cancelled,
        "reduce_only",
        tick[M.Time],
      );
    }
    let price = values[at + F.Limit];
    if (this.#model.improves) {
      const side = Math.sign(values[at + F.Signed]);
      const taken = this.#market.taken(side);
      if ((taken - price) * side < 0) price = taken;
    }
    this.#clearing.fill(
      at,
      allowed,
      { price, touch: price, maker: true },
      tick[M.Time],
    );
  }

  /** A stop looks whether it is reached. */
  #await(at: number): void {
    const { values } = this.#rows;
    const tick = this.#market.values;
    const side = Math.sign(values[at + F.Signed]);
    const seen = this.#stopPrice(side);
    const stop = values[at + F.Stop];
    if (!((seen - stop) * side > -this.#half)) {
      if (values[at + F.Type] === Type.Trailing) this.#trail(at);
      return;
    }
    const time = tick[M.Time];
    if (values[at + F.Type] === Type.StopLimit) {
      values[at + F.Type] = Type.Limit;
      values[at + F.Status] = Status.Working;
      this.#setup.known.tell(at, News.Triggered, "none", time);
      return this.#enterBook(at);
    }
    values[at + F.Type] = Type.Market;
    values[at + F.Status] = Status.Working;
    this.#setup.known.tell(at, News.Triggered, "none", time);
    // Within a bar prices move without a gap: the stop's price was there.
    this.#take(at, tick[M.Jumped] === 1 ? this.#market.taken(side) : stop);
    this.#afterTaking(at);
  }

  /** What a stop looks at: the trade, or the quote that it would meet. */
  #stopPrice(side: number): number {
    const tick = this.#market.values;
    const price = tick[M.Price];
    return price === price ? price : this.#market.taken(side);
  }

  #trail(at: number): void {
    const { values } = this.#rows;
    const side = Math.sign(values[at + F.Signed]);
    const seen = this.#stopPrice(side);
    if (seen !== seen) return;
    const stop = seen + side * values[at + F.Trail];
    const before = values[at + F.Stop];
    if (before !== before || (before - stop) * side > 0) {
      values[at + F.Stop] = stop;
    }
  }

  /** An order takes what rests. */
  #take(at: number, price: number): void {
    if (price !== price) return;
    const { values } = this.#rows;
    const { slippage } = this.#setup.simulation;
    const side = Math.sign(values[at + F.Signed]);
    const wanted = this.#allowed(at, Math.abs(values[at + F.Signed]));
    const tick = this.#market.values;
    if (wanted === 0) {
      return this.#clearing.end(
        at,
        News.Cancelled,
        "reduce_only",
        tick[M.Time],
      );
    }
    const quantity = this.#model.taking(values, at, tick, wanted);
    if (!(quantity > 0)) return;
    if (values[at + F.Tif] === Tif.Fok && quantity < wanted) return;
    const ticks = slippage.ticks + this.#model.slipTicks(values, at) +
      slippage.ticksPerContract * quantity;
    let paid = price + side * ticks * this.#setup.instrument.tickSize;
    if (slippage.rate !== 0) paid += side * slippage.rate * price;
    const limit = values[at + F.Limit];
    if ((paid - limit) * side > 0) paid = limit;
    this.#clearing.fill(
      at,
      quantity,
      { price: paid, touch: price, maker: false },
      tick[M.Time],
    );
    if (
      hasFlag(values, at, Flag.ReduceOnly) && this.#truth.quantity === 0
    ) this.#clearing.end(at, News.Cancelled, "reduce_only", tick[M.Time]);
  }

  /** Contracts that may fill: an order that only reduces stops at flat. */
  #allowed(at: number, quantity: number): number {
    const { values } = this.#rows;
    if (!hasFlag(values, at, Flag.ReduceOnly)) return quantity;
    const held = this.#truth.quantity;
    if (held === 0 || held > 0 === values[at + F.Signed] > 0) return 0;
    return Math.min(quantity, Math.abs(held));
  }

  /** A change of terms reaches the market. */
  #apply(at: number, time: number): void {
    const { values } = this.#rows;
    const side = values[at + F.Signed] > 0 ? 1 : -1;
    const filled = side * values[at + F.Filled];
    const signed = values[at + F.ChangeSigned];
    const limit = values[at + F.ChangeLimit];
    const stop = values[at + F.ChangeStop];
    const market = values[at + F.Type] === Type.Market;
    const counted = hasFlag(values, at, Flag.Counted);
    if (signed === signed) {
      const left = addQuantity(signed, -filled);
      if (left === 0 || left > 0 !== side > 0) {
        return this.#clearing.end(at, News.Cancelled, "asked", time);
      }
      if (counted) {
        this.#setup.known.aim(addQuantity(left, -values[at + F.Signed]));
      }
      const grows = Math.abs(left) > Math.abs(values[at + F.Signed]);
      values[at + F.Signed] = left;
      if (grows && values[at + F.Status] === Status.Working && !market) {
        this.#model.rest(values, at, this.#market.values);
      }
    }
    if (stop === stop) values[at + F.Stop] = stop;
    this.#setup.known.tell(at, News.Changed, "none", time);
    if (limit === limit && limit !== values[at + F.Limit]) {
      values[at + F.Limit] = limit;
      if (values[at + F.Status] === Status.Working) this.#enterBook(at);
    }
  }
}

function hasFlag(values: Float64Array, at: number, flag: number): boolean {
  return (values[at + F.Flags] & flag) !== 0;
}
