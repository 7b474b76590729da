import { type Html, markup, type Piece } from "../html.ts";
import {
  count,
  duration,
  money,
  percent,
  ratio,
  timeText,
  UNDEFINED,
} from "../format.ts";
import { factTable } from "../page/parts.ts";
import { groupOf, isGroup } from "../run/metrics.ts";
import type { Group } from "../run/run.ts";
import type { Section } from "../section.ts";

/** Groups of `result.json`, in their order. */
const GROUPS: readonly (readonly [string, string])[] = [
  ["returns", "Returns"],
  ["risk", "Risk"],
  ["drawdown", "Drawdown"],
  ["activity", "Activity"],
  ["trades", "Trades"],
  ["benchmark", "Beside the benchmark"],
];

/** Every figure of the run, whatever there is. */
export const figures: Section = {
  id: "figures",
  title: "All figures",
  render(run): Html | null {
    const tables = GROUPS.flatMap(([name, title]) => {
      const group = groupOf(run, name);
      return group === null ? [] : [factTable(title, rowsOf(group))];
    });
    if (tables.length === 0) return null;
    return markup`<div class="columns">${tables}</div>`;
  },
};

/** A row for each figure; a group within a group has its name before theirs. */
function rowsOf(group: Group, before = ""): [Piece, Piece][] {
  return Object.entries(group).flatMap(([key, value]): [Piece, Piece][] => {
    const name = before === "" ? nameOf(key) : `${before} ${wordsOf(key)}`;
    return isGroup(value)
      ? rowsOf(value, nameOf(key))
      : [[name, textOf(key, value)]];
  });
}

const PERCENT =
  /return|^cagr$|days$|_day$|volatility|^probabilistic|value_at_risk|^max$|^average$|^current$|ulcer|time_in_market|win_rate|kelly|alpha|tracking_error/;
const MONEY =
  /amount|^volume$|commission|slippage|spread_cost|^net$|^gross|expectancy|winner$|loser$|m[af]e$/;
const COUNT =
  /^days$|^count$|^winners$|^losers$|^spells$|^longest|length$|streak$|^periods$|^fills$/;

function textOf(key: string, value: unknown): string {
  if (value === null) return UNDEFINED;
  if (typeof value === "string") {
    return key.endsWith("_time") ? timeText(Date.parse(value) * 1e3) : value;
  }
  if (typeof value !== "number") return String(value);
  if (key.endsWith("_s")) return duration(value * 1e6);
  if (COUNT.test(key)) {
    return Number.isInteger(value) ? count(value) : ratio(value);
  }
  if (MONEY.test(key)) return money(value);
  return PERCENT.test(key) ? percent(value) : ratio(value);
}

function nameOf(key: string): string {
  const words = wordsOf(key);
  return UPPER.has(words)
    ? words.toUpperCase()
    : words[0].toUpperCase() + words.slice(1).replace("sharpe", "Sharpe");
}

const UPPER = new Set(["cagr", "sqn"]);

function wordsOf(key: string): string {
  return key.replace(/_s$/, "").replaceAll("_", " ")
    .replace(/\bm([af])e\b/, (_, way) => `M${way.toUpperCase()}E`);
}
