/**
 * One run of a piece of a slice: from one state to another, both named by their
 * hashes. Edges between pieces are numbered; 0 is the slice's start.
 */
export interface Piece {
  readonly slice: number;
  readonly from: number;
  readonly to: number;
  /** It ends where the slice ends, whatever the number of that edge. */
  readonly last: boolean;
  readonly startHash: string;
  readonly endHash: string;
}

/**
 * Runs of pieces, to be put together by their states. Two runs that pass an
 * edge in the same state go on alike, so a chain may lead from one run into
 * another.
 */
export class Chains<P extends Piece> {
  readonly #pieces = new Map<number, P[]>();

  add(piece: P): void {
    const pieces = this.#pieces.get(piece.slice) ?? [];
    // Whole slices first: a run in pieces may have been cut short.
    if (piece.from === 0 && piece.last) pieces.unshift(piece);
    else pieces.push(piece);
    this.#pieces.set(piece.slice, pieces);
  }

  /** All that is known of a slice, in no order that matters. */
  of(slice: number): readonly P[] {
    return this.#pieces.get(slice) ?? [];
  }

  /** The pieces that follow on each other from an edge and a state. */
  follow(slice: number, from: number, startHash: string): P[] {
    const chain: P[] = [];
    let at = from;
    let hash = startHash;
    for (;;) {
      const next = this.of(slice).find((piece) =>
        piece.from === at && piece.startHash === hash
      );
      if (!next) return chain;
      chain.push(next);
      if (next.last) return chain;
      at = next.to;
      hash = next.endHash;
    }
  }

  /** Lets go of a slice but for these pieces. */
  keep(slice: number, pieces: readonly P[]): void {
    if (pieces.length === 0) this.#pieces.delete(slice);
    else this.#pieces.set(slice, [...pieces]);
  }
}
