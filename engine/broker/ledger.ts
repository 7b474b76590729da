import { Table, type TableColumns } from "../table.ts";

/** What a slice leaves behind: nothing of it is read by the simulation. */
export interface SliceRecord {
  readonly fills: TableColumns<typeof FILL_COLUMNS>;
  readonly equity: TableColumns<typeof EQUITY_COLUMNS>;
  /** The rate of each instrument's currency at each sample; none when all are 1. */
  readonly rates: readonly Float64Array[];
  /** Currency units, from 0 at the slice's start. */
  readonly cash: number;
  readonly commission: number;
  readonly orders: OrderCounts;
  /** Orders still working at the end. */
  readonly working: number;
  /** Events processed, all inputs together. */
  readonly ticks: number;
}

/**
 * `submitted + open before = filled + cancelled + rejected + open after`. What
 * expired counts as cancelled, what filled in part by how it ended.
 */
export interface OrderCounts {
  readonly submitted: number;
  readonly filled: number;
  readonly cancelled: number;
  readonly rejected: number;
}

/**
 * `time` and `submitted` in ns since the origin; `instrument` by index; `maker`
 * is 1 when the order rested in the book; `realised` is the profit of what the
 * fill closed, before costs, in the instrument's currency; `rate` is what one
 * unit of that is worth in the account's.
 */
export const FILL_COLUMNS = [
  "time",
  "submitted",
  "order",
  "instrument",
  "side",
  "quantity",
  "price",
  "commission",
  "maker",
  "realised",
  "rate",
] as const;

/**
 * `value` is cash (before commission, from 0 at the slice's start) plus open
 * positions at their mark; `exposure` is the sum of position × mark ×
 * multiplier; `fills` is how many the slice had by then; `close` is 1 on the
 * sample of a session's close.
 */
export const EQUITY_COLUMNS = [
  "time",
  "value",
  "commission",
  "exposure",
  "fills",
  "close",
] as const;

/** Sums and lists that only grow. Switched off while a slice warms up. */
export class Ledger {
  on = false;
  cash = 0;
  commission = 0;
  submitted = 0;
  filled = 0;
  cancelled = 0;
  rejected = 0;
  ticks = 0;
  readonly fills = new Table(FILL_COLUMNS);
  readonly equity = new Table(EQUITY_COLUMNS);
  readonly rates: Table<readonly string[]>;

  /** @param converted instruments whose rates have to be recorded; 0: none */
  constructor(converted: number) {
    this.rates = new Table(
      Array.from({ length: converted }, (_, i) => String(i)),
    );
  }

  /** Gives what was recorded and begins anew. */
  take(working: number): SliceRecord {
    const record: SliceRecord = {
      fills: this.fills.take(),
      equity: this.equity.take(),
      rates: Object.values(this.rates.take()),
      cash: this.cash,
      commission: this.commission,
      orders: {
        submitted: this.submitted,
        filled: this.filled,
        cancelled: this.cancelled,
        rejected: this.rejected,
      },
      working,
      ticks: this.ticks,
    };
    this.reset();
    return record;
  }

  reset(): void {
    this.cash = 0;
    this.commission = 0;
    this.submitted = 0;
    this.filled = 0;
    this.cancelled = 0;
    this.rejected = 0;
    this.ticks = 0;
    this.fills.take();
    this.equity.take();
    this.rates.take();
  }
}
