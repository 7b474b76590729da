import { type Instrument, unitValue } from "../instrument.ts";

/** Which entries an exit closes. */
export type PositionMethod = "average" | "fifo";

/** Contracts, beside one, below which a difference comes from rounding. */
export const CRUMB = 1e-9;

/** A sum of quantities; what rounding leaves of one that cancels out is 0. */
export function addQuantity(position: number, signed: number): number {
  const sum = position + signed;
  return Math.abs(sum) < CRUMB * Math.abs(signed) ? 0 : sum;
}

const QUANTITY = 0;
const ENTRY = 1;
const FIELDS = 2;

/** Contracts held and what they were entered at. */
export class Position {
  readonly #instrument: Instrument;
  readonly #lots: Lots | null;
  readonly #state = new Float64Array(FIELDS);

  constructor(instrument: Instrument, method: PositionMethod) {
    this.#instrument = instrument;
    this.#lots = method === "fifo" ? new Lots() : null;
  }

  /** Above 0 long, below 0 short. */
  get quantity(): number {
    return this.#state[QUANTITY];
  }

  /** Average price of what is open; NaN when flat. */
  get entryPrice(): number {
    return this.#state[QUANTITY] === 0 ? NaN : this.#state[ENTRY];
  }

  /** Profit at a price, before costs, in the instrument's currency. */
  openProfit(mark: number): number {
    const quantity = this.#state[QUANTITY];
    if (quantity === 0) return 0;
    const instrument = this.#instrument;
    if (!instrument.inverse) {
      return (mark - this.#state[ENTRY]) * quantity * instrument.multiplier;
    }
    return quantity *
      (unitValue(instrument, mark) - unitValue(instrument, this.#state[ENTRY]));
  }

  /**
   * Takes in a fill.
   *
   * @returns profit of what it closed, before costs, in the instrument's currency
   */
  move(signed: number, price: number): number {
    const state = this.#state;
    const before = state[QUANTITY];
    const entry = state[ENTRY];
    const after = addQuantity(before, signed);
    state[QUANTITY] = after;
    const opposed = before !== 0 && before > 0 !== signed > 0;
    if (this.#lots !== null) {
      return this.#moveLots(this.#lots, signed, price, after, opposed);
    }
    if (after === 0) state[ENTRY] = 0;
    else if (before === 0 || before > 0 !== after > 0) state[ENTRY] = price;
    else if (!opposed) {
      state[ENTRY] = this.#average(entry, before, price, signed, after);
    }
    if (!opposed) return 0;
    const closed = Math.abs(signed) < Math.abs(before) ? -signed : before;
    return this.#profit(closed, entry, price);
  }

  /** Moves the entry by a gap between two contracts: nothing was gained. */
  shift(by: number): void {
    if (this.#state[QUANTITY] === 0) return;
    this.#state[ENTRY] += by;
    this.#lots?.shift(by);
  }

  #moveLots(
    lots: Lots,
    signed: number,
    price: number,
    after: number,
    opposed: boolean,
  ): number {
    let profit = 0;
    let left = signed;
    while (opposed && left !== 0 && lots.count > 0) {
      const held = lots.firstQuantity;
      const whole = Math.abs(held) <= Math.abs(left) * (1 + CRUMB);
      const closed = whole ? held : -left;
      profit += this.#profit(closed, lots.firstPrice, price);
      left = whole ? addQuantity(left, held) : 0;
      if (whole) lots.shiftFirst();
      else lots.firstQuantity = addQuantity(held, -closed);
    }
    if (after === 0) lots.clear();
    else if (left !== 0) lots.push(left, price);
    this.#state[ENTRY] = after === 0 ? 0 : lots.average(this.#instrument);
    return profit;
  }

  #profit(closed: number, entry: number, price: number): number {
    const instrument = this.#instrument;
    if (!instrument.inverse) {
      return closed * (price - entry) * instrument.multiplier;
    }
    return closed *
      (unitValue(instrument, price) - unitValue(instrument, entry));
  }

  #average(
    entry: number,
    before: number,
    price: number,
    signed: number,
    after: number,
  ): number {
    if (!this.#instrument.inverse) {
      return (entry * before + price * signed) / after;
    }
    return after / (before / entry + signed / price);
  }

  get snapshotSize(): number {
    return FIELDS + (this.#lots?.snapshotSize ?? 0);
  }

  save(out: Float64Array, offset: number): number {
    out.set(this.#state, offset);
    return this.#lots?.save(out, offset + FIELDS) ?? offset + FIELDS;
  }

  restore(from: Float64Array, offset: number): number {
    this.#state.set(from.subarray(offset, offset + FIELDS));
    return this.#lots?.restore(from, offset + FIELDS) ?? offset + FIELDS;
  }
}

/** Entries in the order in which they were made: `quantity, price` each. */
class Lots {
  #rows: number[] = [];

  get count(): number {
    return this.#rows.length / 2;
  }

  get firstQuantity(): number {
    return this.#rows[0];
  }

  set firstQuantity(quantity: number) {
    this.#rows[0] = quantity;
  }

  get firstPrice(): number {
    return this.#rows[1];
  }

  push(quantity: number, price: number): void {
    this.#rows.push(quantity, price);
  }

  shiftFirst(): void {
    this.#rows.splice(0, 2);
  }

  clear(): void {
    this.#rows.length = 0;
  }

  shift(by: number): void {
    for (let i = 1; i < this.#rows.length; i += 2) this.#rows[i] += by;
  }

  average({ inverse }: Instrument): number {
    let quantity = 0;
    let sum = 0;
    for (let i = 0; i < this.#rows.length; i += 2) {
      const q = this.#rows[i];
      const price = this.#rows[i + 1];
      quantity += q;
      sum += inverse ? q / price : q * price;
    }
    return inverse ? quantity / sum : sum / quantity;
  }

  get snapshotSize(): number {
    return 1 + this.#rows.length;
  }

  save(out: Float64Array, offset: number): number {
    out[offset] = this.#rows.length;
    out.set(this.#rows, offset + 1);
    return offset + 1 + this.#rows.length;
  }

  restore(from: Float64Array, offset: number): number {
    const end = offset + 1 + from[offset];
    this.#rows = [...from.subarray(offset + 1, end)];
    return end;
  }
}
