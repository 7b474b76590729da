const TWO_32 = 4_294_967_296;

/**
 * Times of bars, nanoseconds since the epoch, in order. They are noted as
 * floats since a batch's origin, which costs no BigInt a bar.
 */
export class Ends {
  /** Since the origin of the batch: exact below 2^53 ns, 104 days. */
  #noted = new Float64Array(1024);
  #notes = 0;
  #known = new BigInt64Array(1024);
  #count = 0;

  /** Notes a time since the origin that {@link settle} will be told. */
  note(ns: number): void {
    if (this.#notes === this.#noted.length) {
      const larger = new Float64Array(2 * this.#notes);
      larger.set(this.#noted);
      this.#noted = larger;
    }
    this.#noted[this.#notes++] = ns;
  }

  /** The origin of all times noted since the last call. */
  settle(origin: bigint): void {
    this.#grow(this.#count + this.#notes);
    const halves = new Uint32Array(this.#known.buffer);
    const low = Number(origin & 0xffff_ffffn);
    const high = Number(origin >> 32n);
    for (let i = 0; i < this.#notes; i++) {
      const ns = this.#noted[i];
      const upper = Math.floor(ns / TWO_32);
      const sum = low + (ns - upper * TWO_32);
      const carry = sum >= TWO_32 ? 1 : 0;
      const at = 2 * (this.#count + i);
      halves[at] = sum;
      halves[at + 1] = high + upper + carry;
    }
    this.#count += this.#notes;
    this.#notes = 0;
  }

  push(ns: bigint): void {
    this.#grow(this.#count + 1);
    this.#known[this.#count++] = ns;
  }

  /** Takes the next `count` times. */
  take(count: number): BigInt64Array<ArrayBuffer> {
    const taken = this.#known.slice(0, count);
    this.#known.copyWithin(0, count, this.#count);
    this.#count -= count;
    return taken;
  }

  #grow(count: number): void {
    if (count <= this.#known.length) return;
    const larger = new BigInt64Array(2 ** Math.ceil(Math.log2(count)));
    larger.set(this.#known.subarray(0, this.#count));
    this.#known = larger;
  }
}
