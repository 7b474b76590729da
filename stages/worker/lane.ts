import type { Batch } from "../../engine/host.ts";
import {
  type FlowContext,
  type LaneReply,
  type LaneRequest,
  type Link,
  type RowRange,
  slotViews,
  type WireEnd,
} from "../../pipeline/link/mod.ts";

/** A worker's side of the lane on which a table's rows come. */
export class Lane {
  readonly #link: Link<LaneReply, LaneRequest>;
  readonly #views: readonly Float64Array[][];
  #held: { slot: number; ordinal: number; at: number; to: number } | null =
    null;

  #ended = 0;
  /** The end of a `want` came while looking ahead. */
  #endSeen = false;

  private constructor(
    link: Link<LaneReply, LaneRequest>,
    views: readonly Float64Array[][],
  ) {
    this.#link = link;
    this.#views = views;
  }

  static async open(context: FlowContext, wire: WireEnd): Promise<Lane> {
    const link = await context.open<LaneReply, LaneRequest>(wire);
    return new Lane(link, slotViews(wire.memory!));
  }

  /** Asks for rows; they come after all that was asked for before. */
  want(ranges: readonly RowRange[]): Promise<void> {
    return this.#link.send({ want: ranges });
  }

  /** Up to `rows` more rows of the slot at hand; null when it is used up. */
  cut(rows: number): Batch | null {
    const held = this.#held;
    if (held === null || held.at === held.to) return null;
    const [time, ...columns] = this.#views[held.slot];
    const from = held.at;
    const to = Math.min(held.to, from + rows);
    held.at = to;
    return { time, columns, from, to, ordinal: held.ordinal };
  }

  /**
   * Gives the slot at hand back and waits for the next one.
   *
   * @returns false when all of the oldest `want` has come
   */
  async next(): Promise<boolean> {
    if (this.#endSeen) {
      this.#endSeen = false;
      this.#ended++;
      return false;
    }
    if (this.#held) {
      await this.#link.send({ release: this.#held.slot });
      this.#held = null;
    }
    const reply = await this.#link.receive();
    if (reply === null) {
      throw new Error("Cannot read on: the table's stage closed the lane");
    }
    if (!reply.filled) {
      this.#ended++;
      return false;
    }
    const { slot, from, to, ordinal } = reply.filled;
    this.#held = { slot, ordinal, at: from, to };
    return true;
  }

  /** Lets go of what comes until `ends` of all `want`s have come to their end. */
  async drain(ends: number): Promise<void> {
    while (this.#ended < ends) await this.next();
  }

  /** As {@link cut}, for a look at rows that stay to be cut. */
  async peek(rows: number): Promise<Batch | null> {
    const usedUp = this.#held === null || this.#held.at === this.#held.to;
    if (usedUp && !this.#endSeen && !await this.next()) {
      this.#ended--;
      this.#endSeen = true;
    }
    const at = this.#held?.at ?? 0;
    const batch = this.cut(rows);
    if (this.#held) this.#held.at = at;
    return batch;
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}
