"""Writes metrics.json: what other libraries compute of the same series.

pip install numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 empyrical-reloaded==0.7.1 \
    quantstats==0.0.86 backtesting==0.6.6
python metrics.py > metrics.json
"""

import json
import warnings

import empyrical as ep
import numpy as np
import pandas as pd
import quantstats.stats as qs
from backtesting._stats import compute_stats
from scipy import stats

warnings.filterwarnings("ignore")
A = 252
random = np.random.default_rng(20240304)
SERIES = {
    "normal": random.normal(0.0006, 0.01, 250),
    "fat": random.standard_t(3, 500) * 0.008,
    "flat_days": np.where(random.random(120) < 0.6, 0.0, random.normal(0.001, 0.02, 120)),
    "short": random.normal(0.001, 0.01, 5),
}


def of_series(values):
    r = pd.Series(values, index=pd.bdate_range("2020-01-01", periods=len(values)))
    spells = qs.drawdown_details(qs.to_drawdown_series(r))
    mu, sd, n = values.mean(), values.std(ddof=1), len(values)
    sharpe = mu / sd
    spread = 1 - stats.skew(values) * sharpe + (stats.kurtosis(values, fisher=False) - 1) / 4 * sharpe**2
    return {
        "returns": values.tolist(),
        "mean": float(mu),
        "central_moments": [float(stats.moment(values, k)) for k in (2, 3, 4)],
        "skewness": float(stats.skew(values, bias=False)),
        "kurtosis": float(stats.kurtosis(values, bias=False)),
        "total_return": float(ep.cum_returns_final(r)),
        "cagr": float(ep.cagr(r)),
        "volatility": float(ep.annual_volatility(r)),
        "sharpe": float(ep.sharpe_ratio(r)),
        "sortino": float(ep.sortino_ratio(r)),
        "calmar": float(ep.calmar_ratio(r)),
        "omega": float(ep.omega_ratio(r)),
        "tail_ratio": float(ep.tail_ratio(r)),
        "value_at_risk": float(ep.value_at_risk(r, 0.05)),
        "normal_value_at_risk": float(qs.value_at_risk(r)),
        "conditional_value_at_risk": float(values[values <= np.quantile(values, 0.05)].mean()),
        "max_drawdown": float(ep.max_drawdown(r)),
        "average_drawdown": float(spells["max drawdown"].mean() / 100),
        "spells": int(len(spells)),
        "probabilistic_sharpe": float(stats.norm.cdf(sharpe * np.sqrt(n - 1) / np.sqrt(spread))),
    }


def of_benchmark(values, other):
    r, b = pd.Series(values), pd.Series(other)
    return {
        "returns": values.tolist(),
        "benchmark": other.tolist(),
        "beta": float(ep.beta(r, b)),
        "alpha": float(qs.greeks(r, b)["alpha"]),
        "correlation": float(stats.pearsonr(values, other).statistic),
        "r_squared": float(qs.r_squared(r, b)),
        "information_ratio": float(qs.information_ratio(r, b) * np.sqrt(A)),
        "total_return": float(ep.cum_returns_final(b)),
    }


def of_trades(nets):
    n = len(nets)
    time = pd.date_range("2020-01-01", periods=2 * n + 1, freq="h")
    trades = pd.DataFrame({
        "Size": 1, "EntryBar": np.arange(n) * 2, "ExitBar": np.arange(n) * 2 + 1,
        "EntryPrice": 1000.0, "ExitPrice": 1000.0 + nets, "PnL": nets, "Commission": 0.0,
        "ReturnPct": nets / 1000, "EntryTime": time[:-1:2], "ExitTime": time[1::2],
        "Duration": pd.Timedelta(hours=1), "SL": np.nan, "TP": np.nan, "Tag": None,
    })
    equity = 10_000 + np.concatenate([[0], np.repeat(np.cumsum(nets), 2)])
    ohlc = pd.DataFrame({name: 1000.0 for name in ("Open", "High", "Low", "Close")}, index=time)
    s = compute_stats(trades, equity, ohlc, None)
    gained, lost = nets[nets > 0], nets[nets < 0]
    return {
        "nets": nets.tolist(),
        "count": int(s["# Trades"]),
        "win_rate": float(s["Win Rate [%]"] / 100),
        "profit_factor": float(s["Profit Factor"]),
        "sqn": float(s["SQN"]),
        "kelly": float(s["Kelly Criterion"]),
        "expectancy": float(nets.mean()),
        "average_winner": float(gained.mean()),
        "average_loser": float(lost.mean()),
        "largest_winner": float(nets.max()),
        "largest_loser": float(nets.min()),
        "longest_winning_streak": int(qs.consecutive_wins(pd.Series(nets), compounded=False)),
        "longest_losing_streak": int(qs.consecutive_losses(pd.Series(nets), compounded=False)),
    }


xs = [-37.5, -12, -5, -3.6, -2, -0.3, 0, 0.5, 1.96, 4, 8]
ps = [1e-300, 1e-12, 0.001, 0.02425, 0.05, 0.3, 0.5, 0.8, 0.975, 1 - 1e-10]
json.dump({
    "series": {name: of_series(values) for name, values in SERIES.items()},
    "benchmark": of_benchmark(SERIES["normal"], 0.4 * SERIES["normal"] + random.normal(0, 0.008, 250)),
    "trades": of_trades(np.round(random.standard_t(4, 300) * 40 + 3, 2)),
    "normal": {
        "cdf": [[x, float(stats.norm.cdf(x))] for x in xs],
        "quantile": [[p, float(stats.norm.ppf(p))] for p in ps],
    },
}, __import__("sys").stdout, indent=1)
