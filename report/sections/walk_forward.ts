import { type Html, markup, type Piece } from "../html.ts";
import { count, money, percent, ratio, UNDEFINED } from "../format.ts";
import { factTable } from "../page/parts.ts";
import { isGroup, numberIn } from "../run/metrics.ts";
import type { Group, Run } from "../run/run.ts";
import type { Section } from "../section.ts";
import { scatter } from "../sweep/scatter.ts";

/** The windows of a walk forward: what was chosen in each, and what it did. */
export const walkForward: Section = {
  id: "walk-forward",
  title: "Walk-forward",
  render({ walk, currency }: Run): Html | null {
    if (walk === null) return null;
    const { told } = walk;
    const objective = String(told.objective);
    const windows = (Array.isArray(told.windows) ? told.windows : [])
      .filter(isGroup);
    const caption = `Windows: the best of ${
      count(numberIn(told, "sets") ?? 0)
    } sets on each training, and its test`;
    return markup`<p class="note">Figures, charts and trades of this page are those of all tests, one after the other.</p>
${
      factTable("All windows", [
        ["Objective", objective],
        [
          "Efficiency",
          `${
            ratio(numberIn(told, "efficiency"))
          }: mean objective of the tests over that of the trainings`,
        ],
        [
          "Consistency",
          `${
            percent(numberIn(told, "consistency"))
          } of the tests have an objective above 0`,
        ],
      ])
    }
<div class="wide" tabindex="0" role="region" aria-label="Windows"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">Training</th><th scope="col">Test</th><th scope="col">Chosen</th>${
      [`Trained ${objective}`, "Tested", `Net, ${currency}`, "Trades"].map((
        name,
      ) => markup`<th scope="col" class="number">${name}</th>`)
    }</tr></thead>
<tbody>
${windows.map(rowOf)}</tbody>
</table></div>
${
      scatter({
        x: walk.train,
        y: walk.test,
        chosen: (row) => walk.rank[row] === 1,
        names: ["trained", "tested"],
      })
    }`;
  },
};

function rowOf(window: Group): Piece {
  const of = (name: string) => numberIn(window, name);
  const net = of("net_profit");
  const trades = of("trades");
  const tone = net === null || net === 0 ? "" : net > 0 ? "gain" : "loss";
  return markup`<tr><th scope="row">${spanOf(window.train)}</th><td>${
    spanOf(window.test)
  }</td><td>${chosenText(window)}</td><td class="number">${
    ratio(of("train_objective"))
  }</td><td class="number">${
    ratio(of("test_objective"))
  }</td><td class="number ${tone}">${money(net)}</td><td class="number">${
    trades === null ? UNDEFINED : count(trades)
  }</td></tr>
`;
}

function spanOf(dates: unknown): string {
  return Array.isArray(dates) ? dates.join(" to ") : UNDEFINED;
}

function chosenText({ params, error }: Group): string {
  if (!isGroup(params)) return typeof error === "string" ? error : "none";
  return Object.entries(params).map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
