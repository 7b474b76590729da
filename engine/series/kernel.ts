/**
 * An indicator's arithmetic over a block.
 *
 * A kernel reads `inputs` and its own `state` and writes `output`; all buffers
 * share one index. Rows before `from` hold the past: at least `lookback` of
 * them, and those of the last `reach` nanoseconds. What it keeps between blocks
 * lies in `state`, so a snapshot is a copy.
 */
export interface Kernel {
  /** Name with all its parameters: equal names over equal inputs are shared. */
  readonly name: string;
  /** Rows of past input that the kernel reads, the current one not counted. */
  readonly lookback: number;
  /** Nanoseconds of past input that it reads as well; 0 unless given. */
  readonly reach?: number;
  /** Length of its state, in numbers; it starts as zeros. */
  readonly stateSize: number;
  /**
   * Rows of input after which its start is forgotten, to the bit; Infinity when
   * it never is.
   */
  readonly memory: number;
  /** Nanoseconds that must pass as well; 0 unless given. */
  readonly memoryTime?: number;
  /**
   * Makes what it keeps between blocks beside `state`: only what it can make
   * anew from the past rows and `state`, as it must on a block that is `fresh`.
   */
  scratch?(): object;
  advance(
    inputs: readonly Float64Array[],
    output: Float64Array,
    state: Float64Array,
    span: BlockSpan,
    scratch: object,
  ): void;
}

/** The rows of one block. */
export interface BlockSpan {
  /** Index of the block's first row in all buffers. */
  readonly from: number;
  /** Index after its last row. */
  readonly to: number;
  /** Row number, in the feed's table, of the first row. */
  readonly ordinal: number;
  /** Opens of the run's sessions, nanoseconds since its origin, in order. */
  readonly opens: Float64Array;
  /** Whether this is the first block after a start or a restored snapshot. */
  readonly fresh: boolean;
}

/** Rows with numbers that follow on each other. */
export interface Run {
  readonly rows: number;
  /** Number of the first. */
  readonly ordinal: number;
}
