import { type Html, markup, type Piece } from "../html.ts";
import { histogramOf } from "../downsample/histogram.ts";
import { count, money, percent, plural } from "../format.ts";
import { chartFigure } from "../page/parts.ts";
import type { Payload } from "../payload/payload.ts";
import type { Section } from "../section.ts";

/** How results of trades and of days are spread. */
export const distributions: Section = {
  id: "distributions",
  title: "Distributions",
  render({ trades, daily, currency }, payload) {
    const returns = daily.returns.filter(Number.isFinite);
    const charts = [
      chartOf(payload, trades.net, {
        id: "trades-spread",
        caption: `Net of trades, ${currency}`,
        noun: "trade",
        form: "money",
      }),
      chartOf(payload, returns, {
        id: "days-spread",
        caption: "Daily returns",
        noun: "day",
        form: "percent",
      }),
    ].filter((chart) => chart !== null);
    if (charts.length === 0) return null;
    return markup`<div class="pair">${charts}</div>`;
  },
};

interface Spread {
  readonly id: string;
  readonly caption: Piece;
  readonly noun: string;
  readonly form: "money" | "percent";
}

function chartOf(
  payload: Payload,
  values: Float64Array,
  { id, caption, noun, form }: Spread,
): Html | null {
  // One value has no spread.
  if (values.length < 2) return null;
  const { middle, count: counts, width, beyond } = histogramOf(values);
  payload.chart(id, {
    kind: "bars",
    form,
    noun: `${noun}s`,
    middle,
    count: counts,
  });
  const text = form === "money" ? money : percent;
  const sorted = values.toSorted();
  const above = values.filter((value) => value > 0).length;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const said = `${plural(values.length, noun)}, ${
    count(above)
  } above 0; median ${text(sorted[sorted.length >> 1])}, mean ${
    text(mean)
  }, lowest ${text(sorted[0])}, highest ${text(sorted[sorted.length - 1])}`;
  return chartFigure({
    id,
    caption,
    alternative: `Histogram. ${said}`,
    note: `${said}. Bins are ${text(width)} wide${
      beyond === 0 ? "" : `; ${count(beyond)} beyond the ends count in them`
    }.`,
  });
}
