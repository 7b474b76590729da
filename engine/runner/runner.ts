import type { SliceRecord } from "../broker/ledger.ts";
import type { Batch, FeedSpec } from "./feed.ts";
import { Feeds } from "./feeds.ts";
import { oneNaN } from "./one_nan.ts";
import { Trader, type TraderOptions, type Whereabouts } from "./trader.ts";

/** Everything that running a slice depends on, apart from ticks and state. */
export interface RunnerOptions extends TraderOptions {
  /** One for each input of the strategy, then those that only carry prices. */
  readonly feeds: readonly FeedSpec[];
  /** Called before each block of at most 4,096 rows of a feed. */
  readonly onBlock?: () => void;
}

/**
 * Runs one strategy over events, synchronously and without I/O.
 *
 * The state between events is flat: {@link snapshot} and {@link restore} copy
 * it, and equal bytes mean an equal future.
 */
export class Runner {
  readonly #feeds: Feeds;
  readonly #trader: Trader;
  readonly #initial: Float64Array;

  constructor(options: RunnerOptions) {
    const { strategy, feeds, timers, onBlock } = options;
    const graphs = strategy.inputs.map(({ graph }) => graph);
    this.#feeds = new Feeds(feeds, graphs, timers.opens, onBlock);
    this.#trader = new Trader(this.#feeds.all, options);
    this.#initial = this.snapshot();
  }

  /** The state before the first event: flat, and nothing seen. */
  get initial(): Float64Array {
    return this.#initial;
  }

  /** Events from now on are recorded, or (while warming up) only lived through. */
  record(on: boolean): void {
    this.#trader.record(on);
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
    const trader = this.#trader;
    while (feeds.next()) trader.run(feeds.first, feeds.until);
    return feeds.wanting;
  }

  /** What was recorded since {@link record}. */
  take(): SliceRecord {
    return this.#trader.take();
  }

  /** Marks the equity at the last event, for the end of a run. */
  sampleNow(): void {
    this.#trader.sampleNow();
  }

  /**
   * The whole state, flat.
   *
   * @param memory used when it is as long as the state
   */
  snapshot(memory?: Float64Array): Float64Array {
    const own = this.#trader.snapshot();
    const feeds = this.#feeds.snapshotSize;
    const size = feeds + own.length;
    const out = memory?.length === size ? memory : new Float64Array(size);
    this.#feeds.save(out, 0);
    oneNaN(out.subarray(0, feeds));
    copyBits(own, out, feeds);
    return out;
  }

  /** Takes up a state that {@link snapshot} gave. */
  restore(state: Float64Array): void {
    const offset = this.#feeds.restore(state, 0);
    this.#trader.restore(state.subarray(offset));
  }

  /** The event at which the run stands. */
  whereabouts(): Whereabouts {
    return this.#trader.whereabouts();
  }
}

/** Copies numbers as bytes: some may be the bits of another type. */
export function copyBits(
  from: Float64Array,
  to: Float64Array,
  at: number,
): void {
  const bytes = new Uint8Array(to.buffer, to.byteOffset);
  bytes.set(
    new Uint8Array(from.buffer, from.byteOffset, from.byteLength),
    at * Float64Array.BYTES_PER_ELEMENT,
  );
}
