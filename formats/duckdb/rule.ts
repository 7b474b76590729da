/** What ends a bar. Amounts are per bar and above zero. */
export type BarRule =
  /** The clock: bars start at multiples of `ns` since the epoch. */
  | { readonly by: "time"; readonly ns: number }
  /** A number of ticks. */
  | { readonly by: "ticks"; readonly ticks: number }
  /** Σ size reaches `volume`. */
  | { readonly by: "volume"; readonly volume: number }
  /** Σ price · size · `multiplier` reaches `value`: dollar bars. */
  | {
    readonly by: "value";
    readonly value: number;
    readonly multiplier: number;
  }
  /** |Σ sign · size| reaches `imbalance`; the sign is +1 for a buyer, −1 for a seller. */
  | { readonly by: "imbalance"; readonly imbalance: number };

/** Which price a bar is made of. */
export type BarPrice = "price" | "mid" | "bid" | "ask";

/** Trading time, nanoseconds since the epoch: `[open, close)`. */
export interface BarSession {
  readonly open: bigint;
  readonly close: bigint;
}

/**
 * From the tick that completes a bar to the bar's own time, in nanoseconds: the
 * least distance that times in a run of four years keep apart. So the bar comes
 * after its tick, where at equal times a bar comes first.
 */
export const AFTER_TICK_NS = 16;

/** The price of a table with these columns when none is named. */
export function priceOf(columns: readonly string[]): BarPrice | undefined {
  if (columns.includes("price")) return "price";
  return columns.includes("bid") && columns.includes("ask") ? "mid" : undefined;
}

/** Columns that a price is read from. */
export function sourcesOf(price: BarPrice): readonly string[] {
  return price === "mid" ? ["bid", "ask"] : [price];
}

/** Columns, beside the price, that the rule and the bars read where they exist. */
export function besideOf(price: BarPrice, { by }: BarRule): readonly string[] {
  if (price !== "price") return [];
  return by === "imbalance" ? ["size", "side"] : ["size"];
}

/** Time is exact in floats of nanoseconds up to here: 52 days. */
const LONGEST_NS = 2 ** 52;

/** @throws RangeError when an amount is not above zero, or a time above 52 days */
export function checkRule(rule: BarRule): void {
  const { by, ...amounts } = rule;
  for (const [name, value] of Object.entries(amounts)) {
    const whole = by === "time" || by === "ticks";
    const good = by === "time" ? value <= LONGEST_NS : true;
    if (good && value > 0 && (!whole || Number.isSafeInteger(value))) continue;
    throw new RangeError(
      `Cannot make bars: current value of ${name} is ${value}`,
    );
  }
}
