/** All that a report tells of: one aggregator's results and what made them. */
export interface Run {
  readonly name: string;
  /** The aggregator, when the run has several. */
  readonly stage: string | null;
  /** `result.json`, this aggregator's part of it. */
  readonly result: Result;
  /** The pipeline file with all defaults, as the run kept it. */
  readonly yaml: string;
  readonly facts: Facts;
  /** Epoch microseconds of time 0; all times below are microseconds since. */
  readonly origin: number;
  /** Sessions that hold rows. */
  readonly sessions: readonly Session[];
  readonly capital: number;
  readonly currency: string;
  /** Trading days of a year. */
  readonly annualisation: number;
  readonly instruments: readonly RunInstrument[];
  /** Tables whose rows the strategy saw. */
  readonly feeds: readonly Feed[];
  /** The files below were kept; a sweep may leave none. */
  readonly kept: boolean;
  readonly fills: Fills;
  readonly trades: Trades;
  readonly daily: Daily;
  readonly equity: EquityCurve;
  /** Null: one set of parameters, not several. */
  readonly sweep: Sweep | null;
  /** Null: it does not walk forward. */
  readonly walk: Walk | null;
  /** Null: no Monte Carlo was asked for. */
  readonly histories: Histories | null;
}

/** A group of figures, and of groups of them. */
export type Group = Readonly<Record<string, unknown>>;

/** A run's figures by name; what is not defined is null. */
export type Result = Readonly<Record<string, unknown>>;

/** What says which run it was. */
export interface Facts {
  readonly version: string;
  /** Hash of the program's own code. */
  readonly program: string;
  /** The strategy's file, and a hash of its code. */
  readonly strategy: string;
  readonly code: string;
  readonly seed: number;
  /** When it was finished: ISO 8601, UTC. */
  readonly finished: string;
}

export interface Session {
  /** Trade date. */
  readonly date: string;
  readonly open: number;
  readonly close: number;
}

export interface RunInstrument {
  readonly symbol: string;
  readonly tickSize: number;
  readonly multiplier: number;
  readonly inverse: boolean;
  readonly currency: string;
}

export interface Feed {
  readonly stage: string;
  readonly kind: "trades" | "quotes" | "bars";
  /** Index into `instruments`. */
  readonly instrument: number;
  /** Where its table lies. */
  readonly directory: string;
  readonly rows: number;
  /** Times of its first and last row; null: it has none. */
  readonly first: number | null;
  readonly last: number | null;
}

export interface Fills {
  readonly time: Float64Array;
  /** Index into `instruments`. */
  readonly instrument: Float64Array;
  /** +1 bought, −1 sold. */
  readonly side: Float64Array;
  readonly quantity: Float64Array;
  readonly price: Float64Array;
  /** Currency of the instrument. */
  readonly commission: Float64Array;
  /** 1: the order stood in the book. */
  readonly maker: Float64Array;
  /** The mark when the order was sent; NaN before the first price. */
  readonly arrival: Float64Array;
}

/** Round trips in order of their exit; money in the account's currency. */
export interface Trades {
  readonly instrument: Float64Array;
  /** +1 long, −1 short. */
  readonly side: Float64Array;
  readonly quantity: Float64Array;
  readonly entry_time: Float64Array;
  readonly exit_time: Float64Array;
  readonly entry_price: Float64Array;
  readonly exit_price: Float64Array;
  readonly gross: Float64Array;
  readonly commission: Float64Array;
  readonly net: Float64Array;
  /** Maximum adverse and favourable excursion, before commission. */
  readonly mae: Float64Array;
  readonly mfe: Float64Array;
}

/** One row a session that has rows. */
export interface Daily {
  /** Trade date: `2024-02-26`. */
  readonly date: readonly string[];
  readonly close: Float64Array;
  /** At the close, account currency. */
  readonly equity: Float64Array;
  /** Daily return; NaN when the equity before was not above 0. */
  readonly returns: Float64Array;
}

export interface EquityCurve {
  readonly time: Float64Array;
  /** Account currency. */
  readonly equity: Float64Array;
  /** Position value, signed: account currency. */
  readonly exposure: Float64Array;
}

/** All sets of a sweep, in the order of their rank; those that failed last. */
export interface Sweep {
  readonly objective: string;
  /** What the sets differ in, and what each has of it. */
  readonly params: readonly SweepParam[];
  /** The objective of each set; NaN where it is not defined. */
  readonly values: Float64Array;
  /** Place of each set in the sweep. */
  readonly set: Float64Array;
  /** Figures of each set by name. */
  readonly figures: ReadonlyMap<string, Float64Array>;
  /** Why a set failed; empty: it did not. */
  readonly errors: readonly string[];
  /** How far the best of so many may be trusted: the names of `result.json`. */
  readonly judgement: Readonly<Record<string, unknown>>;
}

/** A walk forward; one row a window and set. */
export interface Walk {
  /** `walk_forward` of `result.json`. */
  readonly told: Group;
  /** By the objective on the training: 1 was chosen. */
  readonly rank: Float64Array;
  /** The objective on the training and on the test; NaN without. */
  readonly train: Float64Array;
  readonly test: Float64Array;
}

/** Other histories of the run's trades and sessions. */
export interface Histories {
  /** `monte_carlo` of `result.json`. */
  readonly told: Group;
  readonly methods: readonly {
    readonly name: string;
    /** What `result.json` says of the method. */
    readonly told: Group;
    /** Trades or sessions done. */
    readonly step: Float64Array;
    /** Equity at 5, 25, 50, 75 and 95 % of the histories. */
    readonly levels: readonly Float64Array[];
    /** What it was. */
    readonly actual: Float64Array;
  }[];
}

export interface SweepParam {
  readonly name: string;
  /** Numbers, or places in `words`. */
  readonly values: Float64Array;
  readonly words: readonly string[] | null;
}

/** A figure of a run's result; null when it is not defined or not there. */
export function figure({ result }: Run, name: string): number | null {
  const value = result[name];
  return typeof value === "number" ? value : null;
}
