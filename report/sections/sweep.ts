import type { TableColumn } from "../client/data.ts";
import { type Html, markup, type Piece } from "../html.ts";
import { count, percent, plural, ratio } from "../format.ts";
import { factTable, pagedTable } from "../page/parts.ts";
import type { Payload } from "../payload/payload.ts";
import type { Run, Sweep, SweepParam } from "../run/run.ts";
import type { Section } from "../section.ts";
import { heatMap } from "../sweep/heat_map.ts";
import { parallelCoordinates } from "../sweep/parallel.ts";

/** Figures of the leaderboard, with how they are written. */
const FIGURES: readonly (readonly [string, string, TableColumn["form"]])[] = [
  ["net_profit", "Net profit", "money"],
  ["max_drawdown", "Max drawdown", "percent"],
  ["sharpe", "Sharpe", "ratio"],
  ["sortino", "Sortino", "ratio"],
  ["profit_factor", "Profit factor", "ratio"],
  ["win_rate", "Win rate", "percent"],
  ["trades", "Trades", "count"],
];

/** All sets of a sweep, and how far the best of them may be trusted. */
export const sweep: Section = {
  id: "sweep",
  title: "Sweep",
  render({ sweep }: Run, payload): Html | null {
    if (sweep === null) return null;
    const varied = sweep.params.filter(({ values }) =>
      new Set(values).size > 1
    );
    const failed = sweep.errors.filter((error) => error !== "");
    return markup`<p class="note">Figures, charts and trades of this page are those of the best of ${
      plural(sweep.values.length, "set")
    }: ${setText(sweep)}. The best of many is better than it will be again.</p>
${factTable("How far the best may be trusted", judgementRows(sweep))}
${varied.length >= 2 && heatMaps(sweep, varied)}
${varied.length >= 1 && parallelCoordinates(sweep, varied)}
${
      failed.length > 0 &&
      markup`<details><summary>${
        plural(failed.length, "set")
      } failed</summary><ul>${
        [...new Set(failed)].slice(0, 20).map((error) =>
          markup`<li>${error}</li>`
        )
      }</ul></details>`
    }
${leaderboard(sweep, payload)}`;
  },
};

function setText({ params }: Sweep): string {
  return params.map(({ name, values, words }) =>
    `${name} ${words === null ? values[0] : words[values[0]]}`
  ).join(", ");
}

/** Every pair of the first parameters. */
function heatMaps(sweep: Sweep, varied: readonly SweepParam[]): Html[] {
  const [a, b, c] = varied;
  const pairs: [SweepParam, SweepParam][] = c === undefined
    ? [[a, b]]
    : [[a, b], [a, c], [b, c]];
  return pairs.map((pair) => heatMap(sweep, pair));
}

function judgementRows(
  { judgement, objective }: Sweep,
): [Piece, Piece][] {
  const number = (name: string) => {
    const value = judgement[name];
    return typeof value === "number" ? value : null;
  };
  const stability = judgement.stability as
    | Readonly<Record<string, number>>
    | null;
  return [
    [
      "Deflated Sharpe ratio",
      `${
        percent(number("deflated_sharpe"))
      }: the probability that the best beats ${
        ratio(number("expected_max_sharpe"))
      }, the Sharpe ratio that the best of ${
        count(number("trials") ?? 0)
      } without skill would show`,
    ],
    [
      "Probabilistic Sharpe ratio",
      `${percent(number("probabilistic_sharpe"))}: that it beats 0`,
    ],
    [
      "Probability of backtest overfitting",
      `${
        percent(number("pbo"))
      }: how often the best on one half of the days is below the median on the other half (${
        count(number("pbo_splits") ?? 0)
      } splits)`,
    ],
    [
      "Probability of loss",
      `${
        percent(number("loss_probability"))
      }: how often it loses on the other half`,
    ],
    [
      `Neighbours of the best, ${objective}`,
      stability === null
        ? "none"
        : `median ${ratio(stability.median)}, worst ${
          ratio(stability.worst)
        } of ${count(stability.neighbours)}`,
    ],
  ];
}

function leaderboard(sweep: Sweep, payload: Payload): Html {
  const ended = sweep.values.filter((_, i) => sweep.errors[i] === "").length;
  const column = (values: Float64Array) =>
    payload.column(values.slice(0, ended));
  const columns: TableColumn[] = [
    {
      label: "Rank",
      form: "count",
      column: column(sweep.values.map((_, i) => i + 1)),
    },
    ...sweep.params.map(({ name, values, words }): TableColumn => ({
      label: name,
      column: column(values),
      ...(words === null ? { form: "exact" } : { form: "text", words }),
    })),
    { label: sweep.objective, form: "ratio", column: column(sweep.values) },
    ...FIGURES.flatMap(([name, label, form]): TableColumn[] => {
      const values = sweep.figures.get(name);
      if (values === undefined || name === sweep.objective) return [];
      return [{ label, form, column: column(values) }];
    }),
  ];
  payload.table("sweep-table", { rows: ended, columns, sorted: 0 });
  return pagedTable({
    id: "sweep-table",
    caption: `Leaderboard by ${sweep.objective}`,
    columns,
    shows: false,
  });
}
