import type { FlowContext, Link } from "../../pipeline/link/mod.ts";
import type { SliceResult, SliceTaken } from "../aggregator/messages.ts";
import { encodeEntry, type JournalEntry } from "../journal.ts";

/** Entries that may be on their way at once. */
const UNDER_WAY = 2;

/**
 * Hands what slices left to the aggregators. It lies in memory that is used
 * again once every aggregator has taken it, so a worker never runs ahead of
 * those that keep its results.
 */
export class Delivery {
  readonly #context: FlowContext;
  readonly #links: readonly Link<SliceTaken, SliceResult>[];
  readonly #memory: SharedArrayBuffer[] = [];
  #sent = 0;
  #taken = 0;

  constructor(
    context: FlowContext,
    links: readonly Link<SliceTaken, SliceResult>[],
  ) {
    this.#context = context;
    this.#links = links;
  }

  async send(entry: JournalEntry, job: number, jobs: number): Promise<void> {
    if (this.#sent - this.#taken === UNDER_WAY) await this.#wait();
    const memory = this.#memory;
    const place = this.#sent % UNDER_WAY;
    const bytes = encodeEntry(entry, (size) => {
      if ((memory[place]?.byteLength ?? 0) < size) {
        memory[place] = new SharedArrayBuffer(size + (size >> 2));
      }
      return memory[place];
    });
    for (const link of this.#links) await link.send({ bytes, job, jobs });
    this.#sent++;
  }

  /** Until the oldest that is on its way was taken by all. */
  async #wait(): Promise<void> {
    await this.#context.gauges.during("blocked", async () => {
      for (const link of this.#links) await link.receive();
    });
    this.#taken++;
  }
}
