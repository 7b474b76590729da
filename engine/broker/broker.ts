import type { Instrument } from "../instrument.ts";
import type { Moment } from "../strategy/context.ts";
import type { Account } from "./account.ts";
import type { Exchange } from "./exchange.ts";
import { M } from "./market.ts";
import type { Reason } from "./notices.ts";
import {
  type Order,
  type OrderChange,
  orderOf,
  type OrderTerms,
  problemOf,
  writeTerms,
} from "./order.ts";
import { F, Flag, Status } from "./order_rows.ts";
import { CRUMB } from "./position.ts";

/** What the whole account is worth, in its currency. */
export interface AccountView {
  /** Cash, and open positions at their mark. */
  readonly equity: number;
  /** Equity that backs no position: `equity − Σ initial margin`. */
  readonly available: number;
  /** Initial margin of all positions. */
  readonly margin: number;
  readonly currency: string;
}

/**
 * Orders and the position of one instrument.
 *
 * What a strategy sends on an event meets the market at the next event of the
 * instrument at the earliest, and later when there is latency.
 */
export class Broker {
  readonly instrument: Instrument;
  readonly #exchange: Exchange;
  readonly #account: Account;
  readonly #byName: ReadonlyMap<string, Broker>;
  readonly #view: AccountView;
  readonly #goals: Float64Array;
  #moment: Moment = { time: 0, key: -1 };
  #lastKey = -1;
  #sentNow = 0;

  /** @param byName the brokers of all instruments of the run, for {@link of} */
  constructor(
    exchange: Exchange,
    account: Account,
    byName: ReadonlyMap<string, Broker>,
  ) {
    this.instrument = exchange.instrument;
    this.#exchange = exchange;
    this.#account = account;
    this.#byName = byName;
    this.#view = viewOf(account);
    this.#goals = exchange.known.goals;
  }

  /** Contracts held: above 0 long, below 0 short. */
  get position(): number {
    return this.#exchange.known.position.quantity;
  }

  /** Average price of the open position; NaN when flat. */
  get entryPrice(): number {
    return this.#exchange.known.position.entryPrice;
  }

  /**
   * The position once every market order on its way is filled. Limit orders and
   * stops count when they fill.
   */
  get goal(): number {
    return this.#exchange.known.goal;
  }

  /** The price at which the position is valued now. */
  get mark(): number {
    return this.#exchange.market.mark(this.position);
  }

  /** Best bid now; NaN when the instrument has no quotes. */
  get bid(): number {
    return this.#price(M.Bid);
  }

  /** Best ask now; NaN when the instrument has no quotes. */
  get ask(): number {
    return this.#price(M.Ask);
  }

  /** Last trade, or last close of a bar; NaN without. */
  get last(): number {
    return this.#price(M.Last);
  }

  #price(field: number): number {
    const { market } = this.#exchange;
    market.refresh();
    return market.values[field];
  }

  /** Profit of the open position at the mark, in currency, before costs. */
  get openProfit(): number {
    return this.#exchange.known.position.openProfit(this.mark);
  }

  /** Orders that are on their way or working. */
  get working(): number {
    return this.#exchange.working;
  }

  /**
   * The account that all instruments share.
   *
   * Cash remembers everything, so a strategy that looks at it runs its slices
   * one after the other.
   */
  get account(): AccountView {
    if (!this.#account.spec.tracked) {
      throw new TypeError(
        "Cannot look at the account: its name must stand in the strategy's own code as `account`",
      );
    }
    return this.#view;
  }

  /** The broker of another instrument of this run. */
  of(symbol: string): Broker {
    const broker = this.#byName.get(symbol);
    if (!broker) {
      throw new RangeError(
        `Cannot trade ${symbol}: the run has ${
          [...this.#byName.keys()].join(", ")
        }`,
      );
    }
    return broker;
  }

  /**
   * Trades at market so that the position becomes `position`, counting what is
   * already on its way. Does nothing when it is there (a billionth of the
   * position, or of a contract, counts as rounding), and opens nothing after the
   * flat-at-close time.
   */
  target(position: number): void {
    const goal = this.#goals[0];
    if (position === goal) return;
    if (!Number.isFinite(position)) {
      throw new RangeError(
        `Cannot set a target position: current value is ${position}`,
      );
    }
    const { expiry } = this.instrument;
    if (expiry !== null && this.#moment.time >= expiry) return;
    if (this.#exchange.closing && position !== 0) return;
    const signed = position - goal;
    const crumb = CRUMB * Math.max(1, Math.abs(position));
    if (position !== 0 && Math.abs(signed) < crumb) return;
    this.#submit(signed, AT_MARKET);
  }

  /**
   * Buys `quantity` contracts: at market, or as `terms` say; gives the order's
   * id. An order that the market would turn away is rejected, see `onOrder`.
   *
   * @throws RangeError when `quantity` is not above 0
   */
  buy(quantity: number, terms: OrderTerms = AT_MARKET): number {
    return this.#submit(checked("buy", quantity), terms);
  }

  /** Sells, as {@link buy} buys. */
  sell(quantity: number, terms: OrderTerms = AT_MARKET): number {
    return this.#submit(-checked("sell", quantity), terms);
  }

  /** Closes the position at market. */
  flatten(): void {
    this.target(0);
  }

  /**
   * Asks for an order to be cancelled.
   *
   * @returns false when it is over already, or never was
   */
  cancel(id: number): boolean {
    return this.#exchange.cancel(id, this.#moment.time);
  }

  /**
   * Cancels every working order. After the flat-at-close time the order that
   * closes the position is sent again at once.
   */
  cancelAll(): void {
    const { rows } = this.#exchange;
    const ids: number[] = [];
    for (let i = 0; i < rows.count; i++) {
      ids.push(rows.values[i * F.Fields + F.Id]);
    }
    for (const id of ids) this.cancel(id);
    if (this.#exchange.closing) this.target(0);
  }

  /**
   * Asks for an order's terms to be changed. A new price, or a larger quantity,
   * puts it at the end of the queue.
   *
   * @returns false when it is over already, or never was
   * @throws RangeError for terms that are off the grid or do not fit the order
   */
  modify(id: number, change: OrderChange): boolean {
    const order = this.order(id);
    if (order === null) return false;
    const { quantity, limit, stop } = change;
    if (quantity !== undefined) checked("modify", quantity);
    if (
      (limit !== undefined && order.limit === null) ||
      (stop !== undefined && order.stop === null)
    ) {
      throw new RangeError(
        `Cannot modify: the order is ${order.type}, it has no ${
          limit !== undefined && order.limit === null ? "limit" : "stop"
        }`,
      );
    }
    const problem = problemOf(
      this.instrument,
      quantity ?? order.quantity,
      { limit, stop },
    );
    if (problem !== null) {
      throw new RangeError(
        `Cannot modify: current terms are ${
          JSON.stringify(change)
        }, the reason is ${problem}`,
      );
    }
    const to = {
      signed: quantity === undefined ? NaN : order.side * quantity,
      limit: limit ?? NaN,
      stop: stop ?? NaN,
    };
    return this.#exchange.change(id, to, this.#moment.time);
  }

  /**
   * Ties orders of this instrument together: as soon as one of them fills at
   * all, the others are cancelled.
   */
  oco(...ids: number[]): void {
    const { rows } = this.#exchange;
    for (const id of ids) {
      const at = rows.find(id);
      if (at < 0) continue;
      if ((rows.values[at + F.Flags] & Flag.Child) !== 0) {
        throw new RangeError(
          `Cannot tie order ${id} to others: it protects a position`,
        );
      }
      rows.values[at + F.Group] = ids[0];
      rows.values[at + F.Flags] |= Flag.Oco;
    }
  }

  /** Whether an order is on its way or working, as far as is known. */
  isWorking(id: number): boolean {
    return this.#exchange.rows.find(id) >= 0;
  }

  /** An order that is on its way or working; null when it is over. */
  order(id: number): Order | null {
    const { rows } = this.#exchange;
    const at = rows.find(id);
    return at < 0 ? null : orderOf(rows.values, at);
  }

  /** All orders that are on their way or working, in the order of sending. */
  orders(): Order[] {
    const { rows } = this.#exchange;
    return Array.from(
      { length: rows.count },
      (_, i) => orderOf(rows.values, i * F.Fields),
    );
  }

  #submit(signed: number, terms: OrderTerms): number {
    const id = this.#nextId();
    const { time } = this.#moment;
    const exchange = this.#exchange;
    const reason = this.#refusal(signed, terms);
    if (reason !== null) {
      exchange.reject(id, signed, terms, reason, time);
      return id;
    }
    const { rows } = exchange;
    const at = rows.add();
    writeTerms(rows.values, at, id, signed, terms);
    exchange.send(at, time);
    const { takeProfit, stopLoss } = terms;
    if (takeProfit !== undefined) {
      this.#protect(id, signed, { limit: takeProfit, reduceOnly: true });
    }
    if (stopLoss !== undefined) {
      this.#protect(id, signed, { stop: stopLoss, reduceOnly: true });
    }
    return id;
  }

  /** One side of a bracket: sleeps until its entry fills. */
  #protect(entry: number, signed: number, terms: OrderTerms): void {
    const { rows } = this.#exchange;
    const at = rows.add();
    writeTerms(rows.values, at, this.#nextId(), -signed, terms);
    rows.values[at + F.Status] = Status.Dormant;
    rows.values[at + F.Group] = entry;
    rows.values[at + F.Flags] |= Flag.Child;
    this.#exchange.send(at, this.#moment.time);
  }

  #refusal(signed: number, terms: OrderTerms): Reason | null {
    const exchange = this.#exchange;
    const { expiry } = this.instrument;
    if (expiry !== null && this.#moment.time >= expiry) {
      return "expired_contract";
    }
    if (exchange.closing && !terms.reduceOnly) {
      const { goal } = exchange.known;
      const after = goal + signed;
      if (after * goal < 0 || Math.abs(after) > Math.abs(goal)) {
        return "closing";
      }
    }
    const { instrument } = this;
    const problem = terms === AT_MARKET && instrument.lotSize === 0 &&
        instrument.minQuantity === 0
      ? null
      : problemOf(instrument, Math.abs(signed), terms);
    if (problem !== null) return problem;
    return this.#account.enforced && !this.#backed(signed) ? "margin" : null;
  }

  /** Whether the account can carry what an order would add. */
  #backed(signed: number): boolean {
    const exchange = this.#exchange;
    const held = exchange.truth.quantity;
    const { goal } = exchange.known;
    const after = goal + signed;
    if (Math.abs(after) <= Math.abs(goal) && after * goal >= 0) return true;
    const account = this.#account;
    const needed = account.margin(
      "initial",
      exchange.index,
      after - held,
    );
    return account.equity() >= needed;
  }

  /**
   * Ids come from the event, so that they do not depend on where a run began,
   * and are above 0.
   */
  #nextId(): number {
    const key = this.#moment.key;
    if (key !== this.#lastKey) {
      this.#lastKey = key;
      this.#sentNow = 0;
    }
    if (this.#sentNow === MAX_PER_EVENT) {
      throw new RangeError(
        `Cannot submit more orders: current count is ${MAX_PER_EVENT} on one tick`,
      );
    }
    return key * MAX_PER_EVENT + ++this.#sentNow;
  }

  // What follows is the runner's side, which strategies do not get to.

  /** @internal */
  static readonly runner = {
    follow(broker: Broker, moment: Moment): void {
      broker.#moment = moment;
    },

    /** Cancels what works, closes the position, and lets nothing be opened. */
    close(broker: Broker): void {
      broker.#exchange.cancelAll("closing", broker.#moment.time);
      broker.#exchange.closing = true;
      broker.target(0);
    },

    reopen(broker: Broker): void {
      broker.#exchange.closing = false;
    },

    /** The run ends: what is held is closed at its last mark, with costs. */
    liquidate(broker: Broker): void {
      const exchange = broker.#exchange;
      const { time } = broker.#moment;
      exchange.cancelAll("closing", time);
      const id = broker.#nextId();
      exchange.settle(-exchange.truth.quantity, id, time, true);
    },

    /** The contract ends: what is held is settled at its last mark. */
    expire(broker: Broker): void {
      const exchange = broker.#exchange;
      const { time } = broker.#moment;
      exchange.cancelAll("expired_contract", time);
      const id = broker.#nextId();
      exchange.settle(-exchange.truth.quantity, id, time, false);
    },

    /**
     * The next contract takes over: what is held is closed at the last mark of
     * the old one, and opened again at market in the new one.
     */
    roll(broker: Broker, prices: "raw" | "back_adjusted"): void {
      const exchange = broker.#exchange;
      const { time } = broker.#moment;
      const held = exchange.truth.quantity;
      exchange.cancelAll("rolled", time);
      if (held === 0) return;
      exchange.settle(-held, broker.#nextId(), time, true);
      if (prices === "raw") broker.#submit(held, AT_MARKET);
      else exchange.settle(held, broker.#nextId(), time, true);
    },

    /** Forgets how many orders the event has sent: the run goes back. */
    rewind(broker: Broker): void {
      broker.#lastKey = -1;
    },
  };
}

const AT_MARKET: OrderTerms = {};

/** Orders that one event may submit on an instrument without sharing an id. */
const MAX_PER_EVENT = 64;

function checked(verb: string, quantity: number): number {
  if (quantity > 0 && Number.isFinite(quantity)) return quantity;
  throw new RangeError(
    `Cannot ${verb}: current quantity is ${quantity}, it must be above 0`,
  );
}

function viewOf(account: Account): AccountView {
  return Object.freeze({
    get equity() {
      return account.equity();
    },
    get available() {
      return account.equity() - account.margin("initial");
    },
    get margin() {
      return account.margin("initial");
    },
    currency: account.spec.currency,
  });
}

// An instance must not lead a strategy to the runner's side.
Object.defineProperty(Broker.prototype, "constructor", { value: Object });
