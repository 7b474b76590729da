/**
 * An indicator's arithmetic over a block.
 *
 * A kernel reads `inputs` and its own `state` and writes `output`; all buffers
 * share one index. Rows before `from` hold the past, at least `lookback` of
 * them. What it keeps between blocks lies in `state`, so a snapshot is a copy.
 */
export interface Kernel {
  /** Name with all its parameters: equal names over equal inputs are shared. */
  readonly name: string;
  /** Rows of past input that the kernel reads, the current one not counted. */
  readonly lookback: number;
  /** Length of its state, in numbers; it starts as zeros. */
  readonly stateSize: number;
  /** Rows of input after which its start is forgotten, to the bit. */
  readonly memory: number;
  advance(
    inputs: readonly Float64Array[],
    output: Float64Array,
    state: Float64Array,
    span: BlockSpan,
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
}
