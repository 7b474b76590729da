/// <reference lib="dom" />
import uPlot from "uplot";
import { count } from "../format.ts";
import type { BandsChart } from "./data.ts";
import type { Columns } from "./decode.ts";
import { formOf } from "./forms.ts";
import { axis, plotIn, valueAxis } from "./plot.ts";
import { colorOf } from "./theme.ts";

const LABELS = ["5 %", "25 %", "Median", "75 %", "95 %"];

/** Draws between which bands many histories lie, and what happened. */
export function drawBands(
  place: HTMLElement,
  chart: BandsChart,
  columns: Columns,
): void {
  const form = formOf(chart.form);
  const line = (label: string, color: string, width: number): uPlot.Series => ({
    label,
    stroke: () => colorOf(color),
    width,
    points: { show: false },
    value: (_, value) => value === null ? "" : form(value),
  });
  const band = (high: number, low: number, alpha: number): uPlot.Band => ({
    series: [high, low],
    fill: () => colorOf("accent", alpha),
  });
  plotIn(place, 260, {
    scales: { x: { time: false, range: (_, min, max) => [min, max] } },
    cursor: { drag: { x: false, y: false }, points: { size: 5 } },
    padding: [8, 12, 0, 0],
    series: [
      { label: chart.unit, value: (_, at) => at === null ? "" : count(at) },
      ...LABELS.map((label, i) => line(label, "accent", i === 2 ? 1.5 : 0.5)),
      line("Run", "sell", 1.5),
    ],
    bands: [band(5, 1, 0.12), band(4, 2, 0.18)],
    axes: [
      axis({
        space: 70,
        size: 32,
        values: (_, splits) => splits.map((value) => count(value)),
      }),
      valueAxis(chart.form),
    ],
  }, [
    columns(chart.step),
    ...chart.levels.map((level) => columns(level)),
    columns(chart.actual),
  ]);
}
