import { Table, type TableColumns } from "../table.ts";
import { RANGE_COLUMNS, type RangeColumns } from "./mark_range.ts";

/** What a slice leaves behind: nothing of it is read by the simulation. */
export interface SliceRecord {
  readonly fills: TableColumns<typeof FILL_COLUMNS>;
  readonly equity: TableColumns<typeof EQUITY_COLUMNS>;
  /** The rate of each instrument's currency at each sample; none when all are 1. */
  readonly rates: readonly Float64Array[];
  /**
   * Each session's close that was reached, and the run's end: when, then the
   * mark of each instrument.
   */
  readonly closes: readonly Float64Array[];
  /** Currency units, from 0 at the slice's start. */
  readonly cash: number;
  readonly commission: number;
  readonly orders: OrderCounts;
  /** Orders that ended, in the order in which they did. */
  readonly ended: TableColumns<typeof ORDER_COLUMNS>;
  /** Orders that have not, as they stand at the slice's end. */
  readonly open: TableColumns<typeof ORDER_COLUMNS>;
  /** For each instrument the marks since its last fill, or the slice's start. */
  readonly marks: RangeColumns;
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
 * unit of that is worth in the account's; `mark` is the instrument's mark at the
 * fill and `arrival` the one when the order was sent, NaN: not known; what
 * follows is the range of its mark while a position was held, from the fill
 * before (or the slice's start) to this one.
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
  "mark",
  "arrival",
  ...RANGE_COLUMNS,
] as const;

/**
 * `submitted` and `ended` in ns since the origin (`ended` is NaN while open);
 * `type`, `tif`, `status` and `reason` by their codes; `quantity` in all, what
 * filled counted; `limit` and `stop` as last in force, NaN without; `value` is
 * Σ quantity · price of its fills; `mark` is the instrument's when it was sent.
 */
export const ORDER_COLUMNS = [
  "order",
  "instrument",
  "submitted",
  "ended",
  "type",
  "side",
  "quantity",
  "limit",
  "stop",
  "tif",
  "status",
  "reason",
  "filled",
  "value",
  "mark",
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

/** Who has something to add when a record is taken. */
export interface Recorded {
  /** Orders that are not over. */
  readonly open: number;
  /** Writes open orders and the marks since the last fill, and begins anew. */
  settleRecord(ledger: Ledger): void;
}

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
  readonly ended = new Table(ORDER_COLUMNS);
  readonly open = new Table(ORDER_COLUMNS, 16);
  readonly marks = new Table(RANGE_COLUMNS, 4);
  readonly rates: Table<readonly string[]>;
  readonly closes: Table<readonly string[]>;

  /** @param converted whether rates of currencies have to be recorded */
  constructor(instruments: number, converted: boolean) {
    const indexes = Array.from({ length: instruments }, (_, i) => String(i));
    this.rates = new Table(converted ? indexes : []);
    this.closes = new Table(["time", ...indexes], 16);
  }

  /**
   * Gives what was recorded and begins anew.
   *
   * @param exchanges add what they hold: open orders, and marks
   */
  take(exchanges: readonly Recorded[]): SliceRecord {
    for (const exchange of exchanges) exchange.settleRecord(this);
    const closes = this.closes.take();
    const record: SliceRecord = {
      fills: this.fills.take(),
      equity: this.equity.take(),
      rates: Object.values(this.rates.take()),
      closes: this.closes.names.map((name) => closes[name]),
      cash: this.cash,
      commission: this.commission,
      orders: {
        submitted: this.submitted,
        filled: this.filled,
        cancelled: this.cancelled,
        rejected: this.rejected,
      },
      ended: this.ended.take(),
      open: this.open.take(),
      marks: this.marks.take(),
      working: exchanges.reduce((sum, { open }) => sum + open, 0),
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
    this.fills.clear();
    this.equity.clear();
    this.ended.clear();
    this.open.clear();
    this.marks.clear();
    this.rates.clear();
    this.closes.clear();
  }
}

/** What a slice without events leaves. */
export function emptyRecord(): SliceRecord {
  return new Ledger(0, false).take([]);
}
