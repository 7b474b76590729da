/** A way to make other histories of what a run did. */
export interface PathMethod {
  /** Trades, or sessions, of a history. */
  readonly steps: number;
  /**
   * Makes one history.
   *
   * @param index which: the same one gives the same history
   * @param equity to be filled: after each step, account currency
   * @param returns to be filled with each step's return; null where steps have
   * none
   */
  make(index: number, equity: Float64Array, returns: Float64Array | null): void;
}

/** What decides which histories come out. */
export interface PathOptions {
  /** Equity before the first step, account currency. */
  readonly capital: number;
  readonly seed: number;
}
