import type { JournalEntry } from "../journal.ts";

/**
 * Puts the results of slices in order. A slice may have been run more than
 * once; the run that counts is the one that began in the state in which the
 * slice before it ended.
 */
export class Settlement {
  readonly #slices: number;
  readonly #waiting = new Map<number, JournalEntry[]>();
  readonly #settled: JournalEntry[] = [];
  #hash: string | null = null;

  constructor(slices: number) {
    this.#slices = slices;
  }

  /** Takes a result in, whatever its slice. */
  add(result: JournalEntry): void {
    this.#hash ??= result.initialHash;
    if (result.slice < this.#settled.length) return;
    const waiting = this.#waiting.get(result.slice) ?? [];
    waiting.push(result);
    this.#waiting.set(result.slice, waiting);
    this.#settle();
  }

  /** Results that count, in slice order, as far as they are known. */
  get settled(): readonly JournalEntry[] {
    return this.#settled;
  }

  get complete(): boolean {
    return this.#settled.length === this.#slices;
  }

  #settle(): void {
    for (;;) {
      const next = this.#settled.length;
      const match = this.#waiting.get(next)?.find(({ startHash }) =>
        startHash === this.#hash
      );
      if (!match) return;
      this.#settled.push(match);
      this.#waiting.delete(next);
      this.#hash = match.endHash;
    }
  }
}
