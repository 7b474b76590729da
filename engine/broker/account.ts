import { marginOf } from "../instrument.ts";
import type { Exchange } from "./exchange.ts";

/** Where the rate of a currency comes from: units of account currency for one. */
export type RateSource =
  | { readonly kind: "fixed"; readonly rate: number }
  /** The mark of an instrument of the run, or one over it. */
  | {
    readonly kind: "mark";
    readonly instrument: number;
    readonly inverted: boolean;
  };

/** What margin asks of the account, when it is enforced. */
export type MarginPolicy = "none" | "liquidate" | "notify";

export interface AccountSpec {
  /** Cash at the start, in the account's currency. */
  readonly capital: number;
  readonly currency: string;
  /** For each instrument, the rate of its currency. */
  readonly rates: readonly RateSource[];
  /** What happens when equity falls below the maintenance margin. */
  readonly marginCall: MarginPolicy;
  /**
   * Whether cash is part of the state: when the strategy looks at the account,
   * or margin is enforced.
   */
  readonly tracked: boolean;
}

/**
 * Cash of the run so far. Balances stay in the currency of their instrument and
 * are valued at its rate now.
 *
 * It is kept only when something looks at it: cash remembers all of the past,
 * so a run that depends on it cannot be guessed ahead.
 */
export class Account {
  readonly spec: AccountSpec;
  /** Whether a position may not exceed what backs it. */
  readonly enforced: boolean;
  /** For each instrument: cash, commissions taken off, from 0. */
  readonly #cash: Float64Array;
  #exchanges: readonly Exchange[] = [];

  constructor(spec: AccountSpec, instruments: number) {
    this.spec = spec;
    this.enforced = spec.marginCall !== "none";
    this.#cash = new Float64Array(instruments);
  }

  connect(exchanges: readonly Exchange[]): void {
    this.#exchanges = exchanges;
  }

  /** Takes in a fill; amounts in the instrument's currency. */
  pay(instrument: number, amount: number): void {
    if (this.spec.tracked) this.#cash[instrument] += amount;
  }

  /** Account currency for one unit of an instrument's currency; NaN: unknown yet. */
  rate(instrument: number): number {
    const source = this.spec.rates[instrument];
    if (source.kind === "fixed") return source.rate;
    const mark = this.#exchanges[source.instrument].market.mark(0);
    return source.inverted ? 1 / mark : mark;
  }

  /** Capital, profit so far, open positions at their mark; account currency. */
  equity(): number {
    let sum = this.spec.capital;
    for (let i = 0; i < this.#exchanges.length; i++) {
      const cash = this.#cash[i];
      const value = this.#exchanges[i].exposure();
      if (cash !== 0 || value !== 0) sum += (cash + value) * this.rate(i);
    }
    return sum;
  }

  /** Margin of all positions; `extra` is added to one of them. */
  margin(
    kind: "initial" | "maintenance",
    instrument = -1,
    extra = 0,
  ): number {
    let sum = 0;
    for (let i = 0; i < this.#exchanges.length; i++) {
      const exchange = this.#exchanges[i];
      const quantity = exchange.truth.quantity + (i === instrument ? extra : 0);
      if (quantity === 0) continue;
      const mark = exchange.market.mark(quantity);
      sum += marginOf(exchange.instrument, kind, quantity, mark) * this.rate(i);
    }
    return sum;
  }

  get snapshotSize(): number {
    return this.spec.tracked ? this.#cash.length : 0;
  }

  save(out: Float64Array, offset: number): number {
    if (!this.spec.tracked) return offset;
    out.set(this.#cash, offset);
    return offset + this.#cash.length;
  }

  restore(from: Float64Array, offset: number): number {
    if (!this.spec.tracked) return offset;
    this.#cash.set(from.subarray(offset, offset + this.#cash.length));
    return offset + this.#cash.length;
  }
}
