import { MarkRange } from "./mark_range.ts";
import type { MarkSource } from "./mark_source.ts";
import type { Market } from "./market.ts";

/** A feed whose rows move the mark. */
export interface WatchedFeed {
  /** The first row that has not been run. */
  readonly at: number;
  /** The row at which it stands. */
  readonly row: number;
  readonly time: number;
  readonly marks: MarkSource;
}

/**
 * Keeps the range of an instrument's mark while a position is held. It looks
 * at rows in spans, from one fill to the next or to the end of a block, so a
 * tick costs a comparison or two and nothing at all while flat.
 */
export class MarkWatch {
  /** Marks since the last fill, or since the record began. */
  readonly range = new MarkRange();
  readonly #market: Market;
  #feed: WatchedFeed | null = null;
  /** The first row that has not been looked at. */
  #next = 0;
  /** A bar is current, whose prices come one after the other. */
  #within = false;

  constructor(market: Market) {
    this.#market = market;
  }

  enter(feed: WatchedFeed): void {
    this.#feed = feed;
    this.#next = feed.at;
  }

  leave(): void {
    this.#feed = null;
  }

  /** Looks at the rows before `row`, with a position that is held. */
  upTo(row: number, position: number): void {
    const from = this.#next;
    if (this.#feed === null || from >= row) return;
    this.#next = row;
    this.#market.widen(
      this.range,
      this.#feed.marks,
      { from, to: row },
      position,
    );
  }

  /**
   * Looks at the rows up to the current event, that one too.
   *
   * @param touch price at which a fill takes place, before slippage
   */
  upToNow(position: number, touch: number): void {
    const feed = this.#feed;
    if (feed === null) return;
    if (this.#within) this.range.point(touch, feed.time);
    else this.upTo(feed.row + 1, position);
  }

  /** See `Exchange.within`. */
  within(price: number | null, position: number): void {
    const feed = this.#feed;
    if (feed === null) return;
    if (!this.#within) {
      if (position !== 0) this.upTo(feed.row, position);
      this.#next = feed.row + 1;
    }
    this.#within = price !== null;
    if (price !== null && position !== 0) this.range.point(price, feed.time);
  }

  /** The mark now; within a bar, the price that a fill has touched. */
  mark(touch: number, position: number): number {
    return this.#within ? touch : this.#market.markKnown(position);
  }

  /** A fill has left this position: what is held from now on has seen one mark. */
  beginAnew(position: number, touch: number, time: number): void {
    this.range.reset();
    if (this.#feed !== null) this.#next = this.#feed.row + 1;
    if (position !== 0) this.range.point(this.mark(touch, position), time);
  }
}
