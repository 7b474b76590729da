import { Broker } from "../broker/broker.ts";
import type { Fill } from "../broker/fill.ts";
import { Ledger, type SliceRecord } from "../broker/ledger.ts";
import type { Instrument } from "../instrument.ts";
import type { CompiledStrategy } from "../strategy/compile.ts";
import { LiveContext } from "../strategy/context.ts";
import { type FlatState, layState } from "../strategy/state.ts";
import { SeriesGraph } from "../series/graph.ts";
import type { EventCallback } from "../strategy/strategy.ts";
import { type Batch, Feed, type FeedSpec } from "./feed.ts";
import { type Reached, Timers, type TimerSpec } from "./timers.ts";

/** Everything that running a slice depends on, apart from ticks and state. */
export interface RunnerOptions {
  readonly strategy: CompiledStrategy;
  /** One for each input of the strategy, then those that only carry prices. */
  readonly feeds: readonly FeedSpec[];
  readonly instruments: readonly Instrument[];
  readonly timers: TimerSpec;
  /** Epoch nanoseconds of the run's time 0. */
  readonly origin: bigint;
  readonly seed: number;
  readonly slippageTicks: number;
  /** Called before each block of at most 4,096 rows of a feed. */
  readonly onBlock?: () => void;
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
 * Runs one strategy over events, synchronously and without I/O.
 *
 * Events of all feeds are merged by time; at equal times bars come first (a bar
 * is complete before the tick that opens the next one), then feeds in their
 * order. For each event: timers that are due, then orders that were working
 * before it are matched, then fills are notified, then the strategy runs.
 *
 * The state between events is flat: {@link snapshot} and {@link restore} copy
 * it, and equal bytes mean an equal future.
 */
export class Runner {
  readonly #feeds: readonly Feed[];
  readonly #brokers: readonly Broker[];
  /** The broker whose orders match on a feed, by the feed's index. */
  readonly #brokerOf: readonly (Broker | null)[];
  readonly #main: Broker;
  readonly #strategy: CompiledStrategy;
  readonly #callbacks: readonly (EventCallback | null)[];
  readonly #state: FlatState;
  readonly #context: LiveContext;
  readonly #timers: Timers;
  readonly #ledger = new Ledger();
  readonly #notify: ((fill: Fill) => void) | null;
  readonly #initial: Float64Array;
  readonly #onBlock: (() => void) | undefined;
  #current: Feed;
  #reached: Reached = { time: -Infinity, fired: true };

  constructor(options: RunnerOptions) {
    const { strategy, instruments } = options;
    const { definition } = strategy;
    this.#strategy = strategy;
    this.#onBlock = options.onBlock;
    this.#feeds = options.feeds.map((spec, index) =>
      new Feed(
        index,
        spec,
        strategy.inputs[index]?.graph ?? new SeriesGraph(spec.stage),
      )
    );
    this.#current = this.#feeds[0];
    this.#timers = new Timers(options.timers);
    this.#state = layState(definition.state ?? {});
    this.#context = new LiveContext({
      params: strategy.params,
      origin: options.origin,
      seed: options.seed,
    });

    const byName = new Map<string, Broker>();
    this.#brokers = instruments.map((instrument, index) => {
      const market = marketOf(this.#feeds, index);
      const broker = new Broker({
        instrument,
        index,
        slippageTicks: options.slippageTicks,
        market,
        ledger: this.#ledger,
      }, byName);
      byName.set(instrument.symbol, broker);
      return broker;
    });
    this.#main = this.#brokers[this.#feeds[0].spec.instrument];
    this.#brokerOf = this.#feeds.map((feed) => {
      const { instrument } = feed.spec;
      return marketOf(this.#feeds, instrument) === feed
        ? this.#brokers[instrument]
        : null;
    });
    this.#callbacks = this.#feeds.map(({ spec, index }) => {
      if (index >= strategy.inputs.length) return null;
      return (spec.kind === "bars" ? definition.onBar : definition.onTick) ??
        null;
    });
    this.#notify = definition.onFill
      ? (fill) =>
        definition.onFill!(
          fill,
          this.#main,
          this.#state.view,
          this.#context,
        )
      : null;
    this.#timers.set(this.#reached);
    this.#initial = this.snapshot();
  }

  /** The state before the first event: flat, and nothing seen. */
  get initial(): Float64Array {
    return this.#initial;
  }

  /** Events from now on are recorded, or (while warming up) only lived through. */
  record(on: boolean): void {
    this.#ledger.reset();
    this.#ledger.on = on;
    for (const feed of this.#feeds) feed.ended = false;
  }

  /** Hands over a feed's next batch; null when it has no more in this phase. */
  supply(feed: number, batch: Batch | null): void {
    if (batch) this.#feeds[feed].supply(batch);
    else this.#feeds[feed].ended = true;
  }

  /**
   * Runs as far as the batches at hand allow.
   *
   * @returns the index of the feed that needs a batch; -1 when all have ended
   */
  advance(): number {
    for (;;) {
      let first: Feed | null = null;
      let second: Feed | null = null;
      for (const feed of this.#feeds) {
        if (!feed.waiting && !feed.ended) {
          if (!feed.loadBlock()) return feed.index;
          this.#onBlock?.();
        }
        if (!feed.waiting) continue;
        if (first === null || precedes(feed, first)) {
          second = first;
          first = feed;
        } else if (second === null || precedes(feed, second)) second = feed;
      }
      if (first === null) return -1;
      const until = second === null ? first.to : first.rowsUntil(
        second.times[second.at],
        ranksBefore(first, second),
      );
      this.#run(first, until);
    }
  }

  /** What was recorded since {@link record}. */
  take(): SliceRecord {
    const working = this.#brokers.reduce((sum, b) => sum + b.working, 0);
    return this.#ledger.take(working);
  }

  /** Marks the equity at the last event, for the end of a run. */
  sampleNow(): void {
    const { time } = this.#reached;
    if (time > -Infinity) this.#sample(time);
  }

  /** The whole state, flat. */
  snapshot(): Float64Array {
    let size = 2 + this.#state.values.length;
    for (const feed of this.#feeds) size += feed.snapshotSize;
    for (const broker of this.#brokers) {
      size += Broker.runner.snapshotSize(broker);
    }
    const out = new Float64Array(size);
    out[0] = this.#reached.time;
    out[1] = Number(this.#reached.fired);
    let offset = 2;
    for (const feed of this.#feeds) offset = feed.save(out, offset);
    for (const broker of this.#brokers) {
      offset = Broker.runner.save(broker, out, offset);
    }
    out.set(this.#state.values, offset);
    return out;
  }

  /** Takes up a state that {@link snapshot} gave. */
  restore(state: Float64Array): void {
    this.#reached = { time: state[0], fired: state[1] !== 0 };
    let offset = 2;
    for (const feed of this.#feeds) offset = feed.restore(state, offset);
    for (const broker of this.#brokers) {
      offset = Broker.runner.restore(broker, state, offset);
    }
    this.#state.values.set(state.subarray(offset));
    this.#timers.set(this.#reached);
    this.#context.reset();
  }

  /** The event at which the run stands. */
  whereabouts(): Whereabouts {
    const feed = this.#current;
    return { stage: feed.spec.stage, tick: feed.ordinal, time: feed.time };
  }

  /** Rows `[feed.at, until)`, cut where a timer is due. */
  #run(feed: Feed, until: number): void {
    this.#current = feed;
    this.#context.follow(feed);
    for (const broker of this.#brokers) Broker.runner.follow(broker, feed);
    if (this.#ledger.on) this.#ledger.ticks += until - feed.at;
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
      feed.enter();
      const callback = this.#callbacks[feed.index];
      if (callback) this.#events(feed, stop, callback);
      else this.#prices(feed, stop);
      feed.leave(stop - 1);
      this.#reached = { time: feed.times[stop - 1], fired };
      feed.at = stop;
    }
  }

  /** The hot loop. */
  #events(feed: Feed, stop: number, callback: EventCallback): void {
    const { cursor } = feed.series;
    const { shift } = feed;
    const broker = this.#brokerOf[feed.index];
    const main = this.#main;
    const series = this.#strategy.series;
    const state = this.#state.view;
    const context = this.#context;
    for (let row = feed.at; row < stop; row++) {
      cursor.at = row + shift;
      if (broker !== null && broker.working !== 0) {
        this.#match(feed, broker, row);
      }
      callback(series, main, state, context);
    }
  }

  /** A feed that the strategy does not listen to still fills its orders. */
  #prices(feed: Feed, stop: number): void {
    const broker = this.#brokerOf[feed.index];
    let row = feed.at;
    while (broker !== null && row < stop && broker.working !== 0) {
      feed.series.cursor.at = row + feed.shift;
      this.#match(feed, broker, row++);
    }
    feed.series.cursor.at = stop - 1 + feed.shift;
  }

  #match(feed: Feed, broker: Broker, row: number): void {
    const time = feed.times[row];
    const quote = {
      buy: feed.buyAt(row),
      sell: feed.sellAt(row),
      since: feed.pricedAt(row),
      time,
    };
    if (Broker.runner.match(broker, quote, this.#notify)) this.#sample(time);
  }

  #fireTimers(feed: Feed): void {
    const row = feed.at;
    feed.series.cursor.at = row + feed.shift;
    const key = feed.key;
    const reached = {
      time: feed.times[row],
      fired: feed.spec.kind !== "bars",
    };
    this.#timers.fire(reached, {
      sample: (time) => this.#sample(time),
      sampleClose: (time) => this.#sample(time, 1),
      closeOut: (time) => {
        for (const broker of this.#brokers) {
          Broker.runner.follow(broker, { time, key });
          Broker.runner.close(broker);
          Broker.runner.follow(broker, feed);
        }
      },
      reopen: () => this.#brokers.forEach(Broker.runner.reopen),
    });
  }

  #sample(time: number, close: 0 | 1 = 0): void {
    const ledger = this.#ledger;
    if (!ledger.on) return;
    let exposure = 0;
    for (const broker of this.#brokers) {
      exposure += Broker.runner.exposure(broker);
    }
    ledger.equity.add(
      time,
      ledger.cash + exposure,
      ledger.commission,
      exposure,
      ledger.filled,
      close,
    );
  }
}

/** Orders of an instrument match on its ticks; on its bars when there are none. */
function marketOf(feeds: readonly Feed[], instrument: number): Feed {
  const own = feeds.filter((f) => f.spec.instrument === instrument);
  return own.find((f) => f.spec.kind !== "bars") ?? own[0];
}

function precedes(a: Feed, b: Feed): boolean {
  const ta = a.times[a.at];
  const tb = b.times[b.at];
  return ta < tb || (ta === tb && ranksBefore(a, b));
}

/** At equal times. */
function ranksBefore(a: Feed, b: Feed): boolean {
  const barsA = a.spec.kind === "bars";
  const barsB = b.spec.kind === "bars";
  return barsA === barsB ? a.index < b.index : barsA;
}
