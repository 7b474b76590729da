import { type Instrument, unitValue } from "../instrument.ts";
import type { Account } from "./account.ts";
import { Clearing } from "./clearing.ts";
import { Knowledge } from "./knowledge.ts";
import { delayOf, Purpose } from "./latency.ts";
import type { Ledger, Recorded } from "./ledger.ts";
import { MarkWatch, type WatchedFeed } from "./mark_watch.ts";
import { Market, type PriceSource } from "./market.ts";
import { Matching } from "./matching.ts";
import { News, type Notices, type Reason } from "./notices.ts";
import type { OrderTerms } from "./order.ts";
import { recordOrder, recordRefused } from "./order_record.ts";
import { F, Flag, OrderRows, Status, Tif, Type } from "./order_rows.ts";
import { Position } from "./position.ts";
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
  readonly #marks: MarkWatch;
  readonly #clearing: Clearing;
  readonly #matching: Matching;
  #refused = false;

  constructor(setup: ExchangeSetup) {
    const { instrument, simulation } = setup;
    this.#setup = setup;
    this.instrument = instrument;
    this.index = setup.index;
    this.market = new Market(simulation.mark);
    this.#marks = new MarkWatch(this.market);
    this.truth = new Position(instrument, simulation.positions);
    const { latency, positions } = simulation;
    this.known = new Knowledge({ ...setup, latency, positions }, this.rows);
    const parts = {
      ...setup,
      market: this.market,
      rows: this.rows,
      truth: this.truth,
      known: this.known,
      marks: this.#marks,
    };
    this.#clearing = new Clearing(parts);
    this.#matching = new Matching(parts, this.#clearing);
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
      this.#clearing.pending = Math.min(this.#clearing.pending, time + delay);
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
      this.#clearing.end(at, News.Cancelled, "asked", time);
      this.#clearing.settle();
    } else {
      values[at + F.CancelAt] = Math.min(values[at + F.CancelAt], time + delay);
      this.#clearing.pending = Math.min(this.#clearing.pending, time + delay);
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
    this.#clearing.pending = Math.min(this.#clearing.pending, time + delay);
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
      this.#clearing.end(i * F.Fields, News.Cancelled, reason, time);
    }
    this.#clearing.settle();
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
    this.#clearing.fill(at, Math.abs(signed), terms, time, costs);
    this.#clearing.settle();
  }

  /** Ends the orders that live for a session. */
  endDay(time: number): void {
    const { rows } = this;
    for (let i = 0; i < rows.count; i++) {
      const at = i * F.Fields;
      if (rows.values[at + F.Tif] === Tif.Day) {
        this.#clearing.end(at, News.Expired, "session_end", time);
      }
    }
    this.#clearing.settle();
  }

  // Matching.

  /**
   * Matches an event whose prices are in {@link Market.values}.
   *
   * @param key names the event, for chance
   * @returns whether anything was filled
   */
  match(key: number): boolean {
    return this.#matching.match(key);
  }

  /** The strategy hears of a notice. */
  hear(notice: Float64Array): void {
    this.known.hear(notice);
    this.#clearing.touch();
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
    out[offset + 1] = this.#clearing.pending;
    offset = this.market.save(out, offset + 2);
    offset = this.rows.save(out, offset);
    offset = this.truth.save(out, offset);
    return this.known.save(out, offset);
  }

  restore(from: Float64Array, offset: number): number {
    this.closing = from[offset] !== 0;
    this.#clearing.restore(from[offset + 1]);
    offset = this.market.restore(from, offset + 2);
    offset = this.rows.restore(from, offset);
    offset = this.truth.restore(from, offset);
    return this.known.restore(from, offset);
  }
}
