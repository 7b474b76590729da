/// <reference lib="dom" />
import uPlot from "uplot";
import { count } from "../format.ts";
import type { BarsChart } from "./data.ts";
import { axisForm, formOf } from "./forms.ts";
import { axis, plotIn, valueAxis } from "./plot.ts";
import { colorOf } from "./theme.ts";

/** Draws how often values fall into bins, losses and gains in their colours. */
export function drawBars(place: HTMLElement, chart: BarsChart): void {
  const { middle, count: counts, form } = chart;
  const text = axisForm(form, 2);
  const paths = uPlot.paths.bars?.({ size: [0.96, Infinity], align: 0 });
  const bars = (label: string, color: string): uPlot.Series => ({
    label,
    stroke: () => colorOf(color),
    fill: () => colorOf(color, 0.75),
    width: 0,
    points: { show: false },
    value: (_, value) => value === null ? "–" : count(value),
    ...(paths ? { paths } : {}),
  });
  const half = middle.length > 1 ? (middle[1] - middle[0]) / 2 : 1;
  plotIn(place, 260, {
    scales: {
      x: {
        time: false,
        range: () => [middle[0] - half, (middle.at(-1) ?? 0) + half],
      },
      y: { range: (_, _min, max) => [0, Math.max(1, max * 1.05)] },
    },
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    padding: [8, 12, 0, 0],
    series: [
      {
        label: "Around",
        value: (_, at) => at === null ? "" : formOf(form)(at),
      },
      bars(`${chart.noun} below 0`, "loss"),
      bars(`${chart.noun} above 0`, "gain"),
    ],
    axes: [
      axis({
        space: 80,
        size: 32,
        values: (_, splits) => {
          const step = splits.length > 1 ? splits[1] - splits[0] : 1;
          return splits.map((value) => text(value, step));
        },
      }),
      valueAxis("count"),
    ],
  }, [
    [...middle],
    counts.map((n, i) => middle[i] < 0 ? n : null),
    counts.map((n, i) => middle[i] < 0 ? null : n),
  ]);
}
