/**
 * A table of a flatbuffer whose every step is within its bytes. The readers of
 * the library trust what they read: a damaged count makes them loop for minutes.
 * All methods throw `RangeError`.
 */
export class SafeTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #fields: number;
  readonly #vtable: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#vtable = at - view.getInt32(at, true);
    this.#fields = (view.getUint16(this.#vtable, true) - 4) >> 1;
    if (this.#fields < 0 || this.#fields > 64) throw damaged("table");
  }

  static root(view: DataView): SafeTable {
    return new SafeTable(view, view.getUint32(0, true));
  }

  byte(field: number): number {
    const at = this.#place(field);
    return at === 0 ? 0 : this.#view.getUint8(at);
  }

  long(field: number): bigint {
    const at = this.#place(field);
    return at === 0 ? 0n : this.#view.getBigInt64(at, true);
  }

  table(field: number): SafeTable | undefined {
    const at = this.#target(field);
    return at === 0 ? undefined : new SafeTable(this.#view, at);
  }

  /** The elements of a vector of `bytes` each, as views. */
  vector(field: number, bytes: number): DataView[] {
    const [first, count] = this.#vector(field, bytes);
    return Array.from({ length: count }, (_, i) =>
      new DataView(
        this.#view.buffer,
        this.#view.byteOffset + first + i * bytes,
        bytes,
      ));
  }

  tables(field: number): SafeTable[] {
    const [first, count] = this.#vector(field, 4);
    return Array.from({ length: count }, (_, i) => {
      const at = first + 4 * i;
      return new SafeTable(this.#view, at + this.#view.getUint32(at, true));
    });
  }

  #vector(field: number, bytes: number): [first: number, count: number] {
    const at = this.#target(field);
    if (at === 0) return [0, 0];
    const count = this.#view.getUint32(at, true);
    if (count * bytes > this.#view.byteLength - at - 4) throw damaged("vector");
    return [at + 4, count];
  }

  #place(field: number): number {
    if (field >= this.#fields) return 0;
    const offset = this.#view.getUint16(this.#vtable + 4 + 2 * field, true);
    return offset === 0 ? 0 : this.#at + offset;
  }

  #target(field: number): number {
    const at = this.#place(field);
    return at === 0 ? 0 : at + this.#view.getUint32(at, true);
  }
}

function damaged(what: string): RangeError {
  return new RangeError(`a ${what} does not fit`);
}
