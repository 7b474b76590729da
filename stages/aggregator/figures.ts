import {
  dailyReturns,
  expectancy,
  maxDrawdown,
  profitFactor,
  sharpe,
  sortino,
  tripNets,
  winRate,
} from "../../engine/metrics/mod.ts";
import type { Instrument } from "../../engine/host.ts";
import type { SessionSpan } from "../prepared.ts";
import { concat, type EquityCurve, type RunRecord } from "./compose.ts";

/** The figures of a run; null where one is not defined. */
export interface Figures {
  readonly ticks: number;
  readonly orders: number;
  readonly fills: number;
  readonly cancelled: number;
  readonly rejected: number;
  /** Round trips. */
  readonly trades: number;
  /** Currency units, costs taken off, open positions at their mark. */
  readonly net_profit: number;
  readonly commission: number;
  readonly final_equity: number;
  /** Fraction of the peak, at most 0. */
  readonly max_drawdown: number | null;
  /** Currency units, at most 0. */
  readonly max_drawdown_amount: number | null;
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly profit_factor: number | null;
  /** Currency units a round trip. */
  readonly expectancy: number | null;
  readonly win_rate: number | null;
}

export interface FigureOptions {
  readonly capital: number;
  readonly annualisation: number;
  readonly sessions: readonly SessionSpan[];
  readonly instruments: readonly Instrument[];
}

export function figuresOf(record: RunRecord, options: FigureOptions): Figures {
  const { equity, orders, fills } = record;
  const { capital, annualisation, sessions, instruments } = options;
  const final = equity.equity.at(-1) ?? capital;
  const returns = dailyReturns(closesOf(equity, sessions, capital), capital);
  const drawdown = maxDrawdown(equity.equity, capital);
  const nets = concat(
    instruments.map(({ multiplier, inverse }, index) => {
      const own = fillsOf(fills, index);
      // A contract's value is linear in −1 / price.
      const price = inverse ? own.price.map((p) => -1 / p) : own.price;
      return tripNets({ ...own, price, multiplier });
    }),
  );
  return {
    ticks: record.ticks,
    orders: orders.submitted,
    fills: fills.time.length,
    cancelled: orders.cancelled,
    rejected: orders.rejected,
    trades: nets.length,
    net_profit: final - capital,
    commission: record.commission,
    final_equity: final,
    max_drawdown: drawdown?.fraction ?? null,
    max_drawdown_amount: drawdown?.amount ?? null,
    sharpe: sharpe(returns, annualisation),
    sortino: sortino(returns, annualisation),
    profit_factor: profitFactor(nets),
    expectancy: expectancy(nets),
    win_rate: winRate(nets),
  };
}

/**
 * Equity at each session's close, as sampled there. A session whose close no
 * later event has reached takes the last sample; before the first, the capital.
 */
function closesOf(
  { time, equity, close }: EquityCurve,
  sessions: readonly SessionSpan[],
  capital: number,
): Float64Array {
  let i = 0;
  let value = capital;
  return Float64Array.from(sessions, (session) => {
    for (; i < time.length; i++) {
      if (time[i] > session.close) break;
      value = equity[i];
      if (close[i] === 1 && time[i] === session.close) {
        i++;
        break;
      }
    }
    return value;
  });
}

function fillsOf(
  fills: RunRecord["fills"],
  instrument: number,
): RunRecord["fills"] {
  if (fills.instrument.every((index) => index === instrument)) return fills;
  const rows = [...fills.instrument.keys()].filter((row) =>
    fills.instrument[row] === instrument
  );
  return Object.fromEntries(
    Object.entries(fills).map(([name, column]) => [
      name,
      Float64Array.from(rows, (row) => column[row]),
    ]),
  ) as unknown as RunRecord["fills"];
}
