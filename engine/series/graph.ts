import type { Kernel } from "./kernel.ts";
import { AGO, Series, type SeriesOwner } from "./series.ts";

/** A series with the kernel that computes it. */
export interface Derived {
  readonly series: Series;
  readonly kernel: Kernel;
  readonly inputs: readonly Series[];
}

/** The series of one feed: its columns, and indicators in order of dependence. */
export class SeriesGraph implements SeriesOwner {
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
  const owner = inputs[0].owner;
  for (const input of inputs) {
    if (input.owner !== owner) {
      throw new TypeError(
        `Cannot combine series of different inputs: current values are ${
          inputs.map((s) => `${s.owner.label}.${s.name}`).join(" and ")
        }`,
      );
    }
  }
  return owner.derive(kernel, inputs);
}
