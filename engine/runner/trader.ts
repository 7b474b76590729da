import { Account, type AccountSpec } from "../broker/account.ts";
import { Broker } from "../broker/broker.ts";
import { Exchange } from "../broker/exchange.ts";
import { Ledger, type SliceRecord } from "../broker/ledger.ts";
import { M } from "../broker/market.ts";
import { N, Notices } from "../broker/notices.ts";
import type { SimulationSpec } from "../broker/simulation.ts";
import type { Instrument } from "../instrument.ts";
import type { CompiledStrategy } from "../strategy/compile.ts";
import { LiveContext, type Moment } from "../strategy/context.ts";
import { Kept } from "../strategy/kept.ts";
import { type FlatState, layState } from "../strategy/state.ts";
import { bufferOf, type Series } from "../series/series.ts";
import type { EventCallback } from "../strategy/strategy.ts";
import type { Feed } from "./feed.ts";
import { Listener } from "./listener.ts";
import { matchesOn } from "./merge.ts";
import { Moments, type Occasion } from "./moments.ts";
import { oneNaN } from "./one_nan.ts";
import { type Reached, Timers, type TimerSpec } from "./timers.ts";

/** Everything that a strategy's run depends on, apart from ticks and state. */
export interface TraderOptions {
  readonly strategy: CompiledStrategy;
  readonly instruments: readonly Instrument[];
  readonly timers: TimerSpec;
  /** Epoch nanoseconds of the run's time 0. */
  readonly origin: bigint;
  readonly seed: number;
  readonly simulation: SimulationSpec;
  readonly account: AccountSpec;
}

/** Where a run stands, for messages. */
export interface Whereabouts {
  readonly stage: string;
  /** Row number in the feed's table. */
  readonly tick: number;
  /** Nanoseconds since the run's origin. */
  readonly time: number;
}

/**
 * One strategy with its parameters, its account and its orders, over feeds that
 * others may read too.
 *
 * For each event: timers and news that are due, then orders that have reached
 * the market are matched, then fills are notified, then the strategy runs.
 */
export class Trader {
  readonly #feeds: readonly Feed[];
  readonly #exchanges: readonly Exchange[];
  readonly #brokers: readonly Broker[];
  /** The exchange whose orders match on a feed, by the feed's index. */
  readonly #exchangeOf: readonly (Exchange | null)[];
  readonly #account: Account;
  readonly #notices = new Notices();
  readonly #main: Broker;
  readonly #listener: Listener;
  readonly #kept: Kept;
  readonly #strategy: CompiledStrategy;
  readonly #callbacks: readonly (EventCallback | null)[];
  readonly #state: FlatState;
  readonly #context: LiveContext;
  readonly #timers: Timers;
  readonly #ledger: Ledger;
  /** For each feed the series of `wakeOn`, if it is one of the feed's. */
  readonly #wakes: readonly (Series | null)[];
  /** Something has happened since the strategy's last event: it runs the next. */
  #awake = true;
  /** A margin call was made, and equity has not recovered since. */
  #called = false;
  #current: Feed;
  #reached: Reached = { time: -Infinity, fired: true };

  constructor(feeds: readonly Feed[], options: TraderOptions) {
    const { strategy, instruments } = options;
    const { definition } = strategy;
    this.#strategy = strategy;
    this.#feeds = feeds;
    this.#current = feeds[0];
    this.#kept = new Kept(definition);
    this.#timers = new Timers(
      options.timers,
      new Moments({
        opens: options.timers.opens,
        closes: options.timers.closes,
        timers: definition.timers ?? {},
        starts: definition.onSessionStart !== undefined,
        ends: definition.onSessionEnd !== undefined,
        instruments,
      }),
    );
    this.#state = layState(definition.state ?? {});
    this.#context = new LiveContext({
      params: strategy.params,
      origin: options.origin,
      seed: options.seed,
    });

    const converts = options.account.rates.some((rate) =>
      rate.kind !== "fixed" || rate.rate !== 1
    );
    this.#ledger = new Ledger(instruments.length, converts);
    this.#account = new Account(options.account, instruments.length);
    this.#exchanges = instruments.map((instrument, index) =>
      new Exchange({
        instrument,
        index,
        simulation: options.simulation,
        seed: options.seed,
        ledger: this.#ledger,
        account: this.#account,
        notices: this.#notices,
        hearsFills: definition.onFill !== undefined,
        hearsOrders: definition.onOrder !== undefined,
        read: (column) => this.#read(index, column),
      })
    );
    this.#account.connect(this.#exchanges);
    const byName = new Map<string, Broker>();
    this.#brokers = this.#exchanges.map((exchange) => {
      const broker = new Broker(exchange, this.#account, byName);
      byName.set(exchange.instrument.symbol, broker);
      return broker;
    });
    this.#main = this.#brokers[this.#feeds[0].spec.instrument];
    this.#exchangeOf = this.#feeds.map((feed) =>
      matchesOn(this.#feeds, feed)
        ? this.#exchanges[feed.spec.instrument]
        : null
    );
    this.#listener = new Listener({
      definition,
      broker: this.#main,
      exchanges: this.#exchanges,
      state: this.#state.view,
      context: this.#context,
      series: strategy.series,
      sessions: options.timers,
    });
    this.#callbacks = this.#feeds.map(({ spec, index }) => {
      if (index >= strategy.inputs.length) return null;
      return (spec.kind === "bars" ? definition.onBar : definition.onTick) ??
        null;
    });
    this.#wakes = this.#feeds.map(({ index }) => {
      const { wake, inputs } = strategy;
      return wake?.owner === inputs[index]?.graph ? wake : null;
    });
    this.#timers.set(this.#reached);
  }

  /** Events from now on are recorded, or (while warming up) only lived through. */
  record(on: boolean): void {
    this.#ledger.reset();
    for (const exchange of this.#exchanges) exchange.beginRecord();
    this.#ledger.on = on;
  }

  /** What was recorded since {@link record}. */
  take(): SliceRecord {
    return this.#ledger.take(this.#exchanges);
  }

  /** Marks the equity at the last event, for the end of a run. */
  sampleNow(): void {
    const { time } = this.#reached;
    if (time === -Infinity) return;
    this.#sample(time);
    this.#recordMarks(time);
  }

  /** All but the feeds' part of the state, flat. */
  snapshot(): Float64Array {
    const kept = this.#kept.snapshot();
    const own = this.#state.values;
    let size = HEAD + own.length + kept.length + this.#notices.snapshotSize +
      this.#account.snapshotSize;
    for (const exchange of this.#exchanges) size += exchange.snapshotSize;
    const out = new Float64Array(size);
    out[0] = this.#reached.time;
    out[1] = Number(this.#reached.fired);
    out[2] = Number(this.#called);
    out[3] = Number(this.#awake);
    let offset = HEAD;
    for (const exchange of this.#exchanges) offset = exchange.save(out, offset);
    offset = this.#notices.save(out, offset);
    offset = this.#account.save(out, offset);
    out.set(own, offset);
    offset += own.length;
    oneNaN(out.subarray(0, offset));
    // Copied as bytes: a number may not survive the bits of another type.
    new Uint8Array(out.buffer).set(
      new Uint8Array(kept.buffer),
      offset * Float64Array.BYTES_PER_ELEMENT,
    );
    return out;
  }

  /** Takes up a state that {@link snapshot} gave. */
  restore(state: Float64Array): void {
    this.#reached = { time: state[0], fired: state[1] !== 0 };
    this.#called = state[2] !== 0;
    this.#awake = state[3] !== 0;
    let offset = HEAD;
    for (const exchange of this.#exchanges) {
      offset = exchange.restore(state, offset);
    }
    offset = this.#notices.restore(state, offset);
    offset = this.#account.restore(state, offset);
    const own = this.#state.values;
    own.set(state.subarray(offset, offset + own.length));
    this.#kept.restore(state.subarray(offset + own.length));
    this.#timers.set(this.#reached);
    this.#context.reset();
    for (const broker of this.#brokers) Broker.runner.rewind(broker);
  }

  /**
   * Stands before the first event at or after a time, as if nothing had come
   * before: of what happened earlier no timer tells.
   */
  beginAt(time: number): void {
    this.#reached = { time, fired: false };
    this.#timers.set(this.#reached);
  }

  /** Cancels what works and closes what is held, at its mark and with costs. */
  liquidate(): void {
    // The rows of the last event may be gone: its time is what was reached.
    this.#follow({ time: this.#reached.time, key: this.#current.key });
    for (const broker of this.#brokers) Broker.runner.liquidate(broker);
  }

  /** The event at which the run stands. */
  whereabouts(): Whereabouts {
    const feed = this.#current;
    return { stage: feed.spec.stage, tick: feed.ordinal, time: feed.time };
  }

  /** Runs rows `[feed.at, until)`, cut where a timer is due. */
  run(feed: Feed, until: number): void {
    this.#current = feed;
    this.#follow(feed);
    if (this.#ledger.on) this.#ledger.ticks += until - feed.at;
    const exchange = this.#exchangeOf[feed.index];
    // A bar comes before the timers of its time, a tick after them.
    const fired = feed.spec.kind !== "bars";
    while (feed.at < until) {
      let stop = until;
      const last = feed.times[until - 1];
      const { next } = this.#timers;
      if (fired ? last >= next : last > next) {
        stop = Math.min(until, feed.rowsUntil(next, !fired));
        if (stop === feed.at) {
          this.#fireTimers(feed);
          continue;
        }
      }
      exchange?.enter(feed);
      const callback = this.#callbacks[feed.index];
      const wake = this.#wakes[feed.index];
      if (callback && wake) this.#woken(feed, stop, exchange, callback, wake);
      else if (callback) this.#events(feed, stop, exchange, callback);
      else this.#prices(feed, stop, exchange);
      exchange?.leave(stop);
      feed.leave(stop - 1);
      this.#reached = { time: feed.times[stop - 1], fired };
      feed.at = stop;
    }
  }

  /** The hot loop. */
  #events(
    feed: Feed,
    stop: number,
    exchange: Exchange | null,
    callback: EventCallback,
  ): void {
    const { cursor } = feed.series;
    const { shift } = feed;
    const rows = exchange === null ? NO_ROWS : exchange.rows;
    const notices = this.#notices;
    const main = this.#main;
    const series = this.#strategy.series;
    const state = this.#state.view;
    const context = this.#context;
    const watched = this.#account.enforced;
    for (let row = feed.at; row < stop; row++) {
      if (rows.count !== 0 || notices.count !== 0 || watched) {
        this.#before(feed, exchange, row);
      } else cursor.at = row + shift;
      callback(series, main, state, context);
    }
  }

  /** The hot loop of a strategy with `wakeOn`. */
  #woken(
    feed: Feed,
    stop: number,
    exchange: Exchange | null,
    callback: EventCallback,
    wake: Series,
  ): void {
    const { cursor } = feed.series;
    const { shift } = feed;
    const rows = exchange === null ? NO_ROWS : exchange.rows;
    const notices = this.#notices;
    const main = this.#main;
    const series = this.#strategy.series;
    const state = this.#state.view;
    const context = this.#context;
    const watched = this.#account.enforced;
    const values = bufferOf(wake);
    for (let row = feed.at; row < stop; row++) {
      if (rows.count !== 0 || notices.count !== 0 || watched) {
        this.#before(feed, exchange, row);
      } else {
        if (!this.#awake) {
          row = nextWake(values, row + shift, stop + shift) - shift;
          if (row === stop) break;
        }
        cursor.at = row + shift;
      }
      this.#awake = false;
      callback(series, main, state, context);
      for (const each of this.#exchanges) {
        if (each.takeRefusal()) this.#awake = true;
      }
    }
    cursor.at = stop - 1 + shift;
  }

  /** A feed that the strategy does not listen to still fills its orders. */
  #prices(feed: Feed, stop: number, exchange: Exchange | null): void {
    const notices = this.#notices;
    const watched = this.#account.enforced;
    const rows = exchange === null ? NO_ROWS : exchange.rows;
    let row = feed.at;
    while (
      row < stop && (rows.count !== 0 || notices.count !== 0 || watched)
    ) {
      this.#before(feed, exchange, row++);
    }
    feed.series.cursor.at = stop - 1 + feed.shift;
  }

  /** What comes before the strategy sees an event; moves the cursor to it. */
  #before(feed: Feed, exchange: Exchange | null, row: number): void {
    const time = feed.times[row];
    if (this.#notices.count !== 0) this.#hearEarlier(feed, exchange, row, time);
    feed.series.cursor.at = row + feed.shift;
    if (exchange !== null && exchange.rows.count !== 0) {
      exchange.market.refresh();
      const filled = feed.spec.kind === "bars"
        ? matchBar(exchange, feed)
        : exchange.match(feed.key);
      if (filled) this.#sample(time);
    }
    this.#hearDue(time);
    if (this.#account.enforced) this.#checkMargin(time);
  }

  #hearDue(time: number): void {
    while (this.#notices.count !== 0) {
      const notice = this.#notices.takeDue(time);
      if (notice === null) return;
      this.#listener.hear(notice);
    }
  }

  /**
   * News that are due before an event: the strategy hears of them at their own
   * time, when the event is not there yet.
   */
  #hearEarlier(
    feed: Feed,
    exchange: Exchange | null,
    row: number,
    time: number,
  ): void {
    if (this.#notices.nextDue() > time) return;
    feed.series.cursor.at = row - 1 + feed.shift;
    if (row > feed.at) exchange?.market.leave();
    else exchange?.market.pause();
    this.#hearUpTo(time, feed.keyAt(row));
    exchange?.market.enter(feed);
    this.#follow(feed);
  }

  /** Hears of what is due, each at its own time. */
  #hearUpTo(time: number, key: number): void {
    for (;;) {
      const notice = this.#notices.takeDue(time);
      if (notice === null) return;
      this.#follow({ time: notice[N.Due], key });
      this.#listener.hear(notice);
    }
  }

  #follow(moment: Moment): void {
    this.#context.follow(moment);
    for (const broker of this.#brokers) Broker.runner.follow(broker, moment);
  }

  #checkMargin(time: number): void {
    const account = this.#account;
    const maintenance = account.margin("maintenance");
    const equity = maintenance === 0 ? 0 : account.equity();
    const short = equity < maintenance;
    if (!short || this.#called) {
      this.#called = short;
      return;
    }
    this.#called = true;
    if (account.spec.marginCall === "liquidate") {
      for (const [i, broker] of this.#brokers.entries()) {
        this.#exchanges[i].cancelAll("margin", time);
        broker.target(0);
      }
    }
    this.#listener.marginCall({ equity, maintenance });
  }

  #fireTimers(feed: Feed): void {
    this.#awake = true;
    const row = feed.at;
    feed.series.cursor.at = row - 1 + feed.shift;
    const key = feed.keyAt(row);
    const reached = {
      time: feed.times[row],
      fired: feed.spec.kind !== "bars",
    };
    const moveTo = (time: number) => {
      this.#hearUpTo(time, key);
      this.#follow({ time, key });
    };
    this.#timers.fire(reached, {
      sample: (time) => this.#sample(time),
      endSession: (time) => {
        this.#sample(time, 1);
        this.#recordMarks(time);
        for (const exchange of this.#exchanges) exchange.endDay(time);
      },
      closeOut: (time) => {
        moveTo(time);
        this.#brokers.forEach(Broker.runner.close);
      },
      reopen: () => this.#brokers.forEach(Broker.runner.reopen),
      tell: (occasion, time) => {
        moveTo(time);
        this.#tell(occasion);
      },
    });
    this.#follow(feed);
  }

  #tell(occasion: Occasion): void {
    switch (occasion.kind) {
      case "timer":
        return this.#listener.timer(occasion.name);
      case "start":
      case "end":
        return this.#listener.session(occasion.kind, occasion.session);
      default:
        return this.#turnOver(occasion);
    }
  }

  #turnOver({ kind, instrument }: ContractOccasion): void {
    const broker = this.#brokers[instrument];
    const { roll } = broker.instrument;
    if (kind === "expiry") Broker.runner.expire(broker);
    else Broker.runner.roll(broker, roll?.prices ?? "raw");
    this.#sample(this.#context.time);
    this.#hearDue(this.#context.time);
  }

  /** A column of the instrument's own ticks, at the row where they stand. */
  #read(instrument: number, column: string): number {
    const feed = this.#feeds.find(({ spec }) =>
      spec.instrument === instrument && spec.columns.includes(column)
    );
    return feed === undefined ? NaN : feed.read(column);
  }

  #recordMarks(time: number): void {
    const ledger = this.#ledger;
    if (!ledger.on) return;
    ledger.closes.add(
      time,
      ...this.#exchanges.map(({ market }) => market.mark(0)),
    );
  }

  #sample(time: number, close: 0 | 1 = 0): void {
    const ledger = this.#ledger;
    if (!ledger.on) return;
    let exposure = 0;
    for (let i = 0; i < this.#exchanges.length; i++) {
      const value = this.#exchanges[i].exposure();
      if (value !== 0) exposure += value * this.#account.rate(i);
    }
    ledger.equity.add(
      time,
      ledger.cash + exposure,
      ledger.commission,
      exposure,
      ledger.fills.rows,
      close,
    );
    if (ledger.rates.names.length === 0) return;
    ledger.rates.add(...this.#exchanges.map((_, i) => this.#account.rate(i)));
  }
}

/** Numbers of a snapshot before those of the exchanges. */
const HEAD = 4;

type ContractOccasion = Extract<Occasion, { readonly instrument: number }>;

/** Index of the first value from `from` on that is not 0; `to` when all are. */
function nextWake(values: Float64Array, from: number, to: number): number {
  let i = from;
  while (
    i + 4 <= to && values[i] === 0 && values[i + 1] === 0 &&
    values[i + 2] === 0 && values[i + 3] === 0
  ) i += 4;
  while (i < to && values[i] === 0) i++;
  return i;
}

/** What stands for the orders of a feed on which nothing is matched. */
const NO_ROWS = { count: 0 } as const;

/** Matches a bar: its open, then the path that its prices are taken to have gone. */
function matchBar(exchange: Exchange, feed: Feed): boolean {
  const tick = exchange.market.values;
  exchange.within(tick[M.Price]);
  let filled = exchange.match(feed.key);
  for (const price of feed.path()) {
    if (exchange.rows.count !== 0) {
      tick[M.Price] = price;
      tick[M.Jumped] = 0;
      if (exchange.match(feed.key)) filled = true;
    }
    exchange.within(price);
  }
  exchange.within(null);
  exchange.market.refresh();
  return filled;
}
