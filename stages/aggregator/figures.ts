import {
  dailyReturns,
  expectancy,
  maxDrawdown,
  profitFactor,
  sharpe,
  sortino,
  winRate,
} from "../../engine/metrics/mod.ts";
import type { RunTables } from "./run_tables.ts";

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
}

export function figuresOf(
  { record, trades, daily }: RunTables,
  { capital, annualisation }: FigureOptions,
): Figures {
  const { equity, orders, fills } = record;
  const final = equity.equity.at(-1) ?? capital;
  const returns = dailyReturns(daily.equity, capital);
  const drawdown = maxDrawdown(equity.equity, capital);
  const nets = trades.net;
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
