import { type TripColumns, tripTable } from "../../engine/metrics/mod.ts";
import type { RunRecord, ValuedInstrument } from "./compose.ts";

/** Round trips, a row each, in the order in which they ended. */
export type TradeColumns = TripColumns & {
  /** Index of the instrument. */
  readonly instrument: Float64Array;
};

type FillColumns = RunRecord["fills"];

/**
 * Round trips of all instruments. `last` is the row, among all fills, of the one
 * that closed the trade.
 */
export function tradesOf(
  fills: FillColumns,
  instruments: readonly ValuedInstrument[],
): TradeColumns {
  const parts = instruments.map((instrument, index) => {
    const rows = rowsOf(fills, index);
    const trips = tripsOf(
      rows === null ? fills : pick(fills, rows),
      instrument,
    );
    const last = rows === null
      ? trips.last
      : trips.last.map((row) => rows[row]);
    return {
      ...trips,
      last,
      instrument: new Float64Array(last.length).fill(index),
    };
  });
  if (parts.length === 1) return parts[0];
  const all = concat(parts);
  const order = Uint32Array.from(all.last.keys())
    .sort((a, b) => all.last[a] - all.last[b] || a - b);
  return pick(all, order);
}

function tripsOf(
  fills: FillColumns,
  { multiplier, inverse }: ValuedInstrument,
): TripColumns {
  if (!inverse) return tripTable({ ...fills, marks: fills, multiplier });
  // A contract's value is linear in −1 / price.
  const price = fills.price.map(valueOf);
  const low = fills.low.map(valueOf);
  const high = fills.high.map(valueOf);
  const trips = tripTable({
    ...fills,
    price,
    marks: { ...fills, low, high },
    multiplier,
  });
  return {
    ...trips,
    entry_price: trips.entry_price.map(valueOf),
    exit_price: trips.exit_price.map(valueOf),
  };
}

/** Its own inverse; what is no price stays. */
function valueOf(price: number): number {
  return Number.isFinite(price) ? -1 / price : price;
}

/** Rows of one instrument; null when that is all of them. */
function rowsOf(
  { instrument }: FillColumns,
  index: number,
): Uint32Array | null {
  if (instrument.every((other) => other === index)) return null;
  return Uint32Array.from(instrument.keys())
    .filter((row) => instrument[row] === index);
}

function pick<T extends Readonly<Record<string, Float64Array>>>(
  columns: T,
  rows: Uint32Array,
): T {
  const entries = Object.entries(columns).map(([name, column]) => [
    name,
    Float64Array.from(rows, (row) => column[row]),
  ]);
  return Object.fromEntries(entries) as T;
}

function concat(parts: readonly TradeColumns[]): TradeColumns {
  const names = Object.keys(parts[0]) as (keyof TradeColumns)[];
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
  return Object.fromEntries(entries) as TradeColumns;
}
