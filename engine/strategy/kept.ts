import { readValue, writeValue } from "./flat_value.ts";
import type { AnyStrategy } from "./strategy.ts";

/**
 * What a strategy remembers outside of its flat state, as numbers: the bytes of
 * what its `snapshot` gives, so that it is copied and compared with the rest.
 */
export class Kept {
  readonly #definition: AnyStrategy;

  constructor(definition: AnyStrategy) {
    this.#definition = definition;
  }

  /** Length in bytes, then the bytes, eight to a number. */
  snapshot(): Float64Array {
    const { snapshot } = this.#definition;
    if (snapshot === undefined) return new Float64Array(0);
    let bytes: Uint8Array;
    try {
      bytes = writeValue(snapshot.call(this.#definition));
    } catch (error) {
      throw new TypeError(
        `Cannot keep what snapshot gave: ${
          error instanceof Error ? error.message : String(error)
        }`,
      );
    }
    const out = new Float64Array(1 + Math.ceil(bytes.length / 8));
    out[0] = bytes.length;
    new Uint8Array(out.buffer, 8).set(bytes);
    return out;
  }

  restore(from: Float64Array): void {
    const { restore } = this.#definition;
    if (restore === undefined) return;
    const bytes = new Uint8Array(from[0]);
    bytes.set(
      new Uint8Array(from.buffer, from.byteOffset + 8, from[0]),
    );
    restore.call(this.#definition, readValue(bytes));
  }
}
