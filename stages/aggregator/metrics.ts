import {
  type BenchmarkStats,
  benchmarkStats,
  cagr,
  calmar,
  conditionalValueAtRisk,
  dailyReturns,
  type DrawdownStats,
  drawdownStats,
  kurtosis,
  maxDrawdown,
  momentsOf,
  normalValueAtRisk,
  omega,
  probabilisticSharpe,
  sharpe,
  sharpeMoments,
  skewness,
  sortino,
  tailRatio,
  totalReturn,
  type TradeStats,
  tradeStats,
  valueAtRisk,
  volatility,
} from "../../engine/metrics/mod.ts";
import type { Instrument } from "../../engine/host.ts";
import type { SessionSpan } from "../prepared.ts";
import { type Activity, activityOf } from "./activity.ts";
import { benchmarkReturns } from "./benchmark_returns.ts";
import type { RunTables } from "./run_tables.ts";
import { type TradeGroups, tradeGroups } from "./trade_groups.ts";

/** All metrics of a run, by group; null where one is not defined. */
export interface Metrics {
  readonly returns: ReturnMetrics;
  readonly risk: RiskMetrics;
  readonly drawdown: DrawdownMetrics;
  readonly activity: Activity;
  readonly trades: TradeStats;
  readonly long: TradeStats;
  readonly short: TradeStats;
  readonly by_instrument: TradeGroups;
  /** By the hour of the entry, UTC, and by its day of the week. */
  readonly by_hour: TradeGroups;
  readonly by_weekday: TradeGroups;
  /** Null unless the aggregator names one. */
  readonly benchmark: (BenchmarkStats & { readonly instrument: string }) | null;
}

/** Of daily returns. */
export interface ReturnMetrics {
  readonly total_return: number | null;
  /** Mean daily return · A. */
  readonly annual_return: number | null;
  readonly cagr: number | null;
  readonly days: number;
  /** Share of days above 0. */
  readonly positive_days: number | null;
  readonly best_day: number | null;
  readonly worst_day: number | null;
  readonly skewness: number | null;
  /** Excess: 0 when normal. */
  readonly kurtosis: number | null;
}

/** Of daily returns; value at risk at 5 %. */
export interface RiskMetrics {
  readonly volatility: number | null;
  readonly sharpe: number | null;
  readonly probabilistic_sharpe: number | null;
  readonly sortino: number | null;
  readonly calmar: number | null;
  readonly omega: number | null;
  readonly tail_ratio: number | null;
  readonly value_at_risk: number | null;
  readonly conditional_value_at_risk: number | null;
  readonly normal_value_at_risk: number | null;
}

/** `max` over all samples, what is under `daily` over closes of sessions. */
export interface DrawdownMetrics {
  readonly max: number | null;
  /** Currency units. */
  readonly max_amount: number | null;
  /** ISO 8601, UTC; the start is null. */
  readonly peak_time: string | null;
  readonly trough_time: string | null;
  readonly recovery_time: string | null;
  /** Net profit / |max_amount|. */
  readonly recovery_factor: number | null;
  /** Lengths in sessions. */
  readonly daily: DrawdownStats | null;
}

export interface MetricOptions {
  readonly capital: number;
  readonly annualisation: number;
  /** Epoch nanoseconds of time 0. */
  readonly origin: bigint;
  readonly sessions: readonly SessionSpan[];
  readonly span: readonly [first: number, last: number] | null;
  readonly instruments: readonly Instrument[];
  /** Symbol. */
  readonly benchmark?: string | undefined;
}

export function metricsOf(run: RunTables, options: MetricOptions): Metrics {
  const { record, trades, daily } = run;
  const { capital, annualisation, instruments, benchmark } = options;
  const returns = dailyReturns(daily.equity, capital);
  const final = record.equity.equity.at(-1) ?? capital;
  const growth = cagr({
    start: capital,
    end: final,
    periods: daily.equity.length,
    A: annualisation,
  });
  const drawdown = drawdownMetrics(run, options);
  const moments = returns && momentsOf(returns);
  const luck = returns && sharpeMoments(returns);
  const daysAbove = returns?.filter((value) => value > 0).length ?? 0;
  const days = daily.equity.length;
  return {
    returns: {
      total_return: totalReturn(capital, final),
      annual_return: moments === null || days === 0
        ? null
        : moments.mean * annualisation,
      cagr: growth,
      days,
      positive_days: returns === null || days === 0 ? null : daysAbove / days,
      best_day: extreme(returns, Math.max),
      worst_day: extreme(returns, Math.min),
      skewness: moments && skewness(moments),
      kurtosis: moments && kurtosis(moments),
    },
    risk: {
      volatility: volatility(returns, annualisation),
      sharpe: sharpe(returns, annualisation),
      probabilistic_sharpe: luck && probabilisticSharpe(luck),
      sortino: sortino(returns, annualisation),
      calmar: drawdown.max === null
        ? null
        : calmar(growth, { fraction: drawdown.max }),
      omega: omega(returns),
      tail_ratio: tailRatio(returns),
      value_at_risk: valueAtRisk(returns),
      conditional_value_at_risk: conditionalValueAtRisk(returns),
      normal_value_at_risk: normalValueAtRisk(returns),
    },
    drawdown,
    activity: activityOf(run, options),
    trades: tradeStats(trades),
    ...tradeGroups(trades, options),
    benchmark: benchmark === undefined ? null : {
      instrument: benchmark,
      ...benchmarkStats(
        returns ?? [],
        benchmarkReturns(
          record.closes,
          instruments.findIndex(({ symbol }) => symbol === benchmark),
          options.sessions,
        ),
        annualisation,
      ),
    },
  };
}

function drawdownMetrics(
  { record: { equity }, daily }: RunTables,
  { capital, origin }: MetricOptions,
): DrawdownMetrics {
  const deepest = maxDrawdown(equity.equity, capital);
  const at = (index: number | null | undefined) =>
    index === null || index === undefined || index < 0
      ? null
      : isoOf(origin, equity.time[index]);
  const profit = (equity.equity.at(-1) ?? capital) - capital;
  const fell = deepest !== null && deepest.amount < 0;
  return {
    max: deepest?.fraction ?? null,
    max_amount: deepest?.amount ?? null,
    peak_time: at(deepest?.peak),
    trough_time: at(deepest?.trough),
    recovery_time: at(deepest?.recovery),
    recovery_factor: fell ? profit / -deepest.amount : null,
    daily: drawdownStats(daily.equity, capital),
  };
}

function isoOf(origin: bigint, ns: number): string {
  return Temporal.Instant.fromEpochNanoseconds(origin + BigInt(ns)).toString();
}

function extreme(
  values: Float64Array | null,
  which: (a: number, b: number) => number,
): number | null {
  return values === null || values.length === 0
    ? null
    : values.reduce((a, b) => which(a, b));
}
