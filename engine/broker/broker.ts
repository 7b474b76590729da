import type { Instrument } from "../instrument.ts";
import type { Moment } from "../strategy/context.ts";
import type { Fill } from "./fill.ts";
import type { Ledger } from "./ledger.ts";
import { OrderBook } from "./orders.ts";

/** Where the broker sees prices: the feed on which an instrument's orders match. */
export interface Market {
  /** Price at which positions are valued; NaN before the first tick. */
  readonly mark: number;
}

/** What the broker needs of the run around it. */
export interface BrokerSetup {
  readonly instrument: Instrument;
  /** Index of the instrument in the record of fills. */
  readonly index: number;
  /** Ticks by which a market order fills worse than the price it meets. */
  readonly slippageTicks: number;
  readonly market: Market;
  readonly ledger: Ledger;
}

/** The prices of one event. */
interface Quote {
  /** What a buy pays and a sell gets. */
  readonly buy: number;
  readonly sell: number;
  /** When these prices came to be, ns since the origin. */
  readonly since: number;
  /** When they are known, ns since the origin. */
  readonly time: number;
}

const POSITION = 0;
const ENTRY = 1;
const GOAL = 2;
const CLOSING = 3;
const FIELDS = 4;

/**
 * Orders and the position of one instrument.
 *
 * What a strategy submits on a tick meets the market at the next tick of the
 * instrument, never on the same one.
 */
export class Broker {
  readonly instrument: Instrument;
  readonly #setup: BrokerSetup;
  readonly #state = new Float64Array(FIELDS);
  readonly #orders = new OrderBook();
  readonly #byName: ReadonlyMap<string, Broker>;
  #moment: Moment = { time: 0, key: -1 };
  #lastKey = -1;
  #submittedNow = 0;
  /** Orders that this tick has still to fill. */
  #due = 0;

  /** @param byName the brokers of all instruments of the run, for {@link of} */
  constructor(setup: BrokerSetup, byName: ReadonlyMap<string, Broker>) {
    this.instrument = setup.instrument;
    this.#setup = setup;
    this.#byName = byName;
  }

  /** Contracts held: above 0 long, below 0 short. */
  get position(): number {
    return this.#state[POSITION];
  }

  /** Average price of the open position; NaN when flat. */
  get entryPrice(): number {
    return this.#state[POSITION] === 0 ? NaN : this.#state[ENTRY];
  }

  /** The position once every working market order is filled. */
  get goal(): number {
    return this.#state[GOAL];
  }

  /** The price at which the position is valued now. */
  get mark(): number {
    return this.#setup.market.mark;
  }

  /** Profit of the open position at the mark, in currency, before costs. */
  get openProfit(): number {
    const position = this.#state[POSITION];
    if (position === 0) return 0;
    return (this.mark - this.#state[ENTRY]) * position *
      this.instrument.multiplier;
  }

  /** Orders that are working. */
  get working(): number {
    return this.#orders.count;
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
    const state = this.#state;
    if (position === state[GOAL]) return;
    if (!Number.isFinite(position)) {
      throw new RangeError(
        `Cannot set a target position: current value is ${position}`,
      );
    }
    if (state[CLOSING] !== 0 && position !== 0) return;
    const signed = position - state[GOAL];
    const crumb = CRUMB * Math.max(1, Math.abs(position));
    if (position !== 0 && Math.abs(signed) < crumb) return;
    this.#submit(signed);
  }

  /** Buys `quantity` contracts at market; gives the order's id. */
  buy(quantity: number): number {
    return this.#market("buy", quantity, 1);
  }

  /** Sells `quantity` contracts at market; gives the order's id. */
  sell(quantity: number): number {
    return this.#market("sell", quantity, -1);
  }

  /** Closes the position at market. */
  flatten(): void {
    this.target(0);
  }

  /**
   * Cancels every working order. After the flat-at-close time the order that
   * closes the position is sent again at once.
   */
  cancelAll(): void {
    const cancelled = this.#orders.count;
    this.#orders.clear();
    this.#due = 0;
    this.#state[GOAL] = this.#state[POSITION];
    if (this.#setup.ledger.on) this.#setup.ledger.cancelled += cancelled;
    if (this.#state[CLOSING] !== 0) this.target(0);
  }

  #market(verb: string, quantity: number, side: 1 | -1): number {
    if (!(quantity > 0 && Number.isFinite(quantity))) {
      throw new RangeError(
        `Cannot ${verb}: current quantity is ${quantity}, it must be above 0`,
      );
    }
    if (this.#state[CLOSING] !== 0) {
      const goal = this.#state[GOAL];
      const after = goal + side * quantity;
      if (after * goal < 0 || Math.abs(after) > Math.abs(goal)) {
        const { ledger } = this.#setup;
        if (ledger.on) {
          ledger.submitted++;
          ledger.rejected++;
        }
        return this.#nextId();
      }
    }
    return this.#submit(side * quantity);
  }

  #submit(signed: number): number {
    const id = this.#nextId();
    this.#orders.add(id, signed, this.#moment.time);
    this.#state[GOAL] = add(this.#state[GOAL], signed);
    if (this.#setup.ledger.on) this.#setup.ledger.submitted++;
    return id;
  }

  /** Ids come from the tick, so that they do not depend on where a run began. */
  #nextId(): number {
    const key = this.#moment.key;
    if (key !== this.#lastKey) {
      this.#lastKey = key;
      this.#submittedNow = 0;
    }
    if (this.#submittedNow === MAX_PER_EVENT) {
      throw new RangeError(
        `Cannot submit more orders: current count is ${MAX_PER_EVENT} on one tick`,
      );
    }
    return key * MAX_PER_EVENT + this.#submittedNow++;
  }

  // What follows is the runner's side, which strategies do not get to.

  /** @internal */
  static readonly runner = {
    follow(broker: Broker, moment: Moment): void {
      broker.#moment = moment;
    },

    /**
     * Matches the orders that were working before this tick. An order that was
     * sent after the prices came to be, within a bar, waits for the next ones.
     *
     * @returns whether anything was filled
     */
    match(
      broker: Broker,
      { buy, sell, since, time }: Quote,
      onFill: ((fill: Fill) => void) | null,
    ): boolean {
      const orders = broker.#orders;
      const slip = broker.#setup.slippageTicks * broker.instrument.tickSize;
      broker.#due = orders.count;
      let filled = false;
      while (broker.#due > 0) {
        const { id, signed, submitted } = orders.first();
        if (submitted > since) break;
        broker.#due--;
        orders.removeFirst();
        const price = signed > 0 ? buy + slip : sell - slip;
        const fill = broker.#fill(id, signed, price, time, submitted);
        filled = true;
        if (onFill) onFill(fill);
      }
      return filled;
    },

    /** Cancels what works, closes the position, and lets nothing be opened. */
    close(broker: Broker): void {
      if (broker.#orders.count > 0) broker.cancelAll();
      broker.#state[CLOSING] = 1;
      broker.target(0);
    },

    reopen(broker: Broker): void {
      broker.#state[CLOSING] = 0;
    },

    /** Position value at the mark, in currency. */
    exposure(broker: Broker): number {
      const position = broker.#state[POSITION];
      return position === 0
        ? 0
        : position * broker.mark * broker.instrument.multiplier;
    },

    snapshotSize: (broker: Broker): number =>
      FIELDS + broker.#orders.snapshotSize,

    save(broker: Broker, out: Float64Array, offset: number): number {
      out.set(broker.#state, offset);
      return broker.#orders.save(out, offset + FIELDS);
    },

    restore(broker: Broker, from: Float64Array, offset: number): number {
      broker.#state.set(from.subarray(offset, offset + FIELDS));
      broker.#lastKey = -1;
      return broker.#orders.restore(from, offset + FIELDS);
    },
  };

  #fill(
    order: number,
    signed: number,
    price: number,
    time: number,
    submitted: number,
  ): Fill {
    const { instrument, ledger, index } = this.#setup;
    const quantity = Math.abs(signed);
    const side = signed > 0 ? 1 : -1;
    const commission = instrument.commissionPerContract * quantity;
    this.#move(signed, price);
    if (ledger.on) {
      ledger.filled++;
      ledger.cash -= signed * price * instrument.multiplier;
      ledger.commission += commission;
      ledger.fills.add(
        time,
        submitted,
        order,
        index,
        side,
        quantity,
        price,
        commission,
      );
    }
    return {
      order,
      instrument: instrument.symbol,
      side,
      quantity,
      price,
      commission,
      time,
    };
  }

  #move(signed: number, price: number): void {
    const state = this.#state;
    const before = state[POSITION];
    const after = add(before, signed);
    if (after === 0) state[ENTRY] = 0;
    else if (before === 0 || Math.sign(before) !== Math.sign(after)) {
      state[ENTRY] = price;
    } else if (Math.abs(after) > Math.abs(before)) {
      state[ENTRY] = (state[ENTRY] * before + price * signed) / after;
    }
    state[POSITION] = after;
  }
}

/** Orders that one event may submit on an instrument without sharing an id. */
const MAX_PER_EVENT = 64;

/** Contracts, beside one, below which a difference comes from rounding. */
const CRUMB = 1e-9;

/** A sum of quantities; what rounding leaves of one that cancels out is 0. */
function add(position: number, signed: number): number {
  const sum = position + signed;
  return Math.abs(sum) < CRUMB * Math.abs(signed) ? 0 : sum;
}

// An instance must not lead a strategy to the runner's side.
Object.defineProperty(Broker.prototype, "constructor", { value: Object });
