import type { TableReader } from "../store/reader.ts";
import { toOrigin } from "../store/time.ts";
import type { TableWriter } from "../store/writer.ts";
import { BATCH_ROWS } from "../table.ts";
import { Cutter } from "./cutter.ts";
import { BarFold } from "./fold.ts";
import {
  type BarPrice,
  type BarRule,
  type BarSession,
  sourcesOf,
} from "./rule.ts";
import type { SelectBlock } from "./select_block.ts";

export interface BarMakerOptions {
  readonly reader: TableReader;
  readonly writer: TableWriter;
  readonly rule: BarRule;
  readonly price: BarPrice;
  readonly sessions: readonly BarSession[] | undefined;
  readonly carry: boolean;
  /** `size` and `side`, where there are such. */
  readonly beside: readonly string[];
  /** What works out further columns. */
  readonly extra: SelectBlock | undefined;
}

/** Turns the batches of a table, in order, into bars. */
export class BarMaker {
  readonly #options: BarMakerOptions;
  readonly #cutter: Cutter;
  readonly #fold = new BarFold();
  /** Every column that is read, by name. */
  readonly #columns: ReadonlyMap<string, Float64Array>;
  readonly #raw = new BigInt64Array(BATCH_ROWS);
  readonly #time = new Float64Array(BATCH_ROWS);
  readonly #mid = new Float64Array(BATCH_ROWS);
  readonly #ones = new Float64Array(BATCH_ROWS).fill(1);
  #written = 0;

  constructor(options: BarMakerOptions) {
    this.#options = options;
    const { reader, price, beside, extra } = options;
    this.#cutter = new Cutter(options);
    const names = extra === undefined
      ? [...sourcesOf(price), ...beside]
      : reader.manifest.columns;
    this.#columns = new Map(
      names.map((name) => [name, new Float64Array(BATCH_ROWS)]),
    );
  }

  async batch(index: number): Promise<void> {
    const { reader, extra } = this.#options;
    const { rows, first } = reader.batches[index];
    const into = [...this.#columns.values()];
    reader.readRaw(index, [...this.#columns.keys()], this.#raw, into);
    const origin = BigInt(first);
    new BigInt64Array(this.#time.buffer).set(this.#raw);
    toOrigin(this.#time, rows, origin);
    const cutter = this.#cutter;
    const price = this.#price(rows);
    const size = this.#column("size") ?? this.#ones;
    const side = this.#column("side") ?? null;
    cutter.cut({ time: this.#time, origin, price, size, side, rows });
    this.#fold.add(cutter.bar, price, size, rows, cutter.begun);
    if (extra === undefined) {
      this.#write(cutter.completed - this.#written, []);
      return;
    }
    const ticks = { bar: cutter.bar, time: this.#raw, columns: into };
    for await (const columns of extra.add(ticks, rows, cutter.completed)) {
      this.#write(columns[0].length, columns);
    }
  }

  /** Writes the bars that remain. */
  async finish(): Promise<void> {
    this.#cutter.finish();
    const { extra } = this.#options;
    const { completed } = this.#cutter;
    if (extra === undefined) this.#write(completed - this.#written, []);
    else {
      for await (const columns of extra.finish(completed)) {
        this.#write(columns[0].length, columns);
      }
    }
  }

  #write(bars: number, extra: readonly Float64Array[]): void {
    if (bars === 0) return;
    const time = this.#cutter.take(bars);
    const columns = this.#fold.take(bars);
    this.#options.writer.append([...columns, ...extra], time, bars);
    this.#written += bars;
  }

  #price(rows: number): Float64Array {
    const { price } = this.#options;
    if (price !== "mid") return this.#column(price) as Float64Array;
    const bid = this.#column("bid") as Float64Array;
    const ask = this.#column("ask") as Float64Array;
    for (let i = 0; i < rows; i++) this.#mid[i] = (bid[i] + ask[i]) / 2;
    return this.#mid;
  }

  /** A column that the bars use. */
  #column(name: string): Float64Array | undefined {
    const { price, beside } = this.#options;
    const used = beside.includes(name) || sourcesOf(price).includes(name);
    return used ? this.#columns.get(name) : undefined;
  }
}
