import { type Html, markup } from "../html.ts";
import { exact, ratio } from "../format.ts";

const SIZE = { width: 640, height: 320 };
const EDGE = { left: 70, right: 20, top: 16, bottom: 44 };
/** Points that are drawn, the chosen ones first. */
const MOST_POINTS = 2000;

export interface Scatter {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Drawn in colour, on top. */
  readonly chosen: (row: number) => boolean;
  readonly names: readonly [x: string, y: string];
}

/**
 * One point a row whose two values are there, and their rank correlation
 * (C. Spearman, American Journal of Psychology 15, 1904). Values beyond the 2 %
 * and 98 % quantiles lie on the edge.
 */
export function scatter({ x, y, chosen, names }: Scatter): Html | null {
  const rows = [...x.keys()].filter((row) =>
    Number.isFinite(x[row]) && Number.isFinite(y[row])
  ).toSorted((a, b) => Number(chosen(b)) - Number(chosen(a)));
  if (rows.length < 3) return null;
  const shown = rows.slice(0, MOST_POINTS).reverse();
  const across = scaleOf(x, shown, EDGE.left, SIZE.width - EDGE.right);
  const up = scaleOf(y, shown, SIZE.height - EDGE.bottom, EDGE.top);
  const r = rankCorrelation(x, y, rows);
  const [bottom, right] = [SIZE.height - EDGE.bottom, SIZE.width - EDGE.right];
  return markup`<figure>
<figcaption id="scatter-caption">${names[1]} by ${
    names[0]
  }: a point for each set and window, the chosen ones in colour</figcaption>
<div class="wide" tabindex="0" role="region" aria-label="${names[1]} by ${
    names[0]
  }"><svg class="scatter" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-labelledby="scatter-caption" aria-describedby="scatter-text">
<path class="axis" d="M${EDGE.left} ${EDGE.top}V${bottom}H${right}"/>
${
    shown.map((row) =>
      markup`<circle class="${chosen(row) ? "best" : "other"}" cx="${
        across.at(x[row])
      }" cy="${up.at(y[row])}" r="${chosen(row) ? 4 : 2.5}"/>
`
    )
  }<text x="${EDGE.left}" y="${
    bottom + 16
  }">${across.low}</text><text x="${right}" y="${
    bottom + 16
  }" text-anchor="end">${across.high}</text><text class="name" x="${
    (EDGE.left + right) / 2
  }" y="${bottom + 32}" text-anchor="middle">${names[0]}</text>
<text x="${
    EDGE.left - 6
  }" y="${bottom}" text-anchor="end">${up.low}</text><text x="${
    EDGE.left - 6
  }" y="${
    EDGE.top + 8
  }" text-anchor="end">${up.high}</text><text class="name" x="${
    EDGE.left - 6
  }" y="${(EDGE.top + bottom) / 2}" text-anchor="end">${names[1]}</text>
</svg></div>
<p class="note" id="scatter-text">Rank correlation ${
    ratio(r)
  } over ${rows.length} points${
    shown.length < rows.length && `, of which ${shown.length} are drawn`
  }.</p>
</figure>`;
}

function scaleOf(
  values: Float64Array,
  rows: readonly number[],
  from: number,
  to: number,
) {
  const sorted = Float64Array.from(rows, (row) => values[row]).sort();
  const quantile = (share: number) =>
    sorted[Math.round(share * (sorted.length - 1))];
  const low = quantile(0.02);
  const high = quantile(0.98);
  const text = (value: number) => exact(Number(value.toPrecision(4)));
  return {
    low: text(low),
    high: text(high),
    at(value: number): string {
      if (low === high) return ((from + to) / 2).toFixed(1);
      const inside = Math.max(low, Math.min(high, value));
      return (from + (inside - low) / (high - low) * (to - from)).toFixed(1);
    },
  };
}

/** Spearman's: that of the ranks; null when either does not vary. */
export function rankCorrelation(
  x: Float64Array,
  y: Float64Array,
  rows: readonly number[],
): number | null {
  const a = ranksOf(Float64Array.from(rows, (row) => x[row]));
  const b = ranksOf(Float64Array.from(rows, (row) => y[row]));
  const middle = (rows.length + 1) / 2;
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < rows.length; i++) {
    aa += (a[i] - middle) ** 2;
    bb += (b[i] - middle) ** 2;
    ab += (a[i] - middle) * (b[i] - middle);
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : null;
}

/** Ranks from 1; equal values share the mean of theirs. */
function ranksOf(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys())
    .sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}
