import type { MarkRange } from "./mark_range.ts";
import type { MarkSource } from "./mark_source.ts";

/** Fields of {@link Market.values}. */
export const M = {
  /** Best quote; NaN while none is known. */
  Bid: 0,
  Ask: 1,
  BidSize: 2,
  AskSize: 3,
  /** Trade of this event: NaN when it is a quote. */
  Price: 4,
  Size: 5,
  /** Its aggressor: 1 bought, -1 sold, 0 or NaN unknown. */
  Side: 6,
  /** The last trade, or the last close. */
  Last: 7,
  /** When the event happened, and when its prices came to be, ns. */
  Time: 8,
  Since: 9,
  /** 1: the event brought a quote. */
  Quoted: 10,
  /** 1: prices may have jumped to here; 0: they moved here without a gap. */
  Jumped: 11,
  Fields: 12,
} as const;

/** At which price open positions are valued. */
export type MarkRule = "auto" | "last" | "mid" | "bid_ask";

/** Where an event's prices come from: the feed that runs it. */
export interface PriceSource {
  /** Writes the current row into {@link Market.values}. */
  quote(values: Float64Array): void;
}

/**
 * The prices of one instrument, from all feeds of it on which orders match.
 *
 * They are read when somebody asks, so ticks that nobody looks at cost nothing;
 * each row is a whole state of what it brings, so what lies between does not
 * matter.
 */
export class Market {
  readonly values = new Float64Array(M.Fields).fill(NaN);
  readonly #rule: MarkRule;
  /** The feed that runs now, when it is one of this instrument. */
  #source: PriceSource | null = null;

  constructor(rule: MarkRule = "auto") {
    this.#rule = rule;
    this.values[M.Time] = this.values[M.Since] = -Infinity;
  }

  /** From now on the rows of a feed are what is current. */
  enter(source: PriceSource): void {
    this.#source = source;
  }

  /** The feed's current row is the last one for now. */
  leave(): void {
    this.refresh();
    this.#source = null;
  }

  /** Looks at no feed for a while, and stays with the row before its first. */
  pause(): void {
    this.#source = null;
  }

  /** Reads the current row. */
  refresh(): void {
    if (this.#source !== null) this.#source.quote(this.values);
  }

  /** What an order that takes pays (`side` 1) or gets (-1) now. */
  taken(side: number): number {
    const v = this.values;
    const quote = side > 0 ? v[M.Ask] : v[M.Bid];
    if (quote === quote) return quote;
    const price = v[M.Price];
    return price === price ? price : v[M.Last];
  }

  /** The price of a position; NaN before the first event. */
  mark(position: number): number {
    this.refresh();
    return this.markKnown(position);
  }

  /** As {@link mark}, by what was read last. */
  markKnown(position: number): number {
    const v = this.values;
    const rule = this.#rule;
    const bid = v[M.Bid];
    const ask = v[M.Ask];
    if (rule === "last" || bid !== bid || ask !== ask) return v[M.Last];
    if (rule === "bid_ask" && position !== 0) return position > 0 ? bid : ask;
    return (bid + ask) / 2;
  }

  /**
   * Takes the marks of rows `[from, to)` of the feed that runs into a range. A
   * feed that does not move the mark adds nothing.
   *
   * @param position that is marked
   */
  widen(
    range: MarkRange,
    source: MarkSource,
    rows: { readonly from: number; readonly to: number },
    position: number,
  ): void {
    const { from, to } = rows;
    const v = this.values;
    if (this.#rule !== "last" && source.quoted) {
      const side = position > 0 ? "bid" : "ask";
      const oneSided = this.#rule === "bid_ask" && position !== 0;
      source.quotes(oneSided ? side : "mid", v[M.Last])
        .addTo(range, from, to);
      return;
    }
    const known = v[M.Bid] === v[M.Bid] && v[M.Ask] === v[M.Ask];
    if (this.#rule !== "last" && known) return;
    for (const prices of source.prices) prices.addTo(range, from, to);
  }

  get snapshotSize(): number {
    return M.Fields;
  }

  save(out: Float64Array, offset: number): number {
    this.refresh();
    out.set(this.values, offset);
    return offset + M.Fields;
  }

  restore(from: Float64Array, offset: number): number {
    this.values.set(from.subarray(offset, offset + M.Fields));
    this.#source = null;
    return offset + M.Fields;
  }
}
