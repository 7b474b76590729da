import assert from "node:assert/strict";
import type { Sweep, SweepParam } from "../report/run/run.ts";
import { heatMap } from "../report/sweep/heat_map.ts";
import { rankCorrelation, scatter } from "../report/sweep/scatter.ts";
import { parallelCoordinates } from "../report/sweep/parallel.ts";

function sweepOf(rows: readonly (readonly [number, number, number])[]): Sweep {
  const column = (i: number) => Float64Array.from(rows, (row) => row[i]);
  return {
    objective: "sharpe",
    params: [
      { name: "fast", values: column(0), words: null },
      { name: "kind", values: column(1), words: ["<ema>", "sma"] },
    ],
    values: column(2),
    set: column(0),
    figures: new Map(),
    errors: rows.map(() => ""),
    judgement: {},
  };
}

const GRID = sweepOf([
  [20, 1, 3],
  [20, 1, 2],
  [10, 1, 1],
  [10, 0, -4],
  [30, 0, NaN],
]);

/** Cells of each row of a table's body. */
function cellsOf(text: string): string[][] {
  const [, body] = text.split("<tbody>");
  return body.split("</tr>").slice(0, -1).map((row) =>
    [...row.matchAll(/<t[hd][^>]*>([^<]*)</g)].map(([, cell]) => cell)
  );
}

Deno.test("a heat map has the best objective of each pair", () => {
  const [a, b] = GRID.params;
  const { text } = heatMap(GRID, [a, b]);
  assert.deepEqual(cellsOf(text), [
    ["10", "−4.00", "1.00"],
    ["20", "–", "3.00"],
    ["30", "–", "–"],
  ]);
  assert.match(text, /&lt;ema&gt;/);
  assert.match(text, /heat-8">3\.00/);
  assert.match(text, /heat-0">−4\.00/);
});

Deno.test("many values of a parameter go into ten bins", () => {
  const rows = Array.from(
    { length: 100 },
    (_, i) => [i / 10, i % 2, i] as const,
  );
  const sweep = sweepOf(rows);
  const cells = cellsOf(
    heatMap(sweep, [sweep.params[0], sweep.params[1]]).text,
  );
  assert.equal(cells.length, 10);
  assert.deepEqual(cells[0], ["0 to 0.99", "8.00", "9.00"]);
  assert.equal(cells[9].at(-1), "99.00");
});

Deno.test("parallel coordinates draw each set that has the objective", () => {
  const { text } = parallelCoordinates(GRID, GRID.params);
  assert.equal([...text.matchAll(/<polyline/g)].length, 4);
  assert.equal([...text.matchAll(/class="best"/g)].length, 1);
  assert.equal([...text.matchAll(/class="axis"/g)].length, 3);
  assert.match(text, /The best has fast 20, kind sma; sharpe from 3.00/);
  // The best set is on top of the axis of the objective.
  const [, points] = /class="best" points="([^"]+)"/.exec(text) ?? [];
  const heights = points.split(" ").map((point) => Number(point.split(",")[1]));
  const tops = [...text.matchAll(/y1="(\d+)"/g)].map(([, y]) => Number(y));
  assert.equal(heights[2], tops[2]);

  const many = sweepOf(
    Array.from({ length: 2000 }, (_, i) => [i, 0, -i] as const),
  );
  const drawn = parallelCoordinates(many, many.params).text;
  assert.equal([...drawn.matchAll(/<polyline/g)].length, 500);
  assert.match(drawn, /Of 2000 sets 500 are drawn/);
  assert.match(drawn, /The best 10 have fast 0 to 9/);
});

Deno.test("a sweep without any objective is drawn without lines", () => {
  const none: SweepParam[] = [];
  const { text } = parallelCoordinates(sweepOf([[1, 0, NaN]]), none);
  assert.match(text, /No set has the objective/);
});

Deno.test("a rank correlation is that of the ranks", () => {
  const of = (x: number[], y: number[]) =>
    rankCorrelation(Float64Array.from(x), Float64Array.from(y), [
      ...x.keys(),
    ]);
  assert.equal(of([1, 2, 3], [10, 100, 1000]), 1);
  assert.equal(of([1, 2, 3], [3, 2, 1]), -1);
  assert.equal(of([1, 1, 1], [3, 2, 1]), null);
  // The example of scipy.stats.spearmanr.
  const known = of([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]) ?? 0;
  assert.ok(Math.abs(known - 0.8207826816681233) < 1e-12);
});

Deno.test("a scatter draws each pair, the chosen in colour, what lies far out at the edge", () => {
  const x = Float64Array.from({ length: 200 }, (_, i) => i);
  const y = x.map((value, i) => i === 7 ? -1e9 : i === 8 ? NaN : value);
  const { text } = scatter({
    x,
    y,
    chosen: (row) => row === 7,
    names: ["trained", "tested"],
  }) ?? { text: "" };
  const circles = [
    ...text.matchAll(/<circle class="(\w+)"[^>]*cy="([\d.]+)"/g),
  ];
  assert.equal(circles.length, 199);
  assert.deepEqual(circles.at(-1)?.slice(1), ["best", "276.0"]);
  assert.equal(circles.filter(([, kind]) => kind === "best").length, 1);
  assert.match(text, /Rank correlation (1\.00|0\.9\d) over 199 points/);
  const few = { x: x.slice(0, 2), y, chosen: () => false };
  assert.equal(scatter({ ...few, names: ["a", "b"] }), null);
});
