import { AGO, Series } from "./series.ts";

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

/** A series with the kernel that computes it. */
export interface Derived {
  readonly series: Series;
  readonly kernel: Kernel;
  readonly inputs: readonly Series[];
}

/** The series of one feed: its columns, and indicators in order of dependence. */
export class SeriesGraph {
  /** Names the feed in messages; empty when the strategy has only one. */
  readonly label: string;
  readonly #columns = new Map<string, Series>();
  readonly #derived = new Map<string, Derived>();

  constructor(label: string) {
    this.label = label;
  }

  column(name: string): Series {
    let series = this.#columns.get(name);
    if (!series) {
      series = new Series(this, name, 1);
      this.#columns.set(name, series);
    }
    return series;
  }

  derive(kernel: Kernel, inputs: readonly Series[]): Series {
    const name = `${kernel.name}(${inputs.map((s) => s.name).join(",")})`;
    const known = this.#derived.get(name);
    if (known) return known.series;
    const memory = kernel.memory + Math.max(...inputs.map((s) => s.memory));
    const series = new Series(this, name, memory);
    this.#derived.set(name, { series, kernel, inputs });
    return series;
  }

  get columns(): ReadonlyMap<string, Series> {
    return this.#columns;
  }

  get derived(): readonly Derived[] {
    return [...this.#derived.values()];
  }

  /**
   * Rows after which nothing depends on where the run began: neither a value,
   * nor one that {@link Series.ago} reaches, nor the last price.
   */
  get memory(): number {
    const series = [
      ...this.#columns.values(),
      ...this.derived.map((d) => d.series),
    ];
    return Math.max(1, ...series.map(({ memory }) => memory + AGO));
  }
}

/**
 * Makes an indicator of one or several series of the same feed.
 *
 * @throws TypeError when the inputs come from different feeds
 */
export function derive(kernel: Kernel, ...inputs: Series[]): Series {
  const graph = inputs[0].graph;
  for (const input of inputs) {
    if (input.graph !== graph) {
      throw new TypeError(
        `Cannot combine series of different inputs: current values are ${
          inputs.map((s) => `${s.graph.label}.${s.name}`).join(" and ")
        }`,
      );
    }
  }
  return graph.derive(kernel, inputs);
}
