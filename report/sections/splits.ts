import { type Html, markup } from "../html.ts";
import { count, money, percent, ratio } from "../format.ts";
import { groupOf, isGroup, numberIn } from "../run/metrics.ts";
import type { Group, Run } from "../run/run.ts";
import type { Section } from "../section.ts";
import { shade } from "../page/shade.ts";

/** Trades by side, instrument, hour and weekday. */
export const splits: Section = {
  id: "splits",
  title: "Trades by side and time",
  render(run): Html | null {
    const all = groupOf(run, "trades");
    if (all === null || !(numberIn(all, "count") ?? 0)) return null;
    return markup`${
      table("By side", [
        ["All", all],
        ...sided(run, "long", "Long"),
        ...sided(run, "short", "Short"),
      ])
    }${
      run.instruments.length > 1 &&
      table("By instrument", partsOf(run, "by_instrument"))
    }<div class="pair">${
      table("By hour of the entry, UTC", partsOf(run, "by_hour"))
    }${
      table("By weekday of the entry, UTC", partsOf(run, "by_weekday"))
    }</div>`;
  },
};

type Row = readonly [name: string, stats: Group];

function sided(run: Run, key: string, name: string): Row[] {
  const group = groupOf(run, key);
  return group === null ? [] : [[name, group]];
}

function partsOf(run: Run, key: string): Row[] {
  return Object.entries(groupOf(run, key) ?? {}).flatMap(
    ([name, stats]): Row[] =>
      isGroup(stats)
        ? [[key === "by_weekday" ? dayName(name) : name, stats]]
        : [],
  );
}

/** `Mon` of `monday`. */
function dayName(word: string): string {
  return word[0].toUpperCase() + word.slice(1, 3);
}

function table(caption: string, rows: readonly Row[]): Html | null {
  if (rows.length === 0) return null;
  const nets = rows.map(([, stats]) => numberIn(stats, "net") ?? 0);
  const largest = Math.max(...nets.map(Math.abs));
  return markup`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table class="parts">
<caption>${caption}</caption>
<thead><tr><th scope="col"><span class="hidden">Part</span></th>${
    ["Trades", "Win rate", "Net", "Profit factor", "Expectancy"].map((name) =>
      markup`<th scope="col" class="number">${name}</th>`
    )
  }</tr></thead>
<tbody>
${
    rows.map(([name, stats], i) => {
      const of = (key: string) => numberIn(stats, key);
      return markup`<tr><th scope="row">${name}</th><td class="number">${
        count(of("count") ?? 0)
      }</td><td class="number">${
        percent(of("win_rate"))
      }</td><td class="number ${shade(nets[i], largest)}">${
        money(of("net"))
      }</td><td class="number">${
        ratio(of("profit_factor"))
      }</td><td class="number">${money(of("expectancy"))}</td></tr>
`;
    })
  }</tbody>
</table></div>`;
}
