import { Chains, type Piece } from "../chain.ts";

/**
 * Puts the results of slices in order. A slice may have been run more than
 * once; the run that counts is the one that began in the state in which the
 * slice before it ended.
 */
export class Settlement<P extends Piece = Piece> {
  readonly #slices: number;
  readonly #take: (piece: P) => void;
  readonly #chains = new Chains<P>();
  #settled = 0;
  #hash: string | null = null;

  /** @param take receives each result that counts, in their order, and once */
  constructor(slices: number, take: (piece: P) => void) {
    this.#slices = slices;
    this.#take = take;
  }

  /** The state before any event; every result says the same. */
  begin(initialHash: string): void {
    this.#hash ??= initialHash;
  }

  /** Takes a result in, whatever its slice. */
  add(piece: P): void {
    if (piece.slice < this.#settled) return;
    this.#chains.add(piece);
    this.#settle();
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
      for (const piece of chain) this.#take(piece);
      this.#chains.keep(this.#settled, []);
      this.#hash = end.endHash;
      this.#settled++;
    }
  }
}
