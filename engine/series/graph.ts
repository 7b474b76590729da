import type { Kernel } from "./kernel.ts";
import {
  AGO,
  BarSeries,
  type BarView,
  type Memory,
  Series,
  type SeriesOwner,
} from "./series.ts";

/** A series with the kernel that computes it. */
export interface Derived {
  readonly series: Series;
  readonly kernel: Kernel;
  readonly inputs: readonly Series[];
}

/** A series of bars, seen from the ticks. */
export interface Lifted {
  readonly series: Series;
  readonly bars: BarGraph;
  readonly source: Series;
}

/** The series of one feed: its columns, and indicators in order of dependence. */
export class SeriesGraph implements SeriesOwner {
  /** Names the feed in messages; empty when the strategy has only one. */
  readonly label: string;
  readonly parent: SeriesGraph | null = null;
  readonly #columns = new Map<string, Series>();
  readonly #derived = new Map<string, Derived | Lifted>();
  readonly #bars = new Map<string, BarGraph>();
  readonly #wanted = new Set<Series>();
  #time: Series | null = null;
  /** Which set of parameters declares its series now. */
  #set = 0;

  constructor(label: string) {
    this.label = label;
  }

  /** Makes the series of this graph. */
  protected make(name: string, memory: Memory): Series {
    return new Series(this, name, memory);
  }

  /** How much a column depends on of what came before. */
  protected get columnMemory(): Memory {
    return { memory: 1, memoryTime: 0 };
  }

  column(name: string): Series {
    if (name === "time") return this.time;
    let series = this.#columns.get(name);
    if (!series) {
      series = this.make(name, this.columnMemory);
      this.#columns.set(name, series);
    }
    return series;
  }

  get time(): Series {
    return this.#time ??= this.make("time", this.columnMemory);
  }

  /** The series of times, if any kernel reads it. */
  get clock(): Series | null {
    return this.#time;
  }

  /**
   * Another set of parameters declares its series from now on: it shares what
   * has an equal name, but for the strategy's own kernels.
   */
  beginSet(): void {
    this.#set++;
    for (const bars of this.#bars.values()) bars.beginSet();
  }

  /** @param own the kernel is the strategy's own: its name may not say all */
  derive(kernel: Kernel, inputs: readonly Series[], own = false): Series {
    const set = own && this.#set > 0 ? `@${this.#set}` : "";
    const name = `${kernel.name}${set}(${inputs.map(nameOf).join(",")})`;
    const known = this.#derived.get(name);
    if (known) return known.series;
    const series = this.make(name, {
      memory: kernel.memory + Math.max(...inputs.map((s) => s.memory)),
      memoryTime: (kernel.memoryTime ?? 0) +
        Math.max(...inputs.map((s) => s.memoryTime)),
    });
    this.#derived.set(name, { series, kernel, inputs });
    return series;
  }

  lift(source: Series): Series {
    const bars = source.owner;
    if (!(bars instanceof BarGraph) || bars.parent !== this) return source;
    const name = nameOf(source);
    const known = this.#derived.get(name);
    if (known) return known.series;
    const series = this.make(name, bars.outside(source));
    this.#derived.set(name, { series, bars, source });
    bars.want(source);
    return series;
  }

  want(series: Series): void {
    this.#wanted.add(series);
  }

  /** The graph of the bars that are made of this graph's ticks. */
  bars(every: number, price: Series): BarGraph {
    const key = `${every}(${price.name})`;
    let bars = this.#bars.get(key);
    if (!bars) {
      bars = new BarGraph(this, every, price);
      this.#bars.set(key, bars);
    }
    return bars;
  }

  get columns(): ReadonlyMap<string, Series> {
    return this.#columns;
  }

  /** Indicators that someone reads, each after those that it reads. */
  get derived(): readonly (Derived | Lifted)[] {
    const all = [...this.#derived.values()];
    if (this.#wanted.size === 0) return all;
    const needed = new Set(this.#wanted);
    for (const { inputs } of this.#bars.values()) {
      for (const input of inputs) needed.add(input);
    }
    for (const entry of all.toReversed()) {
      if (!needed.has(entry.series)) continue;
      if ("inputs" in entry) {
        for (const input of entry.inputs) needed.add(input);
      }
    }
    return all.filter(({ series }) => needed.has(series));
  }

  get barGraphs(): readonly BarGraph[] {
    return [...this.#bars.values()];
  }

  /**
   * Rows after which nothing depends on where the run began: neither a value,
   * nor one that {@link Series.ago} reaches, nor the last price. What never
   * forgets gains nothing from a warm-up and does not count.
   */
  get memory(): number {
    const memories = this.#read.map(({ memory }) => memory + AGO);
    return Math.max(1, ...memories.filter(Number.isFinite));
  }

  /** Nanoseconds that must pass as well. */
  get memoryTime(): number {
    const own = this.#read.map(({ memoryTime }) => memoryTime);
    const bars = this.barGraphs.map((graph) => graph.memoryOutside);
    return Math.max(0, ...[...own, ...bars].filter(Number.isFinite));
  }

  get #read(): readonly Series[] {
    return [
      ...this.#columns.values(),
      ...(this.#time ? [this.#time] : []),
      ...this.derived.map(({ series }) => series),
    ];
  }
}

/**
 * Bars of a feed's ticks, made as they come, and the indicators over them. A
 * row of this graph is a completed bar; its number is that of its interval.
 */
export class BarGraph extends SeriesGraph {
  override readonly parent: SeriesGraph;
  /** Nanoseconds of a bar; bars begin at multiples of it. */
  readonly every: number;
  readonly price: Series;
  readonly view: BarView = {
    cursor: { at: 0 },
    start: 0,
    completed: new Int32Array(1),
    base: 0,
  };
  #size: Series | null = null;

  constructor(parent: SeriesGraph, every: number, price: Series) {
    super(parent.label);
    this.parent = parent;
    this.every = every;
    this.price = price;
    // Bars are cut by time.
    void parent.time;
  }

  protected override make(name: string, memory: Memory): Series {
    return new BarSeries(this, name, memory, this.view);
  }

  /** Has the sizes of the trades read, for volumes. */
  readSize(): void {
    this.#size ??= this.parent.column("size");
  }

  /** What is read of the ticks. */
  get inputs(): readonly Series[] {
    return [this.price, ...(this.#size ? [this.#size] : [])];
  }

  /** What a series of bars remembers, counted in ticks and time. */
  outside({ memory, memoryTime }: Memory): Memory {
    return {
      memory: Math.max(...this.inputs.map((input) => input.memory)),
      memoryTime: Math.max(...this.inputs.map((input) => input.memoryTime)) +
        (memory + 1) * this.every + memoryTime,
    };
  }

  /** Nanoseconds of ticks after which nothing depends on where a run began. */
  get memoryOutside(): number {
    const { memory, memoryTime } = this;
    return this.outside({ memory, memoryTime }).memoryTime;
  }

  /** Names it in the names of what is made of it. */
  get title(): string {
    return `bars[${this.every}](${this.price.name})`;
  }
}

function nameOf({ owner, name }: Series): string {
  return owner instanceof BarGraph ? `${owner.title}.${name}` : name;
}

/**
 * Makes an indicator of one or several series of the same feed. Series of bars
 * among series of ticks are taken at the last completed bar.
 *
 * @throws TypeError when the inputs come from different feeds
 */
export function derive(kernel: Kernel, ...inputs: Series[]): Series {
  return deriveOf(kernel, inputs, false);
}

/**
 * As {@link derive}, of a kernel that a strategy brings. In a sweep such a
 * kernel is computed for each set of parameters: only its author knows whether
 * its name says all that it depends on.
 *
 * @throws TypeError when the inputs come from different feeds
 */
export function deriveOwn(kernel: Kernel, ...inputs: Series[]): Series {
  return deriveOf(kernel, inputs, true);
}

function deriveOf(
  kernel: Kernel,
  inputs: readonly Series[],
  own: boolean,
): Series {
  const first = inputs[0].owner;
  if (inputs.every(({ owner }) => owner === first)) {
    return first.derive(kernel, inputs, own);
  }
  const ticks = first.parent ?? first;
  for (const { owner } of inputs) {
    if ((owner.parent ?? owner) === ticks) continue;
    throw new TypeError(
      `Cannot combine series of different inputs: current values are ${
        inputs.map((s) => `${s.owner.label}.${s.name}`).join(" and ")
      }`,
    );
  }
  return ticks.derive(kernel, inputs.map((series) => ticks.lift(series)), own);
}
