import { Chains } from "../chain.ts";
import type { JournalEntry } from "../journal.ts";

/**
 * Puts the results of slices in order. A slice may have been run more than
 * once; the run that counts is the one that began in the state in which the
 * slice before it ended.
 */
export class Settlement {
  readonly #slices: number;
  readonly #chains = new Chains<JournalEntry>();
  readonly #entries: JournalEntry[] = [];
  #settled = 0;
  #hash: string | null = null;

  constructor(slices: number) {
    this.#slices = slices;
  }

  /** Takes a result in, whatever its slice. */
  add(result: JournalEntry): void {
    this.#hash ??= result.initialHash;
    if (result.slice < this.#settled) return;
    this.#chains.add(result);
    this.#settle();
  }

  /** Results that count, in their order, as far as whole slices are known. */
  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Slices that count. */
  get settled(): number {
    return this.#settled;
  }

  get complete(): boolean {
    return this.#settled === this.#slices;
  }

  #settle(): void {
    while (this.#hash !== null) {
      const chain = this.#chains.follow(this.#settled, 0, this.#hash);
      const end = chain.at(-1);
      if (!end?.last) return;
      this.#entries.push(...chain);
      this.#chains.keep(this.#settled, []);
      this.#hash = end.endHash;
      this.#settled++;
    }
  }
}
