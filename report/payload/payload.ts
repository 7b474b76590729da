import { deflateRawSync } from "node:zlib";
import { Buffer } from "node:buffer";
import type { Chart, Column, Data, TableData } from "../client/data.ts";
import { encodeNumbers, scaleOf } from "./encode.ts";

/** What the page's script is given: columns of numbers, charts and tables. */
export class Payload {
  readonly #columns: Column[] = [];
  readonly #charts: Record<string, Chart> = {};
  readonly #tables: Record<string, TableData> = {};
  readonly #bytes: Uint8Array[] = [];
  #size = 0;

  /**
   * Takes in numbers; gives what charts and tables call them by.
   *
   * @param scale numbers are kept to 1 / scale; absent: as far as they need
   */
  column(values: Float64Array, scale = scaleOf(values)): number {
    const bytes = encodeNumbers(values, scale);
    this.#columns.push({ rows: values.length, from: this.#size, scale });
    this.#bytes.push(bytes);
    this.#size += bytes.length;
    return this.#columns.length - 1;
  }

  chart(id: string, chart: Chart): void {
    this.#charts[id] = chart;
  }

  table(id: string, table: TableData): void {
    this.#tables[id] = table;
  }

  /** Everything but the columns' bytes, and those: compressed, as base64. */
  finish(
    { origin, sessions }: Pick<Data, "origin" | "sessions">,
  ): { data: Data; bytes: string } {
    const whole = new Uint8Array(this.#size);
    for (const [i, bytes] of this.#bytes.entries()) {
      whole.set(bytes, this.#columns[i].from);
    }
    return {
      data: {
        origin,
        sessions,
        columns: this.#columns,
        charts: this.#charts,
        tables: this.#tables,
      },
      bytes: Buffer.from(deflateRawSync(whole)).toString("base64"),
    };
  }
}
