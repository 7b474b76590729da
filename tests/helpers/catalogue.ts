/** Every indicator over rows, beside what its formula gives. */
import * as engine from "../../engine/mod.ts";
import type { Columns, Series } from "../../engine/mod.ts";
import { type ColumnValues, HOUR } from "./indicators.ts";
import {
  cciOf,
  emaOf,
  highest,
  lowest,
  mean,
  orderFlowOf,
  quantileOf,
  rolling,
  rowwise,
  rsiOf,
  shift,
  total,
  trueRangeOf,
  varianceOf,
  wilderOf,
  within,
  wmaOf,
} from "./naive.ts";

export interface Entry {
  readonly name: string;
  readonly make: (columns: Columns) => Series;
  readonly by: (columns: ColumnValues, time: Float64Array) => Float64Array;
  /** Begins again at each session's open. */
  readonly session?: boolean;
  /** Largest relative error; 1e-11 unless given. */
  readonly relative?: number;
  /** Largest absolute error where that is more; 0 unless given. */
  readonly absolute?: number;
}

const minus = (a: Float64Array, b: Float64Array) =>
  rowwise((x, y) => x - y, a, b);
const std = (x: Float64Array, n: number, ddof = 0) =>
  rolling(x, n, (window) => Math.sqrt(varianceOf(window, ddof)));
const sma = (x: Float64Array, n: number) => rolling(x, n, mean);
const sum = (x: Float64Array, n: number) => rolling(x, n, total);

const LENGTHS = [1, 2, 14, 65, 513, 4100];

function overRows(n: number): Entry[] {
  const of = (
    name: string,
    make: (price: Series) => Series,
    by: (price: Float64Array) => Float64Array,
    rest: Partial<Entry> = {},
  ): Entry => ({
    name: `${name} ${n}`,
    make: ({ price }) => make(price),
    by: ({ price }) => by(price),
    ...rest,
  });
  const exact = { relative: 0 };
  return [
    of("sma", (p) => engine.sma(p, n), (x) => sma(x, n)),
    of("sum", (p) => engine.sum(p, n), (x) => sum(x, n)),
    of("wma", (p) => engine.wma(p, n), (x) => rolling(x, n, wmaOf)),
    of("min", (p) => engine.min(p, n), (x) => lowest(x, n), exact),
    of("max", (p) => engine.max(p, n), (x) => highest(x, n), exact),
    of(
      "std",
      (p) => engine.std(p, n),
      (x) => std(x, n),
      { relative: 1e-8, absolute: 1e-10 },
    ),
    of(
      "median",
      (p) => engine.median(p, n),
      (x) => rolling(x, n, (window) => quantileOf(window, 0.5)),
      { relative: 1e-15 },
    ),
    of("diff", (p) => engine.diff(p, n), (x) => minus(x, shift(x, n)), exact),
  ];
}

function smoothed(n: number): Entry[] {
  return [
    {
      name: `ema ${n}`,
      make: ({ price }) => engine.ema(price, n),
      by: ({ price }) => emaOf(price, n),
    },
    {
      name: `wilder ${n}`,
      make: ({ price }) => engine.wilder(price, n),
      by: ({ price }) => wilderOf(price, n),
    },
    {
      name: `rsi ${n}`,
      make: ({ price }) => engine.rsi(price, n),
      by: ({ price }) => rsiOf(price, n),
      relative: 1e-10,
    },
  ];
}

const BOLLINGER = { length: 30, width: 2.5 };
const bands = (x: Float64Array, sign: number) =>
  rowwise((m, s) => m + sign * 2.5 * s, sma(x, 30), std(x, 30));
const macdLine = (x: Float64Array) => minus(emaOf(x, 12), emaOf(x, 26));
const stochasticOf = ({ high, low, close }: ColumnValues) =>
  rowwise(
    (c, l, h) => 100 * (c - l) / (h - l),
    close,
    lowest(low, 14),
    highest(high, 14),
  );
const keltnerOf = (c: ColumnValues, sign: number) =>
  rowwise(
    (m, r) => m + sign * 1.5 * r,
    emaOf(c.close, 20),
    wilderOf(trueRangeOf(c), 10),
  );
const returnsOf = (x: Float64Array) =>
  rowwise((a, b) => Math.log(a / b), x, shift(x, 1));

const REST: Entry[] = [
  {
    name: "variance of a sample",
    make: ({ price }) => engine.variance(price, 40, { sample: true }),
    by: ({ price }) => rolling(price, 40, (window) => varianceOf(window, 1)),
    relative: 1e-9,
  },
  {
    name: "zscore",
    make: ({ price }) => engine.zscore(price, 40),
    by: ({ price }) =>
      rowwise((x, m, s) => (x - m) / s, price, sma(price, 40), std(price, 40)),
    relative: 1e-8,
    absolute: 1e-10,
  },
  {
    name: "quantile",
    make: ({ price }) => engine.quantile(price, 101, 0.13),
    by: ({ price }) => rolling(price, 101, (w) => quantileOf(w, 0.13)),
    relative: 1e-15,
  },
  {
    name: "dema",
    make: ({ price }) => engine.dema(price, 21),
    by: ({ price }) =>
      rowwise(
        (a, b) => 2 * a - b,
        emaOf(price, 21),
        emaOf(emaOf(price, 21), 21),
      ),
  },
  {
    name: "tema",
    make: ({ price }) => engine.tema(price, 9),
    by: ({ price }) => {
      const once = emaOf(price, 9);
      const twice = emaOf(once, 9);
      return rowwise(
        (a, b, c) => 3 * a - 3 * b + c,
        once,
        twice,
        emaOf(twice, 9),
      );
    },
  },
  {
    name: "macd line",
    make: ({ price }) => engine.macd(price).line,
    by: ({ price }) => macdLine(price),
    absolute: 1e-11,
  },
  {
    name: "macd signal",
    make: ({ price }) => engine.macd(price).signal,
    by: ({ price }) => emaOf(macdLine(price), 9),
    absolute: 1e-11,
  },
  {
    name: "macd histogram",
    make: ({ price }) => engine.macd(price).histogram,
    by: ({ price }) => minus(macdLine(price), emaOf(macdLine(price), 9)),
    absolute: 1e-11,
  },
  {
    name: "bollinger upper",
    make: ({ price }) => engine.bollinger(price, BOLLINGER).upper,
    by: ({ price }) => bands(price, 1),
  },
  {
    name: "bollinger lower",
    make: ({ price }) => engine.bollinger(price, BOLLINGER).lower,
    by: ({ price }) => bands(price, -1),
  },
  {
    name: "bollinger percentB",
    make: ({ price }) => engine.bollinger(price, BOLLINGER).percentB,
    by: ({ price }) =>
      rowwise(
        (x, u, l) => (x - l) / (u - l),
        price,
        bands(price, 1),
        bands(price, -1),
      ),
    relative: 1e-8,
    absolute: 1e-10,
  },
  {
    name: "bollinger bandwidth",
    make: ({ price }) => engine.bollinger(price, BOLLINGER).bandwidth,
    by: ({ price }) =>
      rowwise(
        (u, l, m) => (u - l) / m,
        bands(price, 1),
        bands(price, -1),
        sma(price, 30),
      ),
    relative: 1e-8,
  },
  {
    name: "true range",
    make: (c) => engine.trueRange(c),
    by: trueRangeOf,
    absolute: 1e-15,
  },
  {
    name: "atr",
    make: (c) => engine.atr(c, 14),
    by: (c) => wilderOf(trueRangeOf(c), 14),
  },
  {
    name: "donchian upper",
    make: (c) => engine.donchian(c, 20).upper,
    by: ({ high }) => highest(high, 20),
    relative: 0,
  },
  {
    name: "donchian middle",
    make: (c) => engine.donchian(c, 20).middle,
    by: ({ high, low }) =>
      rowwise((u, l) => (u + l) / 2, highest(high, 20), lowest(low, 20)),
  },
  {
    name: "keltner upper",
    make: (c) => engine.keltner(c, { width: 1.5 }).upper,
    by: (c) => keltnerOf(c, 1),
  },
  {
    name: "keltner lower",
    make: (c) => engine.keltner(c, { width: 1.5 }).lower,
    by: (c) => keltnerOf(c, -1),
  },
  {
    name: "stochastic k",
    make: (c) => engine.stochastic(c).k,
    by: (c) => sma(stochasticOf(c), 3),
    absolute: 1e-11,
  },
  {
    name: "stochastic d",
    make: (c) => engine.stochastic(c, { smooth: 1, signal: 5 }).d,
    by: (c) => sma(stochasticOf(c), 5),
    absolute: 1e-11,
  },
  {
    name: "cci",
    make: (c) => engine.cci(c, 20),
    by: (c) => cciOf(c, 20),
    relative: 1e-8,
    absolute: 1e-8,
  },
  {
    name: "momentum",
    make: ({ price }) => engine.momentum(price, 10),
    by: ({ price }) => minus(price, shift(price, 10)),
    relative: 0,
  },
  {
    name: "roc",
    make: ({ price }) => engine.roc(price, 10),
    by: ({ price }) =>
      rowwise((a, b) => 100 * (a / b - 1), price, shift(price, 10)),
  },
  {
    name: "log return",
    make: ({ price }) => engine.logReturn(price),
    by: ({ price }) => returnsOf(price),
  },
  {
    name: "realised volatility",
    make: ({ price }) => engine.realisedVolatility(price, 60),
    by: ({ price }) =>
      sum(returnsOf(price).map((r) => r * r), 60).map(Math.sqrt),
  },
  {
    name: "vwap",
    make: (c) => engine.vwap(c, 50),
    by: ({ price, size }) =>
      rowwise(
        (pv, v) => pv / v,
        sum(rowwise((p, s) => p * s, price, size), 50),
        sum(size, 50),
      ),
  },
  {
    name: "mid",
    make: (c) => engine.mid(c),
    by: ({ bid, ask }) => rowwise((b, a) => (b + a) / 2, bid, ask),
  },
  {
    name: "spread",
    make: (c) => engine.spread(c),
    by: ({ bid, ask }) => minus(ask, bid),
  },
  {
    name: "micro-price",
    make: (c) => engine.microPrice(c),
    by: ({ bid, ask, bid_size, ask_size }) =>
      rowwise(
        (b, a, qb, qa) => (b * qa + a * qb) / (qb + qa),
        bid,
        ask,
        bid_size,
        ask_size,
      ),
  },
  {
    name: "order flow",
    make: (c) => engine.orderFlow(c),
    by: orderFlowOf,
    relative: 0,
  },
  {
    name: "order-flow imbalance",
    make: (c) => engine.orderFlowImbalance(c, 70),
    by: (c) => sum(orderFlowOf(c), 70),
    relative: 0,
  },
  {
    name: "trade imbalance",
    make: (c) => engine.tradeImbalance(c, 33),
    by: ({ side, size }) =>
      rowwise(
        (signed, all) => signed / all,
        sum(rowwise((a, b) => a * b, side, size), 33),
        sum(size, 33),
      ),
  },
  {
    name: "arithmetic",
    make: ({ price, size, open }) =>
      engine.add(
        engine.mul(engine.sub(price, open), engine.log(size)),
        engine.div(engine.abs(engine.sub(open, price)), 3),
      ),
    by: ({ price, size, open }) =>
      rowwise(
        (p, s, o) => (p - o) * Math.log(s) + Math.abs(o - p) / 3,
        price,
        size,
        open,
      ),
    absolute: 1e-15,
  },
  {
    name: "crossing",
    make: ({ price }) =>
      engine.crossing(engine.sma(price, 5), engine.sma(price, 20)),
    by: ({ price }) => {
      const gap = minus(sma(price, 5), sma(price, 20));
      return rowwise(
        (now, last) =>
          Number.isNaN(now + last)
            ? NaN
            : Number(now > 0 && last <= 0) - Number(now < 0 && last >= 0),
        gap,
        shift(gap, 1),
      );
    },
    relative: 0,
  },
  {
    name: "rsi of a moving average",
    make: ({ price }) => engine.rsi(engine.sma(price, 10), 7),
    by: ({ price }) => rsiOf(sma(price, 10), 7),
    relative: 1e-8,
  },
];

/** Over windows of time. */
function overTime(window: string, ns: number): Entry[] {
  const of = (
    name: string,
    make: (price: Series) => Series,
    f: (window: Float64Array) => number,
    rest: Partial<Entry> = {},
  ): Entry => ({
    name: `${name} ${window}`,
    make: ({ price }) => make(price),
    by: ({ price }, time) => within(price, time, ns, f),
    ...rest,
  });
  const exact = { relative: 0 };
  return [
    of("sma", (p) => engine.sma(p, window), mean),
    of("sum", (p) => engine.sum(p, window), total),
    of("min", (p) => engine.min(p, window), (w) => Math.min(...w), exact),
    of("max", (p) => engine.max(p, window), (w) => Math.max(...w), exact),
    of(
      "std",
      (p) => engine.std(p, window),
      (w) => Math.sqrt(varianceOf(w)),
      { relative: 1e-8, absolute: 1e-10 },
    ),
    of(
      "variance of a sample",
      (p) => engine.variance(p, window, { sample: true }),
      (w) => w.length < 2 ? NaN : varianceOf(w, 1),
      { relative: 1e-8, absolute: 1e-10 },
    ),
    of(
      "median",
      (p) => engine.median(p, window),
      (w) => quantileOf(w, 0.5),
      { relative: 1e-15 },
    ),
    of(
      "quantile",
      (p) => engine.quantile(p, window, 0.9),
      (w) => quantileOf(w, 0.9),
      { relative: 1e-14 },
    ),
    {
      name: `rows ${window}`,
      make: ({ price }) => engine.rowsWithin(price, window),
      by: ({ size }, time) =>
        size.map((_, i) => {
          let count = 1;
          while (time[i - count] > time[i] - ns) count++;
          return count;
        }),
      relative: 0,
    },
    {
      name: `vwap ${window}`,
      make: (c) => engine.vwap(c, window),
      by: ({ price, size }, time) =>
        rowwise(
          (pv, v) => pv / v,
          within(rowwise((p, s) => p * s, price, size), time, ns, total),
          within(size, time, ns, total),
        ),
    },
  ];
}

const TIMED: Entry[] = [
  ...overTime("1ms", 1e6),
  ...overTime("30s", 30e9),
  ...overTime("4m", 240e9),
  {
    name: "realised volatility 5m",
    make: ({ price }) => engine.realisedVolatility(price, "5m"),
    by: ({ price }, time) =>
      within(returnsOf(price).map((r) => r * r), time, 300e9, total)
        .map(Math.sqrt),
  },
  {
    name: "order-flow imbalance 90s",
    make: (c) => engine.orderFlowImbalance(c, "1.5m"),
    by: (c, time) => within(orderFlowOf(c), time, 90e9, total),
    relative: 0,
  },
  {
    name: "rsi of a mean of 20s",
    make: ({ price }) => engine.rsi(engine.sma(price, "20s"), 5),
    by: ({ price }, time) => rsiOf(within(price, time, 20e9, mean), 5),
    relative: 1e-7,
    absolute: 1e-7,
  },
  {
    name: "mean of 20s of an ema",
    make: ({ price }) => engine.sma(engine.ema(price, 5), "20s"),
    by: ({ price }, time) => within(emaOf(price, 5), time, 20e9, mean),
  },
];

const hourOf = (time: Float64Array, i: number) => Math.floor(time[i] / HOUR);

const SESSIONS: Entry[] = [
  {
    name: "vwap of the session",
    session: true,
    make: (c) => engine.vwap(c, "session"),
    by: ({ price, size }, time) =>
      price.map((_, i) => {
        let value = 0;
        let volume = 0;
        for (let j = i; j >= 0 && hourOf(time, j) === hourOf(time, i); j--) {
          value += price[j] * size[j] || 0;
          volume += price[j] * size[j] >= 0 ? size[j] : 0;
        }
        return price[i] * size[i] >= 0 ? value / volume : NaN;
      }),
  },
  {
    name: "obv of the session",
    session: true,
    make: (c) => engine.obv(c),
    by: ({ price, size }, time) =>
      price.map((now, i) => {
        let volume = 0;
        for (let j = i; j > 0 && hourOf(time, j - 1) === hourOf(time, i); j--) {
          volume += Math.sign(price[j] - price[j - 1]) * size[j] || 0;
        }
        return Number.isNaN(now) ? NaN : volume;
      }),
    relative: 0,
  },
];

export const CATALOGUE: readonly Entry[] = [
  ...LENGTHS.flatMap(overRows),
  ...[1, 2, 14, 65, 200].flatMap(smoothed),
  ...REST,
  ...TIMED,
  ...SESSIONS,
];
