import {
  AGO,
  attachBuffer,
  bufferOf,
  type Cursor,
  type Series,
} from "./series.ts";
import type { BlockSpan } from "./kernel.ts";
import type { SeriesGraph } from "./graph.ts";

/** Rows of a block: small enough that a dozen series stay in the L2 cache. */
export const BLOCK_ROWS = 4096;

/** Rows from `ordinal` to the next block edge, which lies at an absolute row. */
export function rowsToBlockEdge(ordinal: number): number {
  return BLOCK_ROWS - (ordinal % BLOCK_ROWS);
}

interface Kept {
  readonly values: Float64Array;
  /** Past values that the next block or `ago` may read. */
  readonly keep: number;
}

/**
 * The buffers of one feed's series and the computation of a block.
 *
 * Every buffer is `[history | block]` with one length of history, so one index
 * serves all. After a block its last values move in front of the next one.
 */
export class BlockSeries {
  /** Index of a block's first row. */
  readonly history: number;
  readonly cursor: Cursor;
  readonly columns: readonly string[];
  readonly #columns: readonly Float64Array[];
  readonly #steps: readonly ((span: BlockSpan) => void)[];
  readonly #kept: readonly Kept[];
  readonly #state: Float64Array;
  #rows = 0;

  constructor(graph: SeriesGraph) {
    const derived = graph.derived;
    const keep = new Map<Series, number>();
    for (const series of graph.columns.values()) keep.set(series, AGO + 1);
    for (const { series } of derived) keep.set(series, AGO + 1);
    for (const { kernel, inputs } of derived) {
      for (const input of inputs) {
        keep.set(input, Math.max(keep.get(input) ?? 0, kernel.lookback));
      }
    }
    this.history = Math.max(AGO + 1, ...keep.values());
    this.cursor = { at: this.history - 1 };
    for (const series of keep.keys()) {
      const values = new Float64Array(this.history + BLOCK_ROWS).fill(NaN);
      attachBuffer(series, values, this.cursor);
    }
    this.columns = [...graph.columns.keys()];
    this.#columns = [...graph.columns.values()].map(bufferOf);
    this.#kept = [...keep].map(([s, n]) => ({ values: bufferOf(s), keep: n }));

    this.#state = new Float64Array(
      derived.reduce((sum, { kernel }) => sum + kernel.stateSize, 0),
    );
    let offset = 0;
    this.#steps = derived.map(({ series, kernel, inputs }) => {
      const state = this.#state.subarray(offset, offset += kernel.stateSize);
      const sources = inputs.map(bufferOf);
      const output = bufferOf(series);
      return (span) => kernel.advance(sources, output, state, span);
    });
  }

  /**
   * Takes in rows `[from, to)` of a batch's columns (in the order of
   * {@link columns}) and computes every indicator over them. The cursor is left
   * before the first row.
   */
  load(
    batch: readonly Float64Array[],
    from: number,
    to: number,
    ordinal: number,
  ): void {
    this.retire();
    const rows = to - from;
    for (let c = 0; c < this.#columns.length; c++) {
      this.#columns[c].set(batch[c].subarray(from, to), this.history);
    }
    const span = { from: this.history, to: this.history + rows, ordinal };
    for (const step of this.#steps) step(span);
    this.#rows = rows;
  }

  /** Moves the finished block into the past. */
  retire(): void {
    const rows = this.#rows;
    this.cursor.at = this.history - 1;
    if (rows === 0) return;
    for (const { values, keep } of this.#kept) {
      const end = this.history + rows;
      values.copyWithin(this.history - keep, end - keep, end);
    }
    this.#rows = 0;
  }

  /** Numbers in a snapshot. */
  get snapshotSize(): number {
    return this.#kept.reduce((n, { keep }) => n + keep, this.#state.length);
  }

  /** Writes histories and states into `out` at `offset`; gives the end. */
  save(out: Float64Array, offset: number): number {
    this.retire();
    for (const { values, keep } of this.#kept) {
      out.set(values.subarray(this.history - keep, this.history), offset);
      offset += keep;
    }
    out.set(this.#state, offset);
    return offset + this.#state.length;
  }

  /** The inverse of {@link save}. */
  restore(from: Float64Array, offset: number): number {
    this.#rows = 0;
    this.cursor.at = this.history - 1;
    for (const { values, keep } of this.#kept) {
      values.fill(NaN, 0, this.history);
      values.set(from.subarray(offset, offset + keep), this.history - keep);
      offset += keep;
    }
    this.#state.set(from.subarray(offset, offset + this.#state.length));
    return offset + this.#state.length;
  }
}
