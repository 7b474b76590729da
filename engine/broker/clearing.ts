import { type Instrument, unitValue } from "../instrument.ts";
import type { Account } from "./account.ts";
import { commissionOf } from "./commission.ts";
import { followFill, sleepersOf, wake } from "./groups.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Ledger } from "./ledger.ts";
import type { MarkWatch } from "./mark_watch.ts";
import { News, type Reason } from "./notices.ts";
import { recordOrder } from "./order_record.ts";
import { F, type OrderRows, Status, Tif } from "./order_rows.ts";
import { addQuantity, type Position } from "./position.ts";

export interface ClearingSetup {
  readonly instrument: Instrument;
  /** Index of the instrument in the run. */
  readonly index: number;
  readonly rows: OrderRows;
  readonly truth: Position;
  readonly known: Knowledge;
  readonly marks: MarkWatch;
  readonly ledger: Ledger;
  readonly account: Account;
}

/** What a fill is made at: its price, the one before slippage, whether it rested. */
export interface FillTerms {
  readonly price: number;
  readonly touch: number;
  readonly maker: boolean;
}

/**
 * What fills and ends of orders come to: the position and the money, the
 * record, other orders, and what the strategy will hear.
 */
export class Clearing {
  readonly #setup: ClearingSetup;
  /** The first moment at which something reaches the market. */
  pending = Infinity;
  /** Whether anything was filled since this was last set to false. */
  filled = false;
  #over = 0;
  #waking = false;

  constructor(setup: ClearingSetup) {
    this.#setup = setup;
  }

  /** @param costs whether commission is charged */
  fill(
    at: number,
    quantity: number,
    { price, touch, maker }: FillTerms,
    time: number,
    costs = true,
  ): void {
    const { instrument, index, rows, truth, known } = this.#setup;
    const { ledger, account, marks: watch } = this.#setup;
    const { values } = rows;
    const side = values[at + F.Signed] > 0 ? 1 : -1;
    const signed = side * quantity;
    const commission = costs
      ? commissionOf(instrument, quantity, price, maker)
      : 0;
    if (ledger.on && truth.quantity !== 0) {
      watch.upToNow(truth.quantity, touch);
    }
    const realised = truth.move(signed, price);
    const left = addQuantity(values[at + F.Signed], -signed);
    values[at + F.Signed] = left;
    values[at + F.Filled] += quantity;
    values[at + F.Value] += quantity * price;
    this.filled = true;
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
      watch.beginAnew(truth.quantity, touch, time);
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
    const woken = followFill(rows, at, signed, time, (other) => {
      this.end(other, News.Cancelled, "other_filled", time);
    });
    if (woken) this.#waking = true;
    known.tellFill(at, {
      signed,
      price,
      commission,
      time,
      maker,
      remaining: Math.abs(left),
      realised,
    });
  }

  /** Ends an order that is not over, and those that wait for it. */
  end(at: number, news: number, reason: Reason, time: number): void {
    const { rows, index, known, ledger } = this.#setup;
    const { values } = rows;
    if (values[at + F.Status] === Status.Done) return;
    if (ledger.on) {
      if (news === News.Rejected) ledger.rejected++;
      else ledger.cancelled++;
      const instrument = index;
      recordOrder(ledger.ended, values, at, { instrument, time, news, reason });
    }
    values[at + F.Status] = Status.Done;
    this.#over++;
    const id = values[at + F.Id];
    known.tell(at, news, reason, time);
    for (const child of sleepersOf(rows, id)) {
      this.end(child, News.Cancelled, "entry_ended", time);
    }
  }

  /** Orders that an entry's fill has woken work from the next event on. */
  wake(): void {
    if (!this.#waking) return;
    this.#waking = false;
    wake(this.#setup.rows);
    this.#over++;
  }

  /** A row has changed in a way that may let it go. */
  touch(): void {
    this.#over++;
    this.settle();
  }

  /** Lets rows go that are over and heard of, and looks what comes next. */
  settle(): void {
    if (this.#over === 0) return;
    const { rows } = this.#setup;
    this.#over = 0;
    rows.compact();
    this.pending = Infinity;
    for (let i = 0; i < rows.count; i++) {
      const moment = requestAt(rows.values, i * F.Fields);
      if (moment < this.pending) this.pending = moment;
    }
  }

  /** After a restored snapshot. */
  restore(pending: number): void {
    this.pending = pending;
    this.#over = 0;
    this.#waking = false;
  }
}

/** The first moment at which something of an order reaches the market. */
export function requestAt(values: Float64Array, at: number): number {
  const status = values[at + F.Status];
  if (status === Status.Done) return Infinity;
  let first = Math.min(values[at + F.CancelAt], values[at + F.ChangeAt]);
  if (status === Status.Sent) first = Math.min(first, values[at + F.Arrival]);
  if (values[at + F.Tif] === Tif.Gtd) {
    first = Math.min(first, values[at + F.Until]);
  }
  return first;
}
