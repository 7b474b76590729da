import { type Instrument, unitValue } from "../../engine/instrument.ts";
import {
  costBeside,
  heldSpans,
  timeInMarket,
} from "../../engine/metrics/mod.ts";
import type { RunTables } from "./run_tables.ts";
import type { MetricOptions } from "./metrics.ts";

/** How much was held and traded, and what that cost; currency units. */
export interface Activity {
  /** Share of trading time with an open position. */
  readonly time_in_market: number | null;
  /** Σ value of all fills / mean equity at the closes of sessions. */
  readonly turnover: number | null;
  readonly annual_turnover: number | null;
  /** Σ |value| of all fills. */
  readonly volume: number;
  readonly commission: number;
  /** Fills beside the mark when their order was sent: above 0 is a cost. */
  readonly slippage: number;
  /** Fills beside the mark at the fill. */
  readonly spread_cost: number;
}

export function activityOf(
  { record, daily }: RunTables,
  { instruments, sessions, span, annualisation }: MetricOptions,
): Activity {
  const { fills, commission } = record;
  const worth = (prices: Float64Array) => valuesOf(prices, fills, instruments);
  const price = worth(fills.price);
  const { side, quantity } = fills;
  const priced = { side, quantity, price };
  const volume = price.reduce(
    (sum, value, i) => sum + Math.abs(value) * quantity[i],
    0,
  );
  const days = daily.equity.length;
  const mean = daily.equity.reduce((sum, value) => sum + value, 0) / days;
  const turnover = mean > 0 ? volume / mean : null;
  const [first, last] = span ?? [0, 0];
  const trading = sessions.map(({ open, close }) => ({
    from: Math.max(open, first),
    to: Math.min(close, last),
  })).filter(({ from, to }) => to > from);
  return {
    time_in_market: timeInMarket(heldSpans(fills, last), trading),
    turnover,
    annual_turnover: turnover === null ? null : turnover / days * annualisation,
    volume,
    commission,
    slippage: costBeside(priced, worth(fills.arrival)),
    spread_cost: costBeside(priced, worth(fills.mark)),
  };
}

/** What one contract is worth at these prices, account currency, by fill. */
function valuesOf(
  prices: Float64Array,
  { instrument, rate }: RunTables["record"]["fills"],
  instruments: readonly Instrument[],
): Float64Array {
  return prices.map((price, i) =>
    unitValue(instruments[instrument[i]], price) * rate[i]
  );
}
