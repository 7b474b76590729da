/**
 * How fast is each indicator by itself?
 *
 * `deno run -A bench/indicators.ts [ROWS] [NAME…]`, by default 4 M rows of a
 * walk on a grid, in blocks of 4,096 as in a run. Prints the median of five
 * passes in M rows per second of CPU time, the columns' own copying taken off.
 */
import process from "node:process";
import * as engine from "../engine/mod.ts";
import type { Columns, Series } from "../engine/mod.ts";
import { compileStrategy, isStrategy } from "../engine/host.ts";
import { BlockSeries, rowsToBlockEdge } from "../engine/series/block.ts";
import { median } from "./harness.ts";

const CASES: Readonly<Record<string, (columns: Columns) => Series>> = {
  "sma(price, 50)": ({ price }) => engine.sma(price, 50),
  "sma(price, 500)": ({ price }) => engine.sma(price, 500),
  "ema(price, 50)": ({ price }) => engine.ema(price, 50),
  "wma(price, 50)": ({ price }) => engine.wma(price, 50),
  "dema(price, 50)": ({ price }) => engine.dema(price, 50),
  "rsi(price, 14)": ({ price }) => engine.rsi(price, 14),
  "macd(price).histogram": ({ price }) => engine.macd(price).histogram,
  "std(price, 50)": ({ price }) => engine.std(price, 50),
  "zscore(price, 50)": ({ price }) => engine.zscore(price, 50),
  "bollinger(price).upper": ({ price }) => engine.bollinger(price).upper,
  "min(price, 50)": ({ price }) => engine.min(price, 50),
  "max(price, 500)": ({ price }) => engine.max(price, 500),
  "median(price, 50)": ({ price }) => engine.median(price, 50),
  "median(price, 500)": ({ price }) => engine.median(price, 500),
  "diff(price)": ({ price }) => engine.diff(price),
  "roc(price, 10)": ({ price }) => engine.roc(price, 10),
  "realisedVolatility(price, 100)": ({ price }) =>
    engine.realisedVolatility(price, 100),
  "vwap(trades, 100)": (c) => engine.vwap(c, 100),
  "tradeImbalance(trades, 100)": (c) => engine.tradeImbalance(c, 100),
  "atr(bars, 14)": (c) => engine.atr(c, 14),
  "stochastic(bars).d": (c) => engine.stochastic(c).d,
  "cci(bars, 20)": (c) => engine.cci(c, 20),
  "donchian(bars, 20).upper": (c) => engine.donchian(c, 20).upper,
  'sma(price, "1s")': ({ price }) => engine.sma(price, "1s"),
  'std(price, "1s")': ({ price }) => engine.std(price, "1s"),
  'max(price, "1s")': ({ price }) => engine.max(price, "1s"),
  'median(price, "1s")': ({ price }) => engine.median(price, "1s"),
  'vwap(trades, "1m")': (c) => engine.vwap(c, "1m"),
  'vwap(trades, "session")': (c) => engine.vwap(c, "session"),
  "obv(trades)": (c) => engine.obv(c),
  'atr(bars("1m"), 14)': (c) => engine.atr(c.bars("1m"), 14),
  "mid(quotes)": (c) => engine.mid(c),
  "microPrice(quotes)": (c) => engine.microPrice(c),
  "orderFlowImbalance(quotes, 100)": (c) => engine.orderFlowImbalance(c, 100),
};

function columnsOf(rows: number): Record<string, Float64Array> {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 4294967296;
  };
  const fill = (of: (i: number) => number) =>
    Float64Array.from({ length: rows }, (_, i) => of(i));
  let ticks = 20_000;
  const price = fill(() => (ticks += Math.round((random() - 0.5) * 3)) / 4);
  const whole = (most: number) => fill(() => 1 + Math.floor(random() * most));
  return {
    time: fill((i) => i * 1e6),
    price,
    close: price,
    high: price.map((value) => value + 0.5),
    low: price.map((value) => value - 0.25),
    bid: price.map((value) => value - 0.25),
    ask: price,
    size: whole(10),
    side: fill(() => random() < 0.5 ? 1 : -1),
    bid_size: whole(50),
    ask_size: whole(50),
  };
}

/** Of this process, so that what else the machine does counts less. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function seconds(
  indicators: (columns: Columns) => Record<string, Series>,
  columns: Readonly<Record<string, Float64Array>>,
): number {
  const definition = engine.strategy({ indicators, onTick() {} });
  if (!isStrategy(definition)) throw new TypeError("Not a strategy");
  const graph = compileStrategy(definition, {}).compiled!.inputs[0].graph;
  const rows = columns.price.length;
  const times = [];
  for (let pass = 0; pass < 5; pass++) {
    const series = new BlockSeries(graph);
    const batch = series.columns.map((name) => columns[name]);
    const begun = cpuSeconds();
    for (let from = 0; from < rows;) {
      const to = Math.min(rows, from + rowsToBlockEdge(from));
      series.load(batch, columns.time, from, to, from);
      from = to;
    }
    times.push(cpuSeconds() - begun);
  }
  return median(times);
}

if (import.meta.main) {
  const [rows = "4000000", ...names] = Deno.args;
  const columns = columnsOf(Number(rows));
  const wanted = Object.entries(CASES)
    .filter(([name]) =>
      names.length === 0 || names.some((part) => name.includes(part))
    );
  for (const [name, make] of wanted) {
    // A row a millisecond: a second holds a thousand.
    const used = new Set<"price">();
    const own = seconds((c) => {
      const x = make(
        new Proxy(c, {
          get(_, column: "price") {
            if (typeof c[column] !== "function") used.add(column);
            return c[column];
          },
        }),
      );
      return { x };
    }, columns);
    const plain = seconds(
      (c) => Object.fromEntries([...used].map((column) => [column, c[column]])),
      columns,
    );
    const rate = Number(rows) / (own - plain) / 1e6;
    console.log(`${name.padEnd(34)} ${rate.toFixed(0).padStart(6)} M rows/s`);
  }
}
