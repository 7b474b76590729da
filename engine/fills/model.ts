/**
 * How orders of one instrument are filled. A model looks at one order and one
 * event at a time; what it remembers of an order lies in the order's row.
 */
export interface FillModel {
  /** A resting order that is met fills at the event's price, if that is better. */
  readonly improves: boolean;
  /** A new event: what it can fill has not been used yet. */
  begin(tick: Float64Array, key: number): void;
  /** A limit order comes to rest. */
  rest(rows: Float64Array, at: number, tick: Float64Array): void;
  /** Contracts of a resting limit order that the event fills, at least 0. */
  resting(rows: Float64Array, at: number, tick: Float64Array): number;
  /** Contracts, of `wanted`, that an order gets which takes what rests. */
  taking(
    rows: Float64Array,
    at: number,
    tick: Float64Array,
    wanted: number,
  ): number;
  /** Ticks by which such an order fills worse, beside all other slippage. */
  slipTicks(rows: Float64Array, at: number): number;
}

/** What every model is told of the instrument and the run. */
export interface FillModelOptions {
  /** Half a tick: prices nearer than that are the same. */
  readonly half: number;
  /** Quantities are rounded down to multiples of it; 0: not. */
  readonly lot: number;
  readonly seed: number;
}

/** A fill model by name, with its parameters. */
export type FillSpec =
  | { readonly model: "next_tick" | "touch" | "through" | "one_tick" }
  | {
    readonly model: "queue";
    /** What a shrinking queue says of those ahead, beside trades. */
    readonly cancels: "risk_averse" | "power" | "log";
    /** The exponent of `power`. */
    readonly exponent: number;
  }
  | {
    readonly model: "volume_share";
    /** Fraction of an event's size that is ours at most, above 0 up to 1. */
    readonly share: number;
  }
  | {
    readonly model: "probability";
    /** Chance that a touched limit order fills, 0 to 1. */
    readonly limit: number;
    /** Chance that an order which takes fills a tick worse, 0 to 1. */
    readonly slip: number;
  };

/** Columns, beside prices, that a model needs of an instrument's ticks. */
export function sizesNeeded({ model }: FillSpec): {
  readonly trades: readonly string[];
  readonly quotes: readonly string[];
} {
  if (model === "queue") {
    return { trades: ["size"], quotes: ["bid_size", "ask_size"] };
  }
  if (model === "volume_share") return { trades: ["size"], quotes: [] };
  return { trades: [], quotes: [] };
}
