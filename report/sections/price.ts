import { type Html, markup } from "../html.ts";
import { count, duration, plural } from "../format.ts";
import { chartFigure, timeControls } from "../page/parts.ts";
import { scaleOf } from "../payload/encode.ts";
import type { Payload } from "../payload/payload.ts";
import { type PriceLine, readPrice } from "../run/price.ts";
import type { Feed, Run } from "../run/run.ts";
import type { Section } from "../section.ts";
import { keptRows, LIMITS, reachOf } from "../limits.ts";

/** The price that the strategy saw, with its fills, for each instrument. */
export const price: Section = {
  id: "price",
  title: "Price and fills",
  render(run, payload) {
    const charts = run.instruments.flatMap((_, index) => {
      const feed = feedOf(run, index);
      return feed === undefined ? [] : [chartOf(run, feed, payload)];
    });
    if (charts.length === 0) return null;
    return markup`${timeControls("Span of time of the prices")}
${charts}`;
  },
};

/** The best source of an instrument's price: trades, then quotes, then bars. */
function feedOf({ feeds }: Run, instrument: number): Feed | undefined {
  const own = feeds.filter((feed) => feed.instrument === instrument);
  return ["trades", "quotes", "bars"]
    .flatMap((kind) => own.filter((feed) => feed.kind === kind))[0];
}

function chartOf(run: Run, feed: Feed, payload: Payload): Html {
  const { symbol, tickSize } = run.instruments[feed.instrument];
  const id = `price-${feed.instrument}`;
  const around = momentsOf(run, feed.instrument);
  const line = lineOf(run, feed, around.time);
  if (typeof line === "string") {
    return markup`<h3>${symbol}</h3>
<p class="note">No prices are shown: ${line}.</p>`;
  }
  const fills = keptRows(rowsOf(run.fills.instrument, feed.instrument));
  const trades = keptRows(rowsOf(run.trades.instrument, feed.instrument));
  const pick = (column: Float64Array, rows: Uint32Array, scale?: number) =>
    payload.column(Float64Array.from(rows, (row) => column[row]), scale);
  const whole = line.time.length >= line.rows;
  const { scale, decimals } = priceForm(tickSize, line.price);
  payload.chart(id, {
    kind: "price",
    decimals,
    time: payload.column(line.time, 1),
    value: payload.column(line.price, scale),
    ...(line.half === null ? {} : { half: payload.column(line.half, scale) }),
    windows: {
      from: payload.column(whole ? NONE : line.windows.from, 1),
      to: payload.column(whole ? NONE : line.windows.to, 1),
    },
    fills: {
      time: pick(run.fills.time, fills, 1),
      price: pick(run.fills.price, fills),
      side: pick(run.fills.side, fills, 1),
    },
    trades: {
      entry_time: pick(run.trades.entry_time, trades, 1),
      exit_time: pick(run.trades.exit_time, trades, 1),
      entry_price: pick(run.trades.entry_price, trades),
      exit_price: pick(run.trades.exit_price, trades),
      net: pick(run.trades.net, trades),
    },
  });
  return chartFigure({
    id,
    caption: markup`
      ${symbol}, ${WHAT[feed.kind]}: <span class="buy">▲</span> bought, <span
        class="sell">▼</span> sold
    `,
    alternative: alternativeOf(symbol, line, run, feed.instrument),
    moves: true,
    note: shownText(run, feed, line, around.shown, fills.length),
  });
}

const NONE = new Float64Array(0);

const WHAT = {
  trades: "prices of trades",
  quotes: "the middle of bid and ask; near fills bid and ask",
  bars: "closes of bars",
} as const;

function lineOf(
  run: Run,
  feed: Feed,
  around: Float64Array,
): PriceLine | string {
  const share = 1 / run.instruments.length;
  try {
    return readPrice(run, feed, {
      around,
      reach: reachOf(around.length * run.instruments.length),
      buckets: Math.ceil(LIMITS.buckets * share),
    });
  } catch (error) {
    return error instanceof Error && "code" in error
      ? `the store no longer gives the table (${feed.directory})`
      : fail(error);
  }
}

function fail(error: unknown): never {
  throw error;
}

/**
 * Moments around which every tick is wanted, in order: all fills when they are
 * few; else those of the trades that won and lost most, and of others evenly
 * spread.
 */
function momentsOf(
  { fills, trades, instruments }: Run,
  instrument: number,
): { time: Float64Array; shown: number } {
  const most = Math.floor(LIMITS.moments / instruments.length);
  const all = rowsOf(fills.instrument, instrument);
  if (all.length <= most) {
    const time = Float64Array.from(all, (row) => fills.time[row]);
    return { time, shown: all.length };
  }
  const own = rowsOf(trades.instrument, instrument);
  const third = Math.floor(most / 6);
  const sorted = Float64Array.from(own, (row) => trades.net[row]).sort();
  const low = sorted[Math.min(third, sorted.length) - 1];
  const high = sorted[Math.max(0, sorted.length - third)];
  const even = Array.from(
    { length: Math.min(third, own.length) },
    (_, i) => own[Math.floor(i * own.length / third)],
  );
  const chosen = new Set([
    ...own.filter((row) => trades.net[row] <= low).slice(0, third),
    ...own.filter((row) => trades.net[row] >= high).slice(0, third),
    ...even,
  ]);
  const time = Float64Array.from([...chosen].flatMap((row) => [
    trades.entry_time[row],
    trades.exit_time[row],
  ])).sort();
  return { time, shown: time.length };
}

function rowsOf(instrument: Float64Array, index: number): Uint32Array {
  const rows = new Uint32Array(instrument.length);
  let n = 0;
  for (let row = 0; row < instrument.length; row++) {
    if (instrument[row] === index) rows[n++] = row;
  }
  return rows.subarray(0, n);
}

/** Prices are whole numbers of ticks, or of halves where they are middles. */
function priceForm(
  tickSize: number,
  price: Float64Array,
): { scale: number; decimals: number } {
  const step = scaleOf(Float64Array.of(tickSize));
  const scale = Math.max(step, scaleOf(price.subarray(0, 5000)));
  return { scale: scale * 10, decimals: Math.round(Math.log10(scale)) };
}

function alternativeOf(
  symbol: string,
  { price }: PriceLine,
  { fills }: Run,
  instrument: number,
): string {
  const low = price.reduce((a, b) => Math.min(a, b), Infinity);
  const high = price.reduce((a, b) => Math.max(a, b), -Infinity);
  const n = rowsOf(fills.instrument, instrument).length;
  if (price.length === 0) return `Line chart of ${symbol} without prices`;
  return `Line chart of the price of ${symbol}, from ${price[0]} to ${
    price.at(-1)
  }, lowest ${low}, highest ${high}, with ${
    plural(n, "fill")
  }; the table of trades has their times and prices`;
}

function shownText(
  { fills }: Run,
  feed: Feed,
  line: PriceLine,
  moments: number,
  drawn: number,
): Html {
  const all = rowsOf(fills.instrument, feed.instrument).length;
  const kind = feed.kind === "bars" ? "bars" : "ticks";
  const shape = line.time.length < line.rows
    ? markup`The shape of ${
      count(line.rows)
    } ${kind}: the first, last, lowest and highest of each ${
      duration(line.width)
    } (M4)`
    : markup`Each of ${count(line.rows)} ${kind}`;
  const windows = line.ticks === 0 || line.time.length >= line.rows
    ? markup`.`
    : markup`; every one of them, ${count(line.ticks)} in all, near ${
      moments === all
        ? "each fill"
        : `${
          count(moments)
        } fills of the trades that won or lost most and of others evenly spread`
    }, on a shaded ground when zoomed in.`;
  const marks = drawn < all &&
    markup`
      Of ${count(all)} fills the first and last ${count(drawn / 2)} are marked.
    `;
  return markup`${shape}${windows}${marks}`;
}
