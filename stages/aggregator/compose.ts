import type { OrderCounts, SliceRecord } from "../../engine/host.ts";

/** A whole run's record: the slices' records put one after the other. */
export interface RunRecord {
  readonly fills: SliceRecord["fills"];
  readonly equity: EquityCurve;
  /** Currency units: `-Σ side · quantity · price · multiplier`. */
  readonly cash: number;
  readonly commission: number;
  readonly orders: OrderCounts & { readonly open: number };
  readonly ticks: number;
}

export interface EquityCurve {
  /** Nanoseconds since the run's origin. */
  readonly time: Float64Array;
  /** Capital, profit and loss so far, costs taken off: currency units. */
  readonly equity: Float64Array;
  /** Position value, signed: currency units. */
  readonly exposure: Float64Array;
}

/**
 * Adds slices up in their order. Sums run over slices, one after the other, so
 * they are the same whoever ran them.
 */
export function compose(
  records: readonly SliceRecord[],
  capital: number,
): RunRecord {
  let cash = 0;
  let commission = 0;
  let ticks = 0;
  const orders = { submitted: 0, filled: 0, cancelled: 0, rejected: 0 };
  const curves: EquityCurve[] = [];
  for (const record of records) {
    const { equity } = record;
    curves.push({
      time: equity.time,
      equity: equity.value.map((value, i) =>
        capital + (cash + value) - (commission + equity.commission[i])
      ),
      exposure: equity.exposure,
    });
    cash += record.cash;
    commission += record.commission;
    ticks += record.ticks;
    orders.submitted += record.orders.submitted;
    orders.filled += record.orders.filled;
    orders.cancelled += record.orders.cancelled;
    orders.rejected += record.orders.rejected;
  }
  return {
    fills: concatColumns(records.map(({ fills }) => fills), [
      "time",
      "submitted",
      "order",
      "instrument",
      "side",
      "quantity",
      "price",
      "commission",
    ]),
    equity: concatColumns(curves, ["time", "equity", "exposure"]),
    cash,
    commission,
    orders: { ...orders, open: records.at(-1)?.working ?? 0 },
    ticks,
  };
}

function concatColumns<K extends string>(
  parts: readonly Readonly<Record<K, Float64Array>>[],
  names: readonly K[],
): Record<K, Float64Array> {
  const entries = names.map((name) => {
    const rows = parts.reduce((sum, part) => sum + part[name].length, 0);
    const whole = new Float64Array(rows);
    let at = 0;
    for (const part of parts) {
      whole.set(part[name], at);
      at += part[name].length;
    }
    return [name, whole];
  });
  return Object.fromEntries(entries);
}
