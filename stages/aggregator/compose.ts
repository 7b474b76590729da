import { RangeJoin } from "../../engine/broker/join_ranges.ts";
import {
  FILL_COLUMNS,
  ORDER_COLUMNS,
  type OrderCounts,
  type SliceRecord,
} from "../../engine/broker/ledger.ts";
import type { RangeColumns } from "../../engine/broker/mark_range.ts";
import { type Instrument, unitValue } from "../../engine/instrument.ts";
import { Table, type TableColumns } from "../../engine/table.ts";
import { concat, Gathered } from "./gathered.ts";

/** A whole run's record: the slices' records put one after the other. */
export interface RunRecord {
  readonly fills: SliceRecord["fills"];
  /** For each instrument the marks since its last fill. */
  readonly marks: RangeColumns;
  /** What the rows of all orders come to; they themselves stay on the disk. */
  readonly listed: ListedOrders;
  /** Orders that have not ended. */
  readonly openOrders: SliceRecord["open"];
  readonly equity: EquityCurve;
  /** When sessions closed and the run ended, then each instrument's mark. */
  readonly closes: readonly Float64Array[];
  /** Currency units. */
  readonly commission: number;
  /**
   * Cash before commission as the workers kept it, piece by piece: its last bits
   * depend on where slices were cut, so it is there to be checked, not shown.
   */
  readonly cash: number;
  readonly orders: OrderCounts & { readonly open: number };
  readonly ticks: number;
}

/** What turns a price into money. */
export type ValuedInstrument = Pick<Instrument, "multiplier" | "inverse">;

/** Rows of orders, added up. */
export interface ListedOrders {
  readonly rows: number;
  /** By the code of their status. */
  readonly byStatus: readonly number[];
  /** Σ of what they filled, contracts. */
  readonly filled: number;
}

const EQUITY = ["time", "equity", "exposure", "close", "fills"] as const;

/**
 * `time` in ns since the origin; `equity` is capital, profit and loss so far,
 * costs taken off; `exposure` is the position's value, signed, both in currency
 * units; `close` is 1 on the sample of a session's close; `fills` is how many
 * there were by then.
 */
export type EquityCurve = TableColumns<typeof EQUITY>;

/**
 * A run's record as it grows, slice after slice, each in its turn. Money is
 * added up over the fills, one after the other, so its last bit depends neither
 * on who ran a slice nor on where slices were cut.
 */
export class RunTotal {
  readonly #capital: number;
  readonly #instruments: readonly ValuedInstrument[];
  readonly #fills = new Gathered(FILL_COLUMNS);
  readonly #equity = new Gathered(EQUITY);
  readonly #ranges = new RangeJoin();
  readonly #orders = { submitted: 0, filled: 0, cancelled: 0, rejected: 0 };
  readonly #closes: (readonly Float64Array[])[] = [];
  readonly #listed = { rows: 0, byStatus: [0, 0, 0, 0, 0], filled: 0 };
  /** Cash before commission, then costs, as far as the fills were counted. */
  readonly #balances: Float64Array;
  #flow = 0;
  #costs = 0;
  #commission = 0;
  #cash = 0;
  #ticks = 0;
  #open: SliceRecord["open"] | undefined;
  #working = 0;

  constructor({ capital, instruments }: {
    readonly capital: number;
    readonly instruments: readonly ValuedInstrument[];
  }) {
    this.#capital = capital;
    this.#instruments = instruments;
    this.#balances = new Float64Array(instruments.length);
  }

  /** Bytes that it keeps. */
  get bytes(): number {
    return this.#fills.bytes + this.#equity.bytes;
  }

  /** Takes in the next slice, or piece of one. */
  add(record: SliceRecord): void {
    const { fills, orders } = record;
    const from = this.#fills.rows;
    this.#ranges.add(record, this.#fills.append(fills), 0);
    this.#equity.append(this.#equityOf(record, from));
    for (let i = 0; i < fills.time.length; i++) {
      this.#commission += fills.commission[i] * fills.rate[i];
    }
    this.#closes.push(record.closes.map((column) => column.slice()));
    this.#list(record.ended);
    this.#orders.submitted += orders.submitted;
    this.#orders.filled += orders.filled;
    this.#orders.cancelled += orders.cancelled;
    this.#orders.rejected += orders.rejected;
    this.#cash += record.cash;
    this.#ticks += record.ticks;
    this.#open = copy(record.open);
    this.#working = record.working;
  }

  /** The record of all slices; nothing may be added any more. */
  finish(): RunRecord {
    const openOrders = this.#open ?? new Table(ORDER_COLUMNS).take();
    this.#list(openOrders);
    return {
      fills: this.#fills.finish(),
      marks: this.#ranges.marks,
      listed: this.#listed,
      openOrders,
      equity: this.#equity.finish(),
      closes: (this.#closes[0] ?? []).map((_, c) =>
        concat(this.#closes.map((part) => part[c]))
      ),
      commission: this.#commission,
      cash: this.#cash,
      orders: { ...this.#orders, open: this.#working },
      ticks: this.#ticks,
    };
  }

  #list({ status, filled }: SliceRecord["ended"]): void {
    const listed = this.#listed;
    for (let i = 0; i < status.length; i++) {
      listed.rows++;
      listed.byStatus[status[i]]++;
      listed.filled += filled[i];
    }
  }

  /** The samples of a slice whose fills begin at row `from`. */
  #equityOf({ equity, fills, rates }: SliceRecord, from: number): EquityCurve {
    const { time, exposure, close } = equity;
    const values = new Float64Array(time.length);
    const balances = this.#balances;
    let filled = 0;
    const settle = (until: number) => {
      for (; filled < until; filled++) {
        const index = fills.instrument[filled];
        const flow = -fills.side[filled] * fills.quantity[filled] *
          unitValue(this.#instruments[index], fills.price[filled]);
        const fee = fills.commission[filled];
        this.#flow += flow;
        this.#costs += fee;
        balances[index] += flow - fee;
      }
    };
    for (const [sample, until] of equity.fills.entries()) {
      settle(until);
      // Balances stay in the currency of their instrument.
      values[sample] = rates.length === 0
        ? this.#capital + this.#flow - this.#costs + exposure[sample]
        : rates.reduce(
          (sum, rate, i) =>
            balances[i] === 0 ? sum : sum + balances[i] * rate[sample],
          this.#capital + exposure[sample],
        );
    }
    settle(fills.time.length);
    const known = equity.fills.map((inSlice) => from + inSlice);
    return { time, equity: values, exposure, close, fills: known };
  }
}

/** The record of slices that are all at hand. */
export function compose(
  records: readonly SliceRecord[],
  options: ConstructorParameters<typeof RunTotal>[0],
): RunRecord {
  const total = new RunTotal(options);
  for (const record of records) total.add(record);
  return total.finish();
}

function copy<T extends Readonly<Record<string, Float64Array>>>(columns: T): T {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, column.slice()]),
  ) as T;
}
