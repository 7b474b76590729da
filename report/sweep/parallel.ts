import { type Html, markup } from "../html.ts";
import { exact, ratio } from "../format.ts";
import type { Sweep, SweepParam } from "../run/run.ts";

const WIDTH = 960;
const HEIGHT = 300;
const EDGE = { left: 60, right: 60, top: 34, bottom: 26 };
/** Sets that are drawn, the best first and others evenly spread. */
const MOST_LINES = 500;
/** Sets that are drawn in colour, and at most one in five. */
const BEST = 10;

interface Axis {
  readonly name: string;
  readonly at: number;
  readonly low: string;
  readonly high: string;
  /** Height of each set's value on it. */
  readonly y: Float64Array;
}

/**
 * Parallel coordinates: an axis for each parameter and one for the objective, a
 * line for each set, the best ones in colour.
 *
 * Source: A. Inselberg, "The plane with parallel coordinates", The Visual
 * Computer 1, 1985.
 */
export function parallelCoordinates(
  sweep: Sweep,
  params: readonly SweepParam[],
): Html {
  const shown = shownOf(sweep.values);
  const objective = {
    name: sweep.objective,
    values: sweep.values,
    words: null,
  };
  const all = [...params, objective];
  const axes = all.map((param, i) => axisOf(param, i, all.length, shown));
  const best = shown.slice(0, Math.min(BEST, Math.ceil(shown.length / 5)));
  const line = (set: number) =>
    axes.map(({ at, y }) => `${at.toFixed(1)},${y[set].toFixed(1)}`).join(" ");
  return markup`<figure>
<figcaption id="parallel-caption">Parallel coordinates: a line for each set, the best in colour</figcaption>
<div class="wide" tabindex="0" role="region" aria-label="Parallel coordinates"><svg class="parallel" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="parallel-caption" aria-describedby="parallel-text">
${
    shown.slice(best.length).reverse().map((set) =>
      markup`<polyline class="other" points="${line(set)}"/>
`
    )
  }${
    best.toReversed().map((set) =>
      markup`<polyline class="best" points="${line(set)}"/>
`
    )
  }${
    axes.map(({ name, at, low, high }) =>
      markup`<line class="axis" x1="${at}" x2="${at}" y1="${EDGE.top}" y2="${
        HEIGHT - EDGE.bottom
      }"/><text class="name" x="${at}" y="14" text-anchor="middle">${name}</text><text x="${at}" y="28" text-anchor="middle">${high}</text><text x="${at}" y="${
        HEIGHT - 8
      }" text-anchor="middle">${low}</text>
`
    )
  }</svg></div>
<p class="note" id="parallel-text">${textOf(sweep, params, best)}${
    shown.length < sweep.values.length &&
    ` Of ${sweep.values.length} sets ${shown.length} are drawn.`
  }</p>
</figure>`;
}

/** Sets by rank whose objective is defined, as many as are drawn. */
function shownOf(values: Float64Array): number[] {
  const defined = [...values.keys()].filter((set) =>
    !Number.isNaN(values[set])
  );
  if (defined.length <= MOST_LINES) return defined;
  const rest = defined.slice(BEST);
  const others = MOST_LINES - BEST;
  return [
    ...defined.slice(0, BEST),
    ...Array.from(
      { length: others },
      (_, i) => rest[Math.floor(i * rest.length / others)],
    ),
  ];
}

function axisOf(
  { name, values, words }: SweepParam,
  index: number,
  axes: number,
  shown: readonly number[],
): Axis {
  let low = Infinity;
  let high = -Infinity;
  for (const set of shown) {
    low = Math.min(low, values[set]);
    high = Math.max(high, values[set]);
  }
  const bottom = HEIGHT - EDGE.bottom;
  const scale = high > low ? (bottom - EDGE.top) / (high - low) : 0;
  const text = (value: number) =>
    words === null ? exact(Number(value.toPrecision(4))) : words[value];
  return {
    name,
    at: EDGE.left +
      index * (WIDTH - EDGE.left - EDGE.right) / Math.max(1, axes - 1),
    low: text(low),
    high: text(high),
    y: values.map((value) =>
      scale === 0 ? (bottom + EDGE.top) / 2 : bottom - (value - low) * scale
    ),
  };
}

/** Where the best sets lie, in words. */
function textOf(
  { objective, values }: Sweep,
  params: readonly SweepParam[],
  best: readonly number[],
): string {
  if (best.length === 0) return "No set has the objective.";
  const ranges = params.map(({ name, values, words }) => {
    const own = best.map((set) => values[set]);
    const low = Math.min(...own);
    const high = Math.max(...own);
    const text = (value: number) =>
      words === null ? exact(Number(value.toPrecision(4))) : words[value];
    return low === high
      ? `${name} ${text(low)}`
      : `${name} ${text(low)} to ${text(high)}`;
  });
  const which = best.length === 1
    ? "The best has"
    : `The best ${best.length} have`;
  return `${which} ${ranges.join(", ")}; ${objective} from ${
    ratio(values[best[best.length - 1]])
  } to ${ratio(values[best[0]])}.`;
}
