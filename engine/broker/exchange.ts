import { fillModelOf } from "../fills/mod.ts";
import type { FillModel } from "../fills/mod.ts";
import { type Instrument, unitValue } from "../instrument.ts";
import type { Account } from "./account.ts";
import { commissionOf } from "./commission.ts";
import { followFill, sleepersOf, wake } from "./groups.ts";
import { Knowledge } from "./knowledge.ts";
import { delayOf, Purpose } from "./latency.ts";
import type { Ledger, Recorded } from "./ledger.ts";
import { MarkWatch, type WatchedFeed } from "./mark_watch.ts";
import { M, Market, type PriceSource } from "./market.ts";
import { News, type Notices, type Reason } from "./notices.ts";
import type { OrderTerms } from "./order.ts";
import { recordOrder, recordRefused } from "./order_record.ts";
import { F, Flag, OrderRows, Status, Tif, Type } from "./order_rows.ts";
import { addQuantity, Position } from "./position.ts";
import type { SimulationSpec } from "./simulation.ts";

/** What an exchange needs of the run around it. */
export interface ExchangeSetup {
  readonly instrument: Instrument;
  /** Index of the instrument in the run. */
  readonly index: number;
  readonly simulation: SimulationSpec;
  readonly seed: number;
  readonly ledger: Ledger;
  readonly account: Account;
  readonly notices: Notices;
  /** Whether the strategy has an `onFill`, and an `onOrder`. */
  readonly hearsFills: boolean;
  readonly hearsOrders: boolean;
  /** A column of the instrument's ticks now, for latencies. */
  readonly read: (column: string) => number;
}

/**
 * The simulated market of one instrument: orders on their way and working, what
 * fills them, and the position they have led to.
 *
 * An event is matched before the strategy sees it: first what reached the market
 * by then, in order of its arrival; then every working order, in the order in
 * which they were sent.
 */
export class Exchange implements Recorded {
  readonly instrument: Instrument;
  /** Index of the instrument in the run. */
  readonly index: number;
  readonly market: Market;
  readonly rows = new OrderRows();
  /** The position as it is. */
  readonly truth: Position;
  /** What the strategy knows of it, and of its orders. */
  readonly known: Knowledge;
  /** After the flat-at-close time nothing is opened. */
  closing = false;
  readonly #setup: ExchangeSetup;
  readonly #model: FillModel;
  readonly #half: number;
  readonly #marks: MarkWatch;
  /** The first moment at which something reaches the market. */
  #pending = Infinity;
  #over = 0;
  #waking = false;
  #filled = false;
  #refused = false;

  constructor(setup: ExchangeSetup) {
    const { instrument, simulation, seed } = setup;
    this.#setup = setup;
    this.instrument = instrument;
    this.index = setup.index;
    this.#half = instrument.tickSize / 2;
    this.market = new Market(simulation.mark);
    this.#marks = new MarkWatch(this.market);
    this.truth = new Position(instrument, simulation.positions);
    const { latency, positions } = simulation;
    this.known = new Knowledge({ ...setup, latency, positions }, this.rows);
    this.#model = fillModelOf(simulation.fills, {
      half: this.#half,
      lot: instrument.lotSize,
      seed,
    });
  }

  /** Orders that are not over. */
  get open(): number {
    const { rows } = this;
    let open = 0;
    for (let i = 0; i < rows.count; i++) {
      if (rows.values[i * F.Fields + F.Status] !== Status.Done) open++;
    }
    return open;
  }

  /** Orders that are not over, for all that the strategy knows. */
  get working(): number {
    return this.rows.count;
  }

  /** A feed's rows from where it stands are the events of the instrument. */
  enter(feed: WatchedFeed & PriceSource): void {
    this.market.enter(feed);
    this.#marks.enter(feed);
  }

  /** The feed has run up to a row, exclusive. */
  leave(row: number): void {
    const { quantity } = this.truth;
    if (quantity !== 0 && this.#setup.ledger.on) {
      this.#marks.upTo(row, quantity);
    }
    this.#marks.leave();
    this.market.leave();
  }

  /**
   * A price within the bar that is current, as its path goes; null: the bar is
   * over.
   */
  within(price: number | null): void {
    const { quantity } = this.truth;
    const held = this.#setup.ledger.on ? quantity : 0;
    this.#marks.within(price, held);
  }

  beginRecord(): void {
    this.#marks.range.reset();
  }

  settleRecord(ledger: Ledger): void {
    this.#marks.range.takeInto(ledger.marks);
    const { rows, index } = this;
    for (let i = 0; i < rows.count; i++) {
      const at = i * F.Fields;
      if (rows.values[at + F.Status] === Status.Done) continue;
      recordOrder(ledger.open, rows.values, at, { instrument: index });
    }
  }

  /** Position at its mark, in the instrument's currency. */
  exposure(): number {
    const quantity = this.truth.quantity;
    if (quantity === 0) return 0;
    return quantity * unitValue(this.instrument, this.market.mark(quantity));
  }

  // Sending.

  /** A new order on its way; the row's terms are filled in by the caller. */
  send(at: number, time: number): void {
    const { latency } = this.#setup.simulation;
    const { values } = this.rows;
    const id = values[at + F.Id];
    const delay = this.#delay(latency.entry, Purpose.Entry, id);
    values[at + F.Sent] = time;
    values[at + F.Arrival] = time + delay;
    values[at + F.CancelAt] = values[at + F.ChangeAt] = Infinity;
    values[at + F.Ahead] = values[at + F.Level] = NaN;
    if (values[at + F.Type] === Type.Market) {
      values[at + F.Flags] |= Flag.Counted;
      this.known.aim(values[at + F.Signed]);
    }
    values[at + F.Mark] = this.market.mark(0);
    if (values[at + F.Status] === Status.Sent) {
      this.#pending = Math.min(this.#pending, time + delay);
    }
    if (this.#setup.ledger.on) this.#setup.ledger.submitted++;
  }

  /** Asks for an order to be cancelled; false when it is over. */
  cancel(id: number, time: number): boolean {
    const at = this.rows.find(id);
    if (at < 0) return false;
    const { values } = this.rows;
    if (values[at + F.Status] === Status.Done) return true;
    const { latency } = this.#setup.simulation;
    const delay = this.#delay(latency.cancel, Purpose.Cancel, id);
    if (delay === 0) {
      this.#end(at, News.Cancelled, "asked", time);
      this.#settle();
    } else {
      values[at + F.CancelAt] = Math.min(values[at + F.CancelAt], time + delay);
      this.#pending = Math.min(this.#pending, time + delay);
    }
    return true;
  }

  /** Asks for an order's terms to be changed; false when it is over. */
  change(
    id: number,
    to: {
      readonly signed: number;
      readonly limit: number;
      readonly stop: number;
    },
    time: number,
  ): boolean {
    const at = this.rows.find(id);
    if (at < 0) return false;
    const { values } = this.rows;
    const { latency } = this.#setup.simulation;
    const delay = this.#delay(latency.entry, Purpose.Entry, id);
    values[at + F.ChangeAt] = time + delay;
    values[at + F.ChangeSigned] = to.signed;
    values[at + F.ChangeLimit] = to.limit;
    values[at + F.ChangeStop] = to.stop;
    this.#pending = Math.min(this.#pending, time + delay);
    return true;
  }

  /** Turns an order away before it is sent. */
  reject(
    id: number,
    signed: number,
    terms: OrderTerms,
    reason: Reason,
    time: number,
  ): void {
    const { ledger } = this.#setup;
    if (ledger.on) {
      ledger.submitted++;
      ledger.rejected++;
      recordRefused(ledger.ended, id, signed, terms, {
        instrument: this.index,
        mark: this.market.mark(0),
        reason,
        time,
      });
    }
    this.#refused = true;
    this.known.tellRejected(id, signed, reason, time);
  }

  /** Whether an order was turned away since the last time this was asked. */
  takeRefusal(): boolean {
    const refused = this.#refused;
    this.#refused = false;
    return refused;
  }

  /** Ends all orders at once. */
  cancelAll(reason: Reason, time: number): void {
    const { rows } = this;
    for (let i = 0; i < rows.count; i++) {
      this.#end(i * F.Fields, News.Cancelled, reason, time);
    }
    this.#settle();
  }

  /**
   * Trades what is held away at its mark, as a contract's end does: no order
   * has to find a counterparty.
   *
   * @param id of the order that this counts as
   * @param costs whether commission is charged
   */
  settle(signed: number, id: number, time: number, costs: boolean): void {
    const mark = this.market.mark(this.truth.quantity);
    if (signed === 0 || mark !== mark) return;
    const at = this.rows.add();
    const { values } = this.rows;
    values[at + F.Id] = id;
    values[at + F.Signed] = signed;
    values[at + F.Limit] = values[at + F.Stop] = NaN;
    values[at + F.Flags] = Flag.Counted;
    values[at + F.Status] = Status.Working;
    values[at + F.Trail] = NaN;
    values[at + F.Sent] = time;
    values[at + F.Mark] = this.market.markKnown(0);
    this.known.aim(signed);
    if (this.#setup.ledger.on) this.#setup.ledger.submitted++;
    const terms = { price: mark, touch: mark, maker: false };
    this.#fill(at, Math.abs(signed), terms, { time, costs });
    this.#settle();
  }

  /** Ends the orders that live for a session. */
  endDay(time: number): void {
    const { rows } = this;
    for (let i = 0; i < rows.count; i++) {
      const at = i * F.Fields;
      if (rows.values[at + F.Tif] === Tif.Day) {
        this.#end(at, News.Expired, "session_end", time);
      }
    }
    this.#settle();
  }

  // Matching.

  /**
   * Matches an event whose prices are in {@link Market.values}.
   *
   * @param key names the event, for chance
   * @returns whether anything was filled
   */
  match(key: number): boolean {
    const tick = this.market.values;
    this.#filled = false;
    this.#model.begin(tick, key);
    if (this.#pending <= tick[M.Since]) this.#arrivals(tick[M.Since]);
    const { rows } = this;
    for (let i = 0; i < rows.count; i++) {
      const at = i * F.Fields;
      const status = rows.values[at + F.Status];
      if (status === Status.Working) this.#work(at);
      else if (status === Status.Waiting) this.#await(at);
    }
    if (this.#waking) {
      this.#waking = false;
      wake(rows);
      this.#over++;
    }
    this.#settle();
    return this.#filled;
  }

  /** What reached the market by a time, in order. */
  #arrivals(time: number): void {
    const { rows } = this;
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
        this.#pending = first;
        return;
      }
      this.#request(which, first);
    }
  }

  #request(at: number, moment: number): void {
    const { values } = this.rows;
    if (values[at + F.Status] === Status.Sent) {
      if (values[at + F.Arrival] === moment) return this.#arrive(at);
    }
    if (values[at + F.CancelAt] === moment) {
      return this.#end(at, News.Cancelled, "asked", moment);
    }
    if (
      values[at + F.Tif] === Tif.Gtd && values[at + F.Until] === moment
    ) {
      return this.#end(at, News.Expired, "until", moment);
    }
    values[at + F.ChangeAt] = Infinity;
    this.#apply(at, moment);
  }

  /** An order reaches the market. */
  #arrive(at: number): void {
    const { values } = this.rows;
    const type = values[at + F.Type];
    const time = this.market.values[M.Time];
    values[at + F.Status] = type === Type.Market || type === Type.Limit
      ? Status.Working
      : Status.Waiting;
    if (type === Type.Market) return this.#work(at);
    this.known.tell(at, News.Accepted, "none", time);
    if (type === Type.Limit) this.#enterBook(at);
    else if (type === Type.Trailing) this.#trail(at);
  }

  /** A limit order takes what it can, and rests with the others. */
  #enterBook(at: number): void {
    const { values } = this.rows;
    const side = Math.sign(values[at + F.Signed]);
    const limit = values[at + F.Limit];
    const price = this.market.taken(side);
    const takes = (price - limit) * side < this.#half;
    if (takes) {
      if (hasFlag(values, at, Flag.PostOnly)) {
        return this.#end(
          at,
          News.Rejected,
          "post_only",
          this.market.values[M.Time],
        );
      }
      this.#take(at, price);
    }
    this.#afterTaking(at);
    if (values[at + F.Status] === Status.Working) {
      this.#model.rest(values, at, this.market.values);
    }
  }

  /** Whoever does not wait ends here. */
  #afterTaking(at: number): void {
    const { values } = this.rows;
    if (values[at + F.Status] === Status.Done) return;
    const tif = values[at + F.Tif];
    if (tif === Tif.Ioc || tif === Tif.Fok) {
      this.#end(at, News.Cancelled, "unfilled", this.market.values[M.Time]);
    }
  }

  /** A working order meets an event. */
  #work(at: number): void {
    const { values } = this.rows;
    const tick = this.market.values;
    if (values[at + F.Type] === Type.Market) {
      this.#take(at, this.market.taken(values[at + F.Signed]));
      return this.#afterTaking(at);
    }
    const quantity = this.#model.resting(values, at, tick);
    if (!(quantity > 0)) return;
    const allowed = this.#allowed(at, quantity);
    if (allowed === 0) {
      return this.#end(at, News.Cancelled, "reduce_only", tick[M.Time]);
    }
    let price = values[at + F.Limit];
    if (this.#model.improves) {
      const side = Math.sign(values[at + F.Signed]);
      const taken = this.market.taken(side);
      if ((taken - price) * side < 0) price = taken;
    }
    this.#fill(at, allowed, { price, touch: price, maker: true });
  }

  /** A stop looks whether it is reached. */
  #await(at: number): void {
    const { values } = this.rows;
    const tick = this.market.values;
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
      this.known.tell(at, News.Triggered, "none", time);
      return this.#enterBook(at);
    }
    values[at + F.Type] = Type.Market;
    values[at + F.Status] = Status.Working;
    this.known.tell(at, News.Triggered, "none", time);
    // Within a bar prices move without a gap: the stop's price was there.
    this.#take(at, tick[M.Jumped] === 1 ? this.market.taken(side) : stop);
    this.#afterTaking(at);
  }

  /** What a stop looks at: the trade, or the quote that it would meet. */
  #stopPrice(side: number): number {
    const tick = this.market.values;
    const price = tick[M.Price];
    return price === price ? price : this.market.taken(side);
  }

  #trail(at: number): void {
    const { values } = this.rows;
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
    const { values } = this.rows;
    const { slippage } = this.#setup.simulation;
    const side = Math.sign(values[at + F.Signed]);
    const wanted = this.#allowed(at, Math.abs(values[at + F.Signed]));
    const tick = this.market.values;
    if (wanted === 0) {
      return this.#end(at, News.Cancelled, "reduce_only", tick[M.Time]);
    }
    const quantity = this.#model.taking(values, at, tick, wanted);
    if (!(quantity > 0)) return;
    if (values[at + F.Tif] === Tif.Fok && quantity < wanted) return;
    const ticks = slippage.ticks + this.#model.slipTicks(values, at) +
      slippage.ticksPerContract * quantity;
    let paid = price + side * ticks * this.instrument.tickSize;
    if (slippage.rate !== 0) paid += side * slippage.rate * price;
    const limit = values[at + F.Limit];
    if ((paid - limit) * side > 0) paid = limit;
    this.#fill(at, quantity, { price: paid, touch: price, maker: false });
    if (
      hasFlag(values, at, Flag.ReduceOnly) && this.truth.quantity === 0
    ) this.#end(at, News.Cancelled, "reduce_only", tick[M.Time]);
  }

  /** Contracts that may fill: an order that only reduces stops at flat. */
  #allowed(at: number, quantity: number): number {
    const { values } = this.rows;
    if (!hasFlag(values, at, Flag.ReduceOnly)) return quantity;
    const held = this.truth.quantity;
    if (held === 0 || held > 0 === values[at + F.Signed] > 0) return 0;
    return Math.min(quantity, Math.abs(held));
  }

  /** @param terms its price, the one before slippage, and whether it rested */
  #fill(
    at: number,
    quantity: number,
    { price, touch, maker }: {
      readonly price: number;
      readonly touch: number;
      readonly maker: boolean;
    },
    { time, costs } = { time: this.market.values[M.Time], costs: true },
  ): void {
    const { instrument } = this;
    const { ledger, account, index } = this.#setup;
    const { values } = this.rows;
    const side = values[at + F.Signed] > 0 ? 1 : -1;
    const signed = side * quantity;
    const commission = costs
      ? commissionOf(instrument, quantity, price, maker)
      : 0;
    const watch = this.#marks;
    if (ledger.on && this.truth.quantity !== 0) {
      watch.upToNow(this.truth.quantity, touch);
    }
    const realised = this.truth.move(signed, price);
    const left = addQuantity(values[at + F.Signed], -signed);
    values[at + F.Signed] = left;
    values[at + F.Filled] += quantity;
    values[at + F.Value] += quantity * price;
    this.#filled = true;
    const cash = -signed * unitValue(instrument, price);
    account.pay(index, cash - commission);
    if (ledger.on) {
      if (left === 0) ledger.filled++;
      ledger.cash += cash;
      ledger.commission += commission;
      ledger.fills.add(
        time,
        values[at + F.Sent],
        values[at + F.Id],
        index,
        side,
        quantity,
        price,
        commission,
        Number(maker),
        realised,
        account.rate(index),
        watch.mark(touch, 0),
        values[at + F.Mark],
        watch.range.low,
        watch.range.lowTime,
        watch.range.high,
        watch.range.highTime,
      );
      watch.beginAnew(this.truth.quantity, touch, time);
    }
    if (left === 0) {
      // What is done keeps its side, for those who look at its row.
      values[at + F.Signed] = signed;
      values[at + F.Status] = Status.Done;
      this.#over++;
      if (ledger.on) {
        recordOrder(ledger.ended, values, at, { instrument: index, time });
      }
    }
    const woken = followFill(this.rows, at, signed, time, (other) => {
      this.#end(other, News.Cancelled, "other_filled", time);
    });
    if (woken) this.#waking = true;
    this.known.tellFill(at, {
      signed,
      price,
      commission,
      time,
      maker,
      remaining: Math.abs(left),
      realised,
    });
  }

  /** A change of terms reaches the market. */
  #apply(at: number, time: number): void {
    const { values } = this.rows;
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
        return this.#end(at, News.Cancelled, "asked", time);
      }
      if (counted) {
        this.known.aim(addQuantity(left, -values[at + F.Signed]));
      }
      const grows = Math.abs(left) > Math.abs(values[at + F.Signed]);
      values[at + F.Signed] = left;
      if (grows && values[at + F.Status] === Status.Working && !market) {
        this.#model.rest(values, at, this.market.values);
      }
    }
    if (stop === stop) values[at + F.Stop] = stop;
    this.known.tell(at, News.Changed, "none", time);
    if (limit === limit && limit !== values[at + F.Limit]) {
      values[at + F.Limit] = limit;
      if (values[at + F.Status] === Status.Working) this.#enterBook(at);
    }
  }

  #end(at: number, news: number, reason: Reason, time: number): void {
    const { rows } = this;
    const { values } = rows;
    if (values[at + F.Status] === Status.Done) return;
    const { ledger } = this.#setup;
    if (ledger.on) {
      if (news === News.Rejected) ledger.rejected++;
      else ledger.cancelled++;
      const instrument = this.index;
      recordOrder(ledger.ended, values, at, { instrument, time, news, reason });
    }
    values[at + F.Status] = Status.Done;
    this.#over++;
    const id = values[at + F.Id];
    this.known.tell(at, news, reason, time);
    for (const child of sleepersOf(rows, id)) {
      this.#end(child, News.Cancelled, "entry_ended", time);
    }
  }

  /** Lets rows go that are over and heard of, and looks what comes next. */
  #settle(): void {
    if (this.#over === 0) return;
    const { rows } = this;
    this.#over = 0;
    rows.compact();
    this.#pending = Infinity;
    for (let i = 0; i < rows.count; i++) {
      const moment = requestAt(rows.values, i * F.Fields);
      if (moment < this.#pending) this.#pending = moment;
    }
  }

  /** The strategy hears of a notice. */
  hear(notice: Float64Array): void {
    this.known.hear(notice);
    this.#over++;
    this.#settle();
  }

  #delay(
    delay: SimulationSpec["latency"]["entry"],
    purpose: number,
    id: number,
  ): number {
    if (delay.kind === "constant") return delay.ns;
    return delayOf(delay, purpose, id, this.#setup.seed, this.#setup.read);
  }

  get snapshotSize(): number {
    return 2 + this.market.snapshotSize + this.rows.snapshotSize +
      this.truth.snapshotSize + this.known.snapshotSize;
  }

  save(out: Float64Array, offset: number): number {
    out[offset] = Number(this.closing);
    out[offset + 1] = this.#pending;
    offset = this.market.save(out, offset + 2);
    offset = this.rows.save(out, offset);
    offset = this.truth.save(out, offset);
    return this.known.save(out, offset);
  }

  restore(from: Float64Array, offset: number): number {
    this.closing = from[offset] !== 0;
    this.#pending = from[offset + 1];
    this.#over = 0;
    this.#waking = false;
    offset = this.market.restore(from, offset + 2);
    offset = this.rows.restore(from, offset);
    offset = this.truth.restore(from, offset);
    return this.known.restore(from, offset);
  }
}

function hasFlag(values: Float64Array, at: number, flag: number): boolean {
  return (values[at + F.Flags] & flag) !== 0;
}

/** The first moment at which something of an order reaches the market. */
function requestAt(values: Float64Array, at: number): number {
  const status = values[at + F.Status];
  if (status === Status.Done) return Infinity;
  let first = Math.min(values[at + F.CancelAt], values[at + F.ChangeAt]);
  if (status === Status.Sent) first = Math.min(first, values[at + F.Arrival]);
  if (values[at + F.Tif] === Tif.Gtd) {
    first = Math.min(first, values[at + F.Until]);
  }
  return first;
}
