import assert from "node:assert/strict";
import {
  benchmarkStats,
  cagr,
  calmar,
  conditionalValueAtRisk,
  drawdownStats,
  kurtosis,
  maxDrawdown,
  momentsOf,
  normalCdf,
  normalQuantile,
  normalValueAtRisk,
  omega,
  probabilisticSharpe,
  sharpe,
  sharpeMoments,
  skewness,
  sortino,
  tailRatio,
  totalReturn,
  tradeStats,
  valueAtRisk,
  volatility,
} from "../engine/metrics/mod.ts";
import golden from "./golden/metrics.json" with { type: "json" };

const A = 252;

function near(found: number | null, expected: number, what: string): void {
  assert.ok(
    found !== null &&
      Math.abs(found - expected) <= 1e-10 * Math.max(1e-3, Math.abs(expected)),
    `${what}: ${found} against ${expected}`,
  );
}

for (const [name, series] of Object.entries(golden.series)) {
  Deno.test(`metrics of the series ${name} are those of numpy, scipy, empyrical and QuantStats`, () => {
    const returns = Float64Array.from(series.returns);
    const equity: number[] = [];
    for (const value of returns) {
      equity.push((equity.at(-1) ?? 1) * (1 + value));
    }
    const moments = momentsOf(returns);
    const { count } = moments;
    const central = [moments.m2, moments.m3, moments.m4];
    near(moments.mean, series.mean, "mean");
    for (const [i, expected] of series.central_moments.entries()) {
      near(central[i] / count, expected, `moment ${i + 2}`);
    }
    const end = equity.at(-1)!;
    const growth = cagr({ start: 1, end, periods: count, A });
    const deepest = maxDrawdown(equity, 1);
    const spells = drawdownStats(equity, 1);
    const found = {
      skewness: skewness(moments),
      kurtosis: kurtosis(moments),
      total_return: totalReturn(1, end),
      cagr: growth,
      volatility: volatility(returns, A),
      sharpe: sharpe(returns, A),
      sortino: sortino(returns, A),
      calmar: calmar(growth, deepest),
      omega: omega(returns),
      tail_ratio: tailRatio(returns),
      value_at_risk: valueAtRisk(returns),
      normal_value_at_risk: normalValueAtRisk(returns),
      conditional_value_at_risk: conditionalValueAtRisk(returns),
      max_drawdown: spells!.max,
      average_drawdown: spells!.average,
      spells: spells!.spells,
      probabilistic_sharpe: probabilisticSharpe(sharpeMoments(returns)!),
    };
    for (const [key, value] of Object.entries(found)) {
      near(value, series[key as keyof typeof found], key);
    }
    near(deepest!.fraction, series.max_drawdown, "of all samples");
  });
}

Deno.test("figures beside a benchmark are those of empyrical, QuantStats and scipy", () => {
  const { returns, benchmark, ...expected } = golden.benchmark;
  const found = benchmarkStats(returns, benchmark, A);
  assert.equal(found.periods, returns.length);
  for (const [key, value] of Object.entries(expected)) {
    near(found[key as keyof typeof expected], value, key);
  }
  const excess = returns.map((value, i) => value - benchmark[i]);
  near(found.tracking_error, volatility(excess, A)!, "tracking error");
});

Deno.test("figures of trades are those of backtesting.py and QuantStats", () => {
  const { nets, ...expected } = golden.trades;
  const zero = nets.map(() => 0);
  const found = tradeStats({
    net: nets,
    commission: zero,
    mae: zero,
    mfe: zero,
    entry_time: zero,
    exit_time: zero,
  });
  for (const [key, value] of Object.entries(expected)) {
    near(found[key as keyof typeof expected], value, key);
  }
});

Deno.test("the normal distribution is scipy's", () => {
  for (const [x, expected] of golden.normal.cdf) {
    const found = normalCdf(x);
    assert.ok(Math.abs(found - expected) <= 3e-12 * expected, `${x}: ${found}`);
  }
  for (const [p, expected] of golden.normal.quantile) {
    near(normalQuantile(p) + 0, expected, `${p}`);
  }
  assert.equal(normalQuantile(0), -Infinity);
  assert.equal(normalQuantile(1), Infinity);
  assert.ok(Number.isNaN(normalQuantile(1.1)));
});
