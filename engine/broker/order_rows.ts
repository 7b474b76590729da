/** Fields of an order, in a row of {@link OrderRows}. */
export const F = {
  Id: 0,
  /** Contracts still to fill: above 0 to buy, below 0 to sell. */
  Signed: 1,
  /** Contracts filled so far, above 0. */
  Filled: 2,
  Type: 3,
  Status: 4,
  /** Limit price; NaN without. */
  Limit: 5,
  /** Stop price; NaN without. A trailing stop moves it. */
  Stop: 6,
  /** Distance that a trailing stop keeps, in price. */
  Trail: 7,
  Tif: 8,
  /** GTD: the first moment at which it works no more, ns. */
  Until: 9,
  Flags: 10,
  /** Bracket: id of the entry that this protects; OCO: shared id; else 0. */
  Group: 11,
  /** When it was sent, and when the market has it, ns. */
  Sent: 12,
  Arrival: 13,
  /** When a cancel arrives, ns; Infinity: none is on its way. */
  CancelAt: 14,
  /** When a change arrives, ns; Infinity: none is on its way. */
  ChangeAt: 15,
  ChangeSigned: 16,
  ChangeLimit: 17,
  ChangeStop: 18,
  /** Queue: contracts ahead; NaN: not known yet. */
  Ahead: 19,
  /** Queue: contracts shown at the price when last seen; NaN: never. */
  Level: 20,
  /** Queue: traded at the price since {@link Level} was seen. */
  Traded: 21,
  /** Contracts whose fills the strategy has heard of. */
  Heard: 22,
  /** 1 once the strategy knows that it is over. */
  Over: 23,
  /** Σ quantity · price of its fills. */
  Value: 24,
  /** Mark when it was sent; NaN: none was known. */
  Mark: 25,
  Fields: 26,
} as const;

export const Type = {
  Market: 0,
  Limit: 1,
  Stop: 2,
  StopLimit: 3,
  Trailing: 4,
} as const;

export const Status = {
  /** On its way to the market. */
  Sent: 0,
  /** Waits for its bracket's entry to fill. */
  Dormant: 1,
  /** A stop that has not been triggered. */
  Waiting: 2,
  /** A limit order in the book, or a market order with a rest to fill. */
  Working: 3,
  /** Its entry has filled on this event: it is sent when the event is over. */
  Waking: 5,
  /** Over; the row goes once the strategy has heard of it. */
  Done: 4,
} as const;

export const Tif = {
  Gtc: 0,
  Day: 1,
  Gtd: 2,
  Ioc: 3,
  Fok: 4,
} as const;

export const Flag = {
  PostOnly: 1,
  ReduceOnly: 2,
  /** A bracket's protection: its size follows its entry and its sibling. */
  Child: 4,
  /** Cancelled as soon as another of its group fills at all. */
  Oco: 8,
  /** A market order that `goal` counted when it was sent. */
  Counted: 16,
} as const;

/** Orders that are not over, in the order in which they were sent, kept flat. */
export class OrderRows {
  /** Row `i` is at `[i · F.Fields, (i + 1) · F.Fields)`. */
  values = new Float64Array(8 * F.Fields);
  count = 0;

  /** Adds a row of zeros; gives where it begins. */
  add(): number {
    const at = this.count * F.Fields;
    if (at === this.values.length) this.#grow();
    this.values.fill(0, at, at + F.Fields);
    this.count++;
    return at;
  }

  /** Where an order's row begins; -1 when it is over or was never. */
  find(id: number): number {
    const { values } = this;
    for (let i = 0, at = F.Id; i < this.count; i++, at += F.Fields) {
      if (values[at] === id) return at;
    }
    return -1;
  }

  /** Drops the rows that are over; the others keep their order. */
  compact(): void {
    const { values } = this;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      const from = i * F.Fields;
      if (values[from + F.Over] !== 0) continue;
      if (kept !== i) {
        values.copyWithin(kept * F.Fields, from, from + F.Fields);
      }
      kept++;
    }
    this.count = kept;
  }

  get snapshotSize(): number {
    return 1 + this.count * F.Fields;
  }

  save(out: Float64Array, offset: number): number {
    const used = this.count * F.Fields;
    out[offset] = this.count;
    out.set(this.values.subarray(0, used), offset + 1);
    return offset + 1 + used;
  }

  restore(from: Float64Array, offset: number): number {
    this.count = from[offset];
    const used = this.count * F.Fields;
    while (this.values.length < used) this.#grow();
    this.values.set(from.subarray(offset + 1, offset + 1 + used));
    return offset + 1 + used;
  }

  #grow(): void {
    const next = new Float64Array(this.values.length * 2);
    next.set(this.values);
    this.values = next;
  }
}
