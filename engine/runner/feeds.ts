import { SeriesGraph } from "../series/graph.ts";
import { type Batch, Feed, type FeedSpec } from "./feed.ts";
import { precedes, ranksBefore } from "./merge.ts";

/**
 * The inputs of a run, merged by time; at equal times bars come first (a bar is
 * complete before the tick that opens the next one), then feeds in their order.
 */
export class Feeds {
  readonly all: readonly Feed[];
  readonly #onBlock: (() => void) | undefined;
  /** After {@link next} said true: rows `[first.at, until)` are next. */
  first: Feed;
  until = 0;
  /** After it said false: the feed that needs a batch; -1: all have ended. */
  wanting = -1;

  /**
   * @param graphs of the strategy's inputs; feeds beyond them carry prices only
   * @param opens of the run's sessions, ns since its origin
   * @param onBlock called before each block of a feed
   */
  constructor(
    specs: readonly FeedSpec[],
    graphs: readonly SeriesGraph[],
    opens: Float64Array,
    onBlock?: () => void,
  ) {
    this.#onBlock = onBlock;
    this.all = specs.map((spec, index) =>
      new Feed(index, spec, graphs[index] ?? new SeriesGraph(spec.stage), opens)
    );
    this.first = this.all[0];
  }

  /** A new phase: no feed has ended. */
  begin(): void {
    for (const feed of this.all) feed.ended = false;
  }

  /** Hands over a feed's next batch; null when it has no more in this phase. */
  supply(feed: number, batch: Batch | null): void {
    if (batch) this.all[feed].supply(batch);
    else this.all[feed].ended = true;
  }

  /**
   * Finds the rows that come next: those of one feed before any other's.
   *
   * @param load false: stops before a block has to be computed
   */
  next(load = true): boolean {
    let first: Feed | null = null;
    let second: Feed | null = null;
    for (const feed of this.all) {
      if (!feed.waiting && !feed.ended) {
        if (!load || !feed.loadBlock()) {
          this.wanting = feed.index;
          return false;
        }
        this.#onBlock?.();
      }
      if (!feed.waiting) continue;
      if (first === null || precedes(feed, first)) {
        second = first;
        first = feed;
      } else if (second === null || precedes(feed, second)) second = feed;
    }
    if (first === null) {
      this.wanting = -1;
      return false;
    }
    this.first = first;
    this.until = second === null ? first.to : first.rowsUntil(
      second.times[second.at],
      ranksBefore(first, second),
    );
    return true;
  }

  /** Keeps where the feeds stand, for {@link rewind}. */
  mark(): void {
    for (const feed of this.all) feed.mark();
  }

  /** Goes back to where the feeds stood at {@link mark}, in the same blocks. */
  rewind(): void {
    for (const feed of this.all) feed.rewind();
  }

  get snapshotSize(): number {
    return this.all.reduce((sum, feed) => sum + feed.snapshotSize, 0);
  }

  save(out: Float64Array, offset: number): number {
    for (const feed of this.all) offset = feed.save(out, offset);
    return offset;
  }

  restore(from: Float64Array, offset: number): number {
    for (const feed of this.all) offset = feed.restore(from, offset);
    return offset;
  }
}
