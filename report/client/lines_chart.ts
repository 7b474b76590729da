/// <reference lib="dom" />
import uPlot from "uplot";
import { timeText } from "../format.ts";
import type { LinesChart } from "./data.ts";
import type { Columns } from "./decode.ts";
import { formOf } from "./forms.ts";
import type { TimeGroup } from "./group.ts";
import { axis, plotIn, valueAxis } from "./plot.ts";
import { colorOf } from "./theme.ts";

/** Draws lines over trading time. */
export function drawLines(
  place: HTMLElement,
  chart: LinesChart,
  columns: Columns,
  group: TimeGroup,
): void {
  const tables = chart.lines.map((line) =>
    [
      group.clock.all(columns(line.time)),
      columns(line.value),
    ] as unknown as uPlot.AlignedData
  );
  const data = tables.length === 1 ? tables[0] : uPlot.join(tables);
  const form = formOf(chart.form);
  const shared = overTime(group);
  const plot = plotIn(place, chart.height, {
    ...shared,
    scales: { ...shared.scales, y: { range: valueRange } },
    series: [
      timeSeries(group),
      ...chart.lines.map((line) => ({
        label: line.label,
        stroke: () => colorOf(line.color),
        width: 1.5,
        spanGaps: true,
        points: { show: false },
        value: (_: uPlot, value: number | null) =>
          value === null ? "" : form(value),
        ...(line.steps ? { paths: uPlot.paths.stepped?.({ align: 1 }) } : {}),
        ...(line.fill === undefined ? {} : {
          fill: () => colorOf(line.color, 0.14),
          ...(line.fill === "zero" ? { fillTo: () => 0 } : {}),
        }),
      })) as uPlot.Series[],
    ],
    axes: [timeAxis(group), valueAxis(chart.form)],
  }, data);
  group.add(plot, place);
}

/** Some room around the values; what is never above 0 has 0 on top. */
function valueRange(_: uPlot, min: number, max: number): uPlot.Range.MinMax {
  if (min === max) {
    const room = Math.abs(min) * 0.01 || 0.01;
    return [min - room, max === 0 ? 0 : max + room];
  }
  return max === 0 ? [min * 1.08, 0] : uPlot.rangeNum(min, max, 0.1, true);
}

/** The scales, cursor and hooks of a chart over trading time. */
export function overTime(
  group: TimeGroup,
): Pick<uPlot.Options, "scales" | "cursor" | "hooks" | "padding"> {
  return {
    scales: { x: { time: false, range: (_, min, max) => [min, max] } },
    cursor: {
      sync: { key: "run", scales: ["x", null] },
      drag: { x: true, y: false },
      points: { size: 6 },
    },
    padding: [8, 12, 0, 0],
    hooks: { setScale: [(plot, key) => key === "x" && group.changed(plot)] },
  };
}

export function timeSeries({ clock }: TimeGroup): uPlot.Series {
  return {
    label: "Time (UTC)",
    value: (_, at) => at === null ? "" : timeText(clock.epoch(at)),
  };
}

export function timeAxis({ clock }: TimeGroup): uPlot.Axis {
  let texts: string[] = [];
  return axis({
    space: 90,
    size: 32,
    splits: (plot, _axis, min, max) => {
      const marks = clock.marks(min, max, Math.max(2, plot.width / 110));
      texts = marks.texts;
      return marks.at;
    },
    values: () => texts,
  });
}
