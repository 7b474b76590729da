import { joinRanges } from "../../engine/broker/join_ranges.ts";
import {
  FILL_COLUMNS,
  ORDER_COLUMNS,
  type OrderCounts,
  type SliceRecord,
} from "../../engine/broker/ledger.ts";
import type { RangeColumns } from "../../engine/broker/mark_range.ts";
import { type Instrument, unitValue } from "../../engine/instrument.ts";

/** A whole run's record: the slices' records put one after the other. */
export interface RunRecord {
  readonly fills: SliceRecord["fills"];
  /** For each instrument the marks since its last fill. */
  readonly marks: RangeColumns;
  /** Every order: in the order in which they ended, then those still open. */
  readonly orderRows: SliceRecord["ended"];
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

export interface EquityCurve {
  /** Nanoseconds since the run's origin. */
  readonly time: Float64Array;
  /** Capital, profit and loss so far, costs taken off: currency units. */
  readonly equity: Float64Array;
  /** Position value, signed: currency units. */
  readonly exposure: Float64Array;
  /** 1 on the sample of a session's close. */
  readonly close: Float64Array;
  /** Fills by then. */
  readonly fills: Float64Array;
}

/**
 * Puts slices together in their order. Money is added up over the fills, one
 * after the other, so its last bit depends neither on who ran a slice nor on
 * where slices were cut.
 */
export function compose(
  records: readonly SliceRecord[],
  options: {
    readonly capital: number;
    readonly instruments: readonly ValuedInstrument[];
  },
): RunRecord {
  const ranges = joinRanges(records);
  const fills = {
    ...concatColumns(records.map(({ fills }) => fills), FILL_COLUMNS),
    ...ranges.fills,
  };
  const orders = { submitted: 0, filled: 0, cancelled: 0, rejected: 0 };
  let ticks = 0;
  let cash = 0;
  for (const record of records) {
    ticks += record.ticks;
    cash += record.cash;
    orders.submitted += record.orders.submitted;
    orders.filled += record.orders.filled;
    orders.cancelled += record.orders.cancelled;
    orders.rejected += record.orders.rejected;
  }
  return {
    fills,
    marks: ranges.marks,
    orderRows: concatColumns(
      [
        ...records.map(({ ended }) => ended),
        ...records.slice(-1).map(({ open }) => open),
      ],
      ORDER_COLUMNS,
    ),
    closes: (records[0]?.closes ?? []).map((_, c) =>
      concat(records.map(({ closes }) => closes[c]))
    ),
    equity: equityOf(records, fills, options),
    commission: fills.commission.reduce(
      (sum, fee, i) => sum + fee * fills.rate[i],
      0,
    ),
    cash,
    orders: { ...orders, open: records.at(-1)?.working ?? 0 },
    ticks,
  };
}

function equityOf(
  records: readonly SliceRecord[],
  fills: SliceRecord["fills"],
  { capital, instruments }: {
    readonly capital: number;
    readonly instruments: readonly ValuedInstrument[];
  },
): EquityCurve {
  const { time, exposure, close } = concatColumns(
    records.map(({ equity }) => equity),
    ["time", "exposure", "close"],
  );
  const equity = new Float64Array(time.length);
  const known = new Float64Array(time.length);
  const balances = new Float64Array(instruments.length);
  let cash = 0;
  let commission = 0;
  let filled = 0;
  let before = 0;
  let row = 0;
  for (const record of records) {
    for (const [sample, inSlice] of record.equity.fills.entries()) {
      for (; filled < before + inSlice; filled++) {
        const index = fills.instrument[filled];
        const flow = -fills.side[filled] * fills.quantity[filled] *
          unitValue(instruments[index], fills.price[filled]);
        const fee = fills.commission[filled];
        cash += flow;
        commission += fee;
        balances[index] += flow - fee;
      }
      // Balances stay in the currency of their instrument.
      equity[row] = record.rates.length === 0
        ? capital + cash - commission + exposure[row]
        : record.rates.reduce(
          (sum, rate, i) =>
            balances[i] === 0 ? sum : sum + balances[i] * rate[sample],
          capital + exposure[row],
        );
      known[row] = filled;
      row++;
    }
    before += record.fills.time.length;
  }
  return { time, equity, exposure, close, fills: known };
}

function concatColumns<K extends string>(
  parts: readonly Readonly<Record<K, Float64Array>>[],
  names: readonly K[],
): Record<K, Float64Array> {
  const entries = names.map((name) => [
    name,
    concat(parts.map((part) => part[name])),
  ]);
  return Object.fromEntries(entries);
}

/** One array of several, in order. */
export function concat(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
