/** A working order. */
export interface Working {
  readonly id: number;
  /** Contracts: above 0 to buy, below 0 to sell. */
  readonly signed: number;
  /** When it was submitted, ns since the origin. */
  readonly submitted: number;
}

const ID = 0;
const SIGNED = 1;
const SUBMITTED = 2;
const STRIDE = 3;

/** Working orders in the order in which they were submitted, kept flat. */
export class OrderBook {
  #rows = new Float64Array(8 * STRIDE);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(id: number, signed: number, submitted: number): void {
    const at = this.#count * STRIDE;
    if (at === this.#rows.length) this.#grow();
    this.#rows[at + ID] = id;
    this.#rows[at + SIGNED] = signed;
    this.#rows[at + SUBMITTED] = submitted;
    this.#count++;
  }

  first(): Working {
    const rows = this.#rows;
    return { id: rows[ID], signed: rows[SIGNED], submitted: rows[SUBMITTED] };
  }

  removeFirst(): void {
    this.#rows.copyWithin(0, STRIDE, this.#count * STRIDE);
    this.#count--;
  }

  clear(): void {
    this.#count = 0;
  }

  get snapshotSize(): number {
    return 1 + this.#count * STRIDE;
  }

  save(out: Float64Array, offset: number): number {
    const used = this.#count * STRIDE;
    out[offset] = this.#count;
    out.set(this.#rows.subarray(0, used), offset + 1);
    return offset + 1 + used;
  }

  restore(from: Float64Array, offset: number): number {
    this.#count = from[offset];
    const used = this.#count * STRIDE;
    while (this.#rows.length < used) this.#grow();
    this.#rows.set(from.subarray(offset + 1, offset + 1 + used));
    return offset + 1 + used;
  }

  #grow(): void {
    const next = new Float64Array(this.#rows.length * 2);
    next.set(this.#rows);
    this.#rows = next;
  }
}
