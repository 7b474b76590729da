import { roundTrips } from "../../engine/metrics/round_trips.ts";
import type { Fills, RunInstrument, Trades } from "./run.ts";

/** Round trips of all instruments, in order of their exit. */
export function tradesOf(
  fills: Fills,
  instruments: readonly RunInstrument[],
): Trades {
  const trips = instruments.flatMap(({ multiplier, inverse }, index) => {
    const rows = [...fills.instrument.keys()]
      .filter((row) => fills.instrument[row] === index);
    const pick = (column: Float64Array) =>
      Float64Array.from(rows, (row) => column[row]);
    const price = pick(fills.price);
    return roundTrips({
      time: pick(fills.time),
      side: pick(fills.side),
      quantity: pick(fills.quantity),
      // A contract's value is linear in −1 / price.
      price: inverse ? price.map((p) => -1 / p) : price,
      commission: pick(fills.commission),
      multiplier,
    }).map((trade) => ({
      ...trade,
      instrument: index,
      entry_price: inverse ? -1 / trade.entry_price : trade.entry_price,
      exit_price: inverse ? -1 / trade.exit_price : trade.exit_price,
    }));
  });
  if (instruments.length > 1) trips.sort((a, b) => a.exit_time - b.exit_time);
  const column = (name: keyof Trades) =>
    Float64Array.from(trips, (trip) => trip[name]);
  return {
    instrument: column("instrument"),
    side: column("side"),
    quantity: column("quantity"),
    entry_time: column("entry_time"),
    exit_time: column("exit_time"),
    entry_price: column("entry_price"),
    exit_price: column("exit_price"),
    gross: column("gross"),
    commission: column("commission"),
    net: column("net"),
  };
}
