import { BarMaker } from "./bar_maker.ts";
import type { Derived, Lifted, SeriesGraph } from "./graph.ts";
import type { BlockSpan, Kernel, Run } from "./kernel.ts";
import { AGO, type Cursor, type Series } from "./series.ts";
import { BLOCK_ROWS, SeriesStore } from "./store.ts";

export { BLOCK_ROWS };

/** Rows from `ordinal` to the next block edge, which lies at an absolute row. */
export function rowsToBlockEdge(ordinal: number): number {
  return BLOCK_ROWS - (ordinal % BLOCK_ROWS);
}

const NO_OPENS = new Float64Array(0);

interface Step {
  readonly kernel: Kernel;
  readonly inputs: readonly SeriesStore[];
  readonly output: SeriesStore;
  readonly state: Float64Array;
  readonly scratch: object;
  /** The buffers of `inputs`, which may slide. */
  readonly buffers: Float64Array[];
}

/**
 * The buffers of one feed's series and the computation of a block.
 *
 * Every buffer is `[history | block]` with one length of history, so one index
 * serves all. After a block its last values move in front of the next one. The
 * history grows when a window of time comes to hold more rows than fit.
 */
export class BlockSeries {
  readonly cursor: Cursor;
  readonly columns: readonly string[];
  readonly #columns: readonly SeriesStore[];
  readonly #clock: SeriesStore | null;
  readonly #stores: readonly SeriesStore[];
  readonly #steps: readonly (Step | { maker: BarMaker; lifted: Lifted })[];
  readonly #makers: readonly BarMaker[];
  readonly #outputs = new Map<Series, SeriesStore>();
  readonly #state: Float64Array;
  readonly #opens: Float64Array;
  readonly #reaches: readonly number[];
  /** Rows within each of the reaches, as of the last row. */
  readonly #held = new Map<number, number>();
  #history: number;
  #rows = 0;
  #fresh = true;

  constructor(graph: SeriesGraph, opens: Float64Array = NO_OPENS) {
    const derived = graph.derived;
    const keep = keepOf(graph, derived);
    this.#opens = opens;
    const most = [...keep.values()].map(({ rows, reach }) =>
      reach > 0 ? Math.max(rows, 2 * BLOCK_ROWS) : rows
    );
    this.#history = Math.max(AGO + 1, ...most);
    this.cursor = { at: this.#history - 1 };
    const store = (series: Series) => {
      const { rows, reach } = keep.get(series)!;
      return new SeriesStore(series, rows, reach, this.cursor);
    };
    for (const series of keep.keys()) this.#outputs.set(series, store(series));
    this.#stores = [...this.#outputs.values()];
    for (const each of this.#stores) each.resize(this.#history, 0);
    this.columns = [...graph.columns.keys()];
    this.#columns = [...graph.columns.values()].map((s) => this.#storeOf(s));
    this.#clock = graph.clock ? this.#storeOf(graph.clock) : null;
    const reaches = this.#stores.map(({ reach }) => reach);
    this.#reaches = [...new Set(reaches)].filter((reach) => reach > 0);
    for (const reach of this.#reaches) this.#held.set(reach, 0);

    const makers = new Map(
      graph.barGraphs.map((
        bars,
      ) => [
        bars,
        new BarMaker(bars, this.cursor, new BlockSeries(bars, opens)),
      ]),
    );
    this.#makers = [...makers.values()];
    this.#state = new Float64Array(derived.reduce(
      (sum, each) => sum + ("kernel" in each ? each.kernel.stateSize : 0),
      0,
    ));
    let offset = 0;
    this.#steps = derived.map((each) => {
      if (!("kernel" in each)) {
        return { maker: makers.get(each.bars)!, lifted: each };
      }
      const { series, kernel } = each;
      const state = this.#state.subarray(offset, offset += kernel.stateSize);
      const inputs = each.inputs.map((input) => this.#storeOf(input));
      return {
        kernel,
        inputs,
        output: this.#storeOf(series),
        state,
        scratch: kernel.scratch?.() ?? {},
        buffers: inputs.map(({ values }) => values),
      };
    });
  }

  /** Index of a block's first row. */
  get history(): number {
    return this.#history;
  }

  #storeOf(series: Series): SeriesStore {
    return this.#outputs.get(series)!;
  }

  /**
   * Takes in rows `[from, to)` of a batch's columns (in the order of
   * {@link columns}) and of its times, and computes every indicator over them.
   * The cursor is left before the first row.
   *
   * @param numbers row number of `from`, or stretches of rows that follow on
   * each other
   */
  load(
    batch: readonly Float64Array[],
    time: Float64Array,
    from: number,
    to: number,
    numbers: number | readonly Run[],
  ): void {
    this.retire();
    const history = this.#history;
    for (let c = 0; c < this.#columns.length; c++) {
      this.#columns[c].values.set(batch[c].subarray(from, to), history);
    }
    this.#clock?.values.set(time.subarray(from, to), history);
    const rows = to - from;
    if (typeof numbers === "number") {
      this.#compute({ rows, ordinal: numbers }, history);
    } else {
      let at = history;
      for (const run of numbers) {
        this.#compute(run, at);
        at += run.rows;
      }
    }
    this.#rows = rows;
  }

  #compute({ rows, ordinal }: Run, from: number): void {
    const span: BlockSpan = {
      from,
      to: from + rows,
      ordinal,
      opens: this.#opens,
      fresh: this.#fresh,
    };
    this.#fresh = false;
    const made = new Set<BarMaker>();
    for (const step of this.#steps) {
      if ("lifted" in step) {
        const { maker, lifted } = step;
        if (!made.has(maker)) this.#make(maker, span);
        made.add(maker);
        const { values } = this.#storeOf(lifted.series);
        maker.lift(lifted.source, values, span);
        continue;
      }
      const { kernel, inputs, buffers, output, state, scratch } = step;
      for (let k = 0; k < inputs.length; k++) buffers[k] = inputs[k].values;
      kernel.advance(buffers, output.values, state, span, scratch);
    }
    for (const maker of this.#makers) {
      if (!made.has(maker)) this.#make(maker, span);
    }
  }

  #make(maker: BarMaker, span: BlockSpan): void {
    const [price, size] = maker.graph.inputs;
    maker.advance(
      this.#clock!.values,
      this.#storeOf(price).values,
      size ? this.#storeOf(size).values : null,
      span,
    );
  }

  /** Moves the finished block into the past. */
  retire(): void {
    const rows = this.#rows;
    if (rows > 0) {
      const held = this.#count(rows);
      for (const store of this.#stores) store.retire(rows, held(store));
      this.#rows = 0;
      const most = Math.max(0, ...this.#held.values());
      if (most > this.#history - BLOCK_ROWS && this.#reaches.length > 0) {
        this.#grow(2 * (most + BLOCK_ROWS), held);
      }
    }
    this.cursor.at = this.#history - 1;
    for (const maker of this.#makers) maker.retire(this.#history - 1);
  }

  /** Counts the rows within each reach of the last row; gives what to keep. */
  #count(rows: number): (store: SeriesStore) => number {
    const last = this.#history + rows - 1;
    for (const reach of this.#reaches) {
      const time = this.#clock!.values;
      const limit = time[last] - reach;
      let low = this.#history - this.#held.get(reach)!;
      let high = last;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (time[middle] <= limit) low = middle + 1;
        else high = middle;
      }
      this.#held.set(reach, last + 1 - low);
    }
    return (store) => this.#heldOf(store);
  }

  #heldOf({ rows, reach }: SeriesStore): number {
    return Math.max(rows, this.#held.get(reach) ?? 0);
  }

  #grow(history: number, held: (store: SeriesStore) => number): void {
    this.#history = history;
    for (const store of this.#stores) store.resize(history, held(store));
  }

  /** Numbers in a snapshot. */
  get snapshotSize(): number {
    this.retire();
    return this.#reaches.length + this.#state.length +
      this.#stores.reduce((sum, store) => sum + this.#heldOf(store), 0) +
      this.#makers.reduce((sum, maker) => sum + maker.snapshotSize, 0);
  }

  /** Writes histories and states into `out` at `offset`; gives the end. */
  save(out: Float64Array, offset: number): number {
    this.retire();
    for (const reach of this.#reaches) out[offset++] = this.#held.get(reach)!;
    for (const store of this.#stores) {
      offset = store.save(out, offset, this.#heldOf(store));
    }
    out.set(this.#state, offset);
    offset += this.#state.length;
    for (const maker of this.#makers) offset = maker.save(out, offset);
    return offset;
  }

  /** The inverse of {@link save}. */
  restore(from: Float64Array, offset: number): number {
    this.#rows = 0;
    this.#fresh = true;
    for (const reach of this.#reaches) this.#held.set(reach, from[offset++]);
    const most = Math.max(0, ...this.#held.values());
    if (most > this.#history - BLOCK_ROWS && this.#reaches.length > 0) {
      this.#grow(2 * (most + BLOCK_ROWS), () => 0);
    }
    for (const store of this.#stores) {
      offset = store.restore(from, offset, this.#heldOf(store));
    }
    this.#state.set(from.subarray(offset, offset + this.#state.length));
    offset += this.#state.length;
    for (const maker of this.#makers) offset = maker.restore(from, offset);
    this.retire();
    return offset;
  }
}

/** What each series must keep of its past. */
function keepOf(
  graph: SeriesGraph,
  derived: readonly (Derived | Lifted)[],
): Map<Series, { rows: number; reach: number }> {
  const keep = new Map<Series, { rows: number; reach: number }>();
  const all = [
    ...graph.columns.values(),
    ...(graph.clock ? [graph.clock] : []),
    ...derived.map(({ series }) => series),
  ];
  for (const series of all) keep.set(series, { rows: AGO + 1, reach: 0 });
  for (const each of derived) {
    if (!("kernel" in each)) continue;
    const { lookback, reach = 0 } = each.kernel;
    for (const input of each.inputs) {
      const known = keep.get(input)!;
      known.rows = Math.max(known.rows, lookback);
      known.reach = Math.max(known.reach, reach);
    }
  }
  // Rows are counted by time, so time reaches as far as anything.
  const reach = Math.max(0, ...[...keep.values()].map((each) => each.reach));
  if (graph.clock) keep.get(graph.clock)!.reach = reach;
  return keep;
}
