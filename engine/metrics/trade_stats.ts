import { defined, deviation, mean, type Values } from "./values.ts";
import { expectancy, payoff, profitFactor, winRate } from "./trade_ratios.ts";

/** Columns of round trips, in the order in which they ended. */
export interface TradeSet {
  /** Account currency, after commission. */
  readonly net: Values;
  /** Account currency. */
  readonly commission: Values;
  /** Account currency: at most 0, at least 0. */
  readonly mae: Values;
  readonly mfe: Values;
  /** Nanoseconds since the run's origin. */
  readonly entry_time: Values;
  readonly exit_time: Values;
}

/** What round trips come to; money in account currency. */
export interface TradeStats {
  readonly count: number;
  readonly winners: number;
  readonly losers: number;
  readonly net: number;
  readonly commission: number;
  /** Σ net of winners, and of losers: at most 0. */
  readonly gross_profit: number;
  readonly gross_loss: number;
  readonly win_rate: number | null;
  readonly profit_factor: number | null;
  readonly expectancy: number | null;
  readonly payoff: number | null;
  readonly average_winner: number | null;
  readonly average_loser: number | null;
  readonly largest_winner: number | null;
  readonly largest_loser: number | null;
  /** Winners, and losers, one after the other at most. */
  readonly longest_winning_streak: number;
  readonly longest_losing_streak: number;
  readonly sqn: number | null;
  readonly kelly: number | null;
  /** Seconds from the first fill to the last. */
  readonly average_duration_s: number | null;
  readonly average_mae: number | null;
  readonly average_mfe: number | null;
  readonly worst_mae: number | null;
  readonly best_mfe: number | null;
  /** `Σ mfe / |Σ mae|`. */
  readonly edge_ratio: number | null;
}

export function tradeStats(trades: TradeSet): TradeStats {
  const { net, entry_time, exit_time } = trades;
  const winners = filter(net, (value) => value > 0);
  const losers = filter(net, (value) => value < 0);
  let lasted = 0;
  for (let i = 0; i < net.length; i++) lasted += exit_time[i] - entry_time[i];
  const mae = sum(trades.mae);
  const mfe = sum(trades.mfe);
  return {
    count: net.length,
    winners: winners.length,
    losers: losers.length,
    net: sum(net),
    commission: sum(trades.commission),
    gross_profit: sum(winners),
    gross_loss: sum(losers),
    win_rate: winRate(net),
    profit_factor: profitFactor(net),
    expectancy: expectancy(net),
    payoff: payoff(net),
    average_winner: defined(mean(winners)),
    average_loser: defined(mean(losers)),
    largest_winner: most(winners, 1),
    largest_loser: most(losers, -1),
    longest_winning_streak: streak(net, 1),
    longest_losing_streak: streak(net, -1),
    sqn: sqn(net),
    kelly: kelly(net),
    average_duration_s: defined(lasted / 1e9 / net.length),
    average_mae: defined(mae / net.length),
    average_mfe: defined(mfe / net.length),
    worst_mae: most(trades.mae, -1),
    best_mfe: most(trades.mfe, 1),
    edge_ratio: defined(mfe / Math.abs(mae)),
  };
}

/**
 * System quality number: `√N · mean(net) / std(net, ddof 1)`, as backtesting.py
 * computes it; of results in money, where Tharp divides each by its risk. Null
 * for fewer than two trades, or when all are equal.
 *
 * Source: V. K. Tharp, "Definitive Guide to Position Sizing" (2008), who caps N
 * at 100.
 */
export function sqn(nets: Values): number | null {
  if (nets.length < 2) return null;
  return defined(Math.sqrt(nets.length) * mean(nets) / deviation(nets));
}

/**
 * Kelly fraction: `W − (1 − W) / R` with the win rate W and the payoff ratio R,
 * as backtesting.py and QuantStats compute it: a bound on the share of capital
 * at risk, when trades are independent and all alike. Null without winners or
 * without losers.
 *
 * Source: J. L. Kelly, "A New Interpretation of Information Rate", Bell System
 * Technical Journal 35 (1956).
 */
export function kelly(nets: Values): number | null {
  const rate = winRate(nets);
  const ratio = payoff(nets);
  if (rate === null || ratio === null) return null;
  return defined(rate - (1 - rate) / ratio);
}

/** The longest run of winners (`sign` 1) or losers (-1); an even trade ends one. */
export function streak(nets: Values, sign: 1 | -1): number {
  let longest = 0;
  let now = 0;
  for (let i = 0; i < nets.length; i++) {
    now = nets[i] * sign > 0 ? now + 1 : 0;
    if (now > longest) longest = now;
  }
  return longest;
}

function filter(values: Values, test: (value: number) => boolean) {
  return Float64Array.from(values).filter(test);
}

function sum(values: Values): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total + 0;
}

/** The highest (`sign` 1) or lowest (-1); null of nothing. */
function most(values: Values, sign: 1 | -1): number | null {
  let best = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (values[i] * sign > best) best = values[i] * sign;
  }
  return defined(best * sign);
}
