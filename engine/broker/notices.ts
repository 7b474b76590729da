/** Fields of a notice, in a row of {@link Notices}. */
export const N = {
  /** When the strategy hears of it, ns. */
  Due: 0,
  /** {@link News}. */
  News: 1,
  /** Index of the instrument. */
  Instrument: 2,
  Order: 3,
  /** Contracts, signed: of the fill, or still open when the order ended. */
  Signed: 4,
  Price: 5,
  Commission: 6,
  /** When it happened, ns. */
  Time: 7,
  /** 1 when the order rested in the book. */
  Maker: 8,
  /** Contracts still open after it, above 0. */
  Remaining: 9,
  /** Index into {@link REASONS}. */
  Reason: 10,
  /** 1: what it means for the position on its way is known already. */
  Known: 11,
  /** 1: a market order that `goal` counted. */
  Counted: 12,
  Realised: 13,
  Fields: 14,
} as const;

export const News = {
  Fill: 0,
  Accepted: 1,
  Triggered: 2,
  Changed: 3,
  Cancelled: 4,
  Expired: 5,
  Rejected: 6,
} as const;

/** Why an order was turned away or ended, in the order of their codes. */
export const REASONS = [
  "none",
  "asked",
  "lot_size",
  "min_quantity",
  "tick_size",
  "bad_price",
  "post_only",
  "reduce_only",
  "closing",
  "margin",
  "unfilled",
  "session_end",
  "until",
  "other_filled",
  "entry_ended",
  "expired_contract",
  "rolled",
] as const;

export type Reason = typeof REASONS[number];

/** The code of a reason. */
export function reasonCode(reason: Reason): number {
  return REASONS.indexOf(reason);
}

/** News on its way to the strategy, kept flat, in the order in which it arose. */
export class Notices {
  values = new Float64Array(8 * N.Fields);
  count = 0;

  /** Adds a row; gives where it begins. */
  add(): number {
    const at = this.count * N.Fields;
    if (at === this.values.length) {
      const next = new Float64Array(this.values.length * 2);
      next.set(this.values);
      this.values = next;
    }
    this.values.fill(0, at, at + N.Fields);
    this.count++;
    return at;
  }

  /** When the first is due, ns; Infinity when there is none. */
  nextDue(): number {
    let due = Infinity;
    for (let i = 0, at = N.Due; i < this.count; i++, at += N.Fields) {
      due = Math.min(due, this.values[at]);
    }
    return due;
  }

  /**
   * Takes out the first that is due by a time: the one due first, of several
   * the one that arose first. Null when there is none.
   */
  takeDue(time: number): Float64Array | null {
    const { values, count } = this;
    let best = -1;
    let due = Infinity;
    for (let i = 0, at = N.Due; i < count; i++, at += N.Fields) {
      if (values[at] < due) {
        due = values[at];
        best = i;
      }
    }
    if (best < 0 || due > time) return null;
    const at = best * N.Fields;
    const row = values.slice(at, at + N.Fields);
    values.copyWithin(at, at + N.Fields, count * N.Fields);
    this.count--;
    return row;
  }

  get snapshotSize(): number {
    return 1 + this.count * N.Fields;
  }

  save(out: Float64Array, offset: number): number {
    const used = this.count * N.Fields;
    out[offset] = this.count;
    out.set(this.values.subarray(0, used), offset + 1);
    return offset + 1 + used;
  }

  restore(from: Float64Array, offset: number): number {
    this.count = from[offset];
    const used = this.count * N.Fields;
    while (this.values.length < used) {
      this.values = new Float64Array(this.values.length * 2);
    }
    this.values.set(from.subarray(offset + 1, offset + 1 + used));
    return offset + 1 + used;
  }
}
