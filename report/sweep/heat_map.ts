import { type Html, markup } from "../html.ts";
import { exact, ratio, UNDEFINED } from "../format.ts";
import type { Sweep, SweepParam } from "../run/run.ts";

/** More values of a parameter than that are put into as many bins. */
const MOST_VALUES = 24;
const BINS = 10;
/** Shades of a cell, `heat-0` to `heat-8`. */
const SHADES = 9;

interface Scale {
  readonly name: string;
  readonly labels: readonly string[];
  /** Place of each set's value among `labels`. */
  readonly place: Float64Array;
}

/**
 * The best objective for each pair of values of two parameters, as a table whose
 * cells are shaded; the other parameters may be anything.
 */
export function heatMap(
  sweep: Sweep,
  [down, across]: readonly [SweepParam, SweepParam],
): Html {
  const rows = scaleOf(down);
  const columns = scaleOf(across);
  const best = new Map<number, number>();
  for (const [i, value] of sweep.values.entries()) {
    if (Number.isNaN(value)) continue;
    const key = rows.place[i] * columns.labels.length + columns.place[i];
    best.set(key, Math.max(best.get(key) ?? -Infinity, value));
  }
  const sorted = [...new Set(best.values())].toSorted((a, b) => a - b);
  const shade = (value: number) =>
    sorted.length < 2
      ? 0
      : Math.round(sorted.indexOf(value) / (sorted.length - 1) * (SHADES - 1));
  const caption = `Best ${sweep.objective} by ${down.name} and ${across.name}`;
  return markup`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table class="heat">
<caption>${caption}</caption>
<thead><tr><th scope="col">${down.name} ↓ ${across.name} →</th>${
    columns.labels.map((label) =>
      markup`<th scope="col" class="number">${label}</th>`
    )
  }</tr></thead>
<tbody>
${
    rows.labels.map((label, row) =>
      markup`<tr><th scope="row">${label}</th>${
        columns.labels.map((_, column) => {
          const value = best.get(row * columns.labels.length + column);
          return value === undefined
            ? markup`<td class="number">${UNDEFINED}</td>`
            : markup`<td class="number heat-${shade(value)}">${
              ratio(value)
            }</td>`;
        })
      }</tr>
`
    )
  }</tbody>
</table></div>`;
}

/** A parameter's values in order, or bins of one width where they are many. */
function scaleOf({ name, values, words }: SweepParam): Scale {
  if (words !== null) return { name, labels: words, place: values };
  const distinct = [...new Set(values)].toSorted((a, b) => a - b);
  if (distinct.length <= MOST_VALUES) {
    return {
      name,
      labels: distinct.map(exact),
      place: values.map((value) => distinct.indexOf(value)),
    };
  }
  const low = distinct[0];
  const width = (distinct[distinct.length - 1] - low) / BINS;
  return {
    name,
    labels: Array.from(
      { length: BINS },
      (_, i) => `${short(low + i * width)} to ${short(low + (i + 1) * width)}`,
    ),
    place: values.map((value) =>
      Math.min(BINS - 1, Math.floor((value - low) / width))
    ),
  };
}

function short(value: number): string {
  return exact(Number(value.toPrecision(3)));
}
