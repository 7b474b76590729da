import type { SliceRecord } from "../broker/ledger.ts";
import type { CompiledStrategy } from "../strategy/compile.ts";
import type { Batch, Feed } from "./feed.ts";
import { Feeds } from "./feeds.ts";
import { oneNaN } from "./one_nan.ts";
import { copyBits, type RunnerOptions } from "./runner.ts";
import { Trader, type Whereabouts } from "./trader.ts";

export interface SweepRunnerOptions extends Omit<RunnerOptions, "strategy"> {
  /** Each compiled beside the first, so that they share their series. */
  readonly strategies: readonly CompiledStrategy[];
}

/** What one of the strategies left: its record, or what it threw and where. */
export type SetOutcome =
  | { readonly record: SliceRecord }
  | { readonly error: unknown; readonly at: Whereabouts }
  /** It threw in an earlier slice. */
  | null;

/**
 * Runs a strategy with several sets of parameters over one reading of the
 * events. Series are computed once a block, whoever reads them; then each set
 * runs the block's rows, while they are in the cache.
 *
 * Sets know nothing of each other: each does what a {@link Runner} of its own
 * would do. One that throws is left out from there on.
 */
export class SweepRunner {
  readonly #feeds: Feeds;
  readonly #traders: readonly Trader[];
  readonly #thrown: ({ error: unknown; at: Whereabouts } | null)[];
  readonly #dead: boolean[];
  readonly #initial: Float64Array;
  /** Rows that the traders have yet to run, feed by feed in turn. */
  readonly #stretches: { feed: Feed; until: number }[] = [];
  #at: Whereabouts;
  /** Only series are computed: no set runs. */
  #warming = false;
  /** Events since {@link record}. */
  events = 0;

  constructor(options: SweepRunnerOptions) {
    const { strategies, feeds, timers, onBlock } = options;
    const graphs = strategies[0].inputs.map(({ graph }) => graph);
    this.#feeds = new Feeds(feeds, graphs, timers.opens, onBlock);
    this.#traders = strategies.map((strategy) =>
      new Trader(this.#feeds.all, { ...options, strategy })
    );
    this.#thrown = strategies.map(() => null);
    this.#dead = strategies.map(() => false);
    this.#at = this.#traders[0].whereabouts();
    this.#initial = this.snapshot();
  }

  /** The state before the first event: flat, and nothing seen. */
  get initial(): Float64Array {
    return this.#initial;
  }

  /** Events from now on bring the indicators up, and no set sees them. */
  warmUp(): void {
    this.#warming = true;
    this.#feeds.begin();
  }

  /** Ends a warm-up: every set stands flat before the first event at a time. */
  beginAt(time: number): void {
    this.#warming = false;
    for (const trader of this.#traders) trader.beginAt(time);
  }

  /** Closes what every set holds, at its mark and with costs. */
  liquidate(): void {
    for (const [set, trader] of this.#traders.entries()) {
      if (!this.#dead[set]) trader.liquidate();
    }
  }

  /** As {@link Runner.record}, of every set. */
  record(on: boolean): void {
    for (const trader of this.#traders) trader.record(on);
    this.#thrown.fill(null);
    this.events = 0;
    this.#feeds.begin();
  }

  /** Hands over a feed's next batch; null when it has no more in this phase. */
  supply(feed: number, batch: Batch | null): void {
    this.#feeds.supply(feed, batch);
  }

  /**
   * Runs as far as the batches at hand allow.
   *
   * @returns the index of the feed that needs a batch; -1 when all have ended
   */
  advance(): number {
    const feeds = this.#feeds;
    const stretches = this.#stretches;
    for (;;) {
      if (!feeds.next(stretches.length === 0)) {
        if (stretches.length === 0) return feeds.wanting;
        this.#run();
        continue;
      }
      const { first: feed, until } = feeds;
      if (stretches.length === 0) feeds.mark();
      stretches.push({ feed, until });
      this.events += until - feed.at;
      feed.skip(until);
    }
  }

  /** Has every set run the stretches. */
  #run(): void {
    const feeds = this.#feeds;
    const stretches = this.#stretches;
    for (let set = 0; set < this.#traders.length; set++) {
      if (this.#dead[set] || this.#warming) continue;
      const trader = this.#traders[set];
      feeds.rewind();
      try {
        for (const { feed, until } of stretches) trader.run(feed, until);
      } catch (error) {
        this.#dead[set] = true;
        this.#thrown[set] = { error, at: trader.whereabouts() };
      }
    }
    feeds.rewind();
    for (const { feed, until } of stretches) feed.skip(until);
    const { feed } = stretches[stretches.length - 1];
    this.#at = {
      stage: feed.spec.stage,
      tick: feed.ordinal,
      time: feed.time,
    };
    stretches.length = 0;
  }

  /** What each set left since {@link record}. */
  take(): SetOutcome[] {
    return this.#traders.map((trader, set) =>
      this.#dead[set] ? this.#thrown[set] : { record: trader.take() }
    );
  }

  /** Marks the equity at the last event, for the end of a run. */
  sampleNow(): void {
    for (const [set, trader] of this.#traders.entries()) {
      if (!this.#dead[set]) trader.sampleNow();
    }
  }

  /** The whole state, flat: the feeds', then of each set its length and itself. */
  snapshot(): Float64Array {
    const parts = this.#traders.map((trader, set) =>
      this.#dead[set] ? null : trader.snapshot()
    );
    const feeds = this.#feeds.snapshotSize;
    const out = new Float64Array(
      parts.reduce((sum, part) => sum + 1 + (part?.length ?? 0), feeds),
    );
    let offset = this.#feeds.save(out, 0);
    oneNaN(out.subarray(0, offset));
    for (const part of parts) {
      out[offset++] = part === null ? DEAD : part.length;
      if (part === null) continue;
      copyBits(part, out, offset);
      offset += part.length;
    }
    return out;
  }

  /** Takes up a state that {@link snapshot} gave. */
  restore(state: Float64Array): void {
    let offset = this.#feeds.restore(state, 0);
    this.#stretches.length = 0;
    for (const [set, trader] of this.#traders.entries()) {
      const length = state[offset++];
      this.#dead[set] = length === DEAD;
      if (length === DEAD) continue;
      trader.restore(state.subarray(offset, offset += length));
    }
  }

  /** The event at which the run stands. */
  whereabouts(): Whereabouts {
    return this.#at;
  }
}

/** Stands for the length of the state of a set that threw. */
const DEAD = -1;
