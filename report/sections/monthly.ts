import { type Html, markup } from "../html.ts";
import { percent, UNDEFINED } from "../format.ts";
import { shade } from "../page/shade.ts";
import type { Section } from "../section.ts";
import type { Daily } from "../run/run.ts";

const MONTHS = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
];

/** Returns by month of the trade date, and by year. */
export const monthly: Section = {
  id: "monthly",
  title: "Monthly returns",
  render({ daily }) {
    if (daily.date.length === 0) return null;
    const months = compounded(daily, 7);
    const years = compounded(daily, 4);
    const largest = Math.max(...[...months.values()].map(Math.abs));
    const cell = (value: number | undefined) =>
      value === undefined
        ? markup`<td></td>`
        : markup`<td class="number ${shade(value, largest)}">${
          Number.isNaN(value) ? UNDEFINED : percent(value)
        }</td>`;
    return markup`<div class="wide" tabindex="0" role="region" aria-label="Returns by month"><table class="months">
<caption>Daily returns compounded, by month of the trade date</caption>
<thead><tr><th scope="col">Year</th>${
      MONTHS.map((month) =>
        markup`<th scope="col" class="number">${month}</th>`
      )
    }<th scope="col" class="number">All</th></tr></thead>
<tbody>
${
      [...years].map(([year, whole]): Html =>
        markup`<tr><th scope="row">${year}</th>${
          MONTHS.map((_, i) =>
            cell(months.get(`${year}-${String(i + 1).padStart(2, "0")}`))
          )
        }<td class="number">${
          Number.isNaN(whole) ? UNDEFINED : percent(whole)
        }</td></tr>
`
      )
    }</tbody>
</table></div>`;
  },
};

/** Π(1 + r) − 1 by the first characters of the date; NaN where one is missing. */
function compounded(
  { date, returns }: Daily,
  characters: number,
): Map<string, number> {
  const growth = new Map<string, number>();
  for (const [i, day] of date.entries()) {
    const key = day.slice(0, characters);
    growth.set(key, (growth.get(key) ?? 1) * (1 + returns[i]));
  }
  return new Map([...growth].map(([key, value]) => [key, value - 1]));
}
