import { type Html, markup, type Piece } from "../html.ts";
import { count, exact, money, percent, ratio } from "../format.ts";
import { chartFigure } from "../page/parts.ts";
import type { Payload } from "../payload/payload.ts";
import { isGroup, numberIn } from "../run/metrics.ts";
import type { Group, Histories, Run } from "../run/run.ts";
import type { Section } from "../section.ts";

type Method = Histories["methods"][number];

/** What else the same trades and sessions might have come to. */
export const histories: Section = {
  id: "histories",
  title: "Monte Carlo",
  render({ histories, currency }: Run, payload): Html | null {
    if (histories === null || histories.methods.length === 0) return null;
    const { told, methods } = histories;
    const caption = "Final equity, drawdown and Sharpe ratio of all histories";
    return markup`<p class="note">${
      count(numberIn(told, "paths") ?? 0)
    } histories a method, from seed ${
      String(told.seed)
    }: trades drawn, shuffled or left out (${
      percent(numberIn(told, "skip"))
    }), sessions drawn in blocks of ${
      exact(numberIn(told, "block"))
    }. They say how far the result hangs on luck, not what the market may do.</p>
<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table class="spread">
<caption>${caption}</caption>
<thead><tr><th scope="col">Method</th><th scope="col">Of</th>${
      ["5 %", "Median", "95 %", "In truth", "Rank", "Ends in loss"].map((
        name,
      ) => markup`<th scope="col" class="number">${name}</th>`)
    }</tr></thead>
<tbody>
${methods.map(rowsOf)}</tbody>
</table></div>
<p class="note">Rank: the share of histories that came out no higher than the run did.</p>
<div class="pair">${
      methods.map((method) => chartOf(method, currency, payload))
    }</div>`;
  },
};

const OF: readonly (readonly [
  string,
  string,
  (value: number | null) => string,
])[] = [
  ["final_equity", "final equity", money],
  ["max_drawdown", "max drawdown", percent],
  ["sharpe", "Sharpe", ratio],
];

function rowsOf({ name, told }: Method): Piece {
  return OF.map(([key, label, text], i) => {
    const spread = told[key];
    if (!isGroup(spread)) return null;
    const cell = (level: string) =>
      markup`<td class="number">${text(numberIn(spread, level))}</td>`;
    return markup`<tr><th scope="row">${nameOf(name)}</th><td>${label}</td>${
      ["p5", "p50", "p95", "actual"].map(cell)
    }<td class="number">${
      percent(numberIn(spread, "rank"))
    }</td><td class="number">${
      i === 0 ? percent(numberIn(told, "loss_probability")) : ""
    }</td></tr>
`;
  });
}

function chartOf(
  { name, told, step, levels, actual }: Method,
  currency: string,
  payload: Payload,
): Html {
  const id = `histories-${name.replaceAll("_", "-")}`;
  const unit = name.startsWith("trade") ? "Trades" : "Sessions";
  payload.chart(id, {
    kind: "bands",
    form: "money",
    unit,
    step: payload.column(step, 1),
    levels: levels.map((level) => payload.column(level, 100)),
    actual: payload.column(actual, 100),
  });
  const final = told.final_equity as Group;
  const level = (key: string) => money(numberIn(final, key));
  return chartFigure({
    id,
    caption: `${nameOf(name)}: equity, ${currency}`,
    alternative:
      `Bands of equity by ${unit.toLowerCase()} done. At the end half of the histories lie between ${
        level("p25")
      } and ${level("p75")}, nine in ten between ${level("p5")} and ${
        level("p95")
      }; the run ended at ${level("actual")}`,
  });
}

function nameOf(method: string): string {
  const words = method.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}
