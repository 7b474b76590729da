/// <reference lib="dom" />
import uPlot from "uplot";
import type { NumberForm } from "./data.ts";
import { axisForm } from "./forms.ts";
import { colorOf } from "./theme.ts";

/** Charts that are drawn, to be drawn anew when the theme changes. */
export const plots: uPlot[] = [];

export function redrawAll(): void {
  for (const plot of plots) {
    plot.redraw(true, true);
    // uPlot asks for the colours of its legend only once.
    for (const [i, row] of plot.root.querySelectorAll(".u-series").entries()) {
      const marker = row.querySelector<HTMLElement>(".u-marker");
      if (marker) marker.style.background = markerColor(plot, i);
    }
  }
}

function markerColor(plot: uPlot, series: number): string {
  const { stroke } = plot.series[series];
  return typeof stroke === "function" ? String(stroke(plot, series)) : "";
}

/** A chart that fills its place in the page and keeps to its width. */
export function plotIn(
  place: HTMLElement,
  height: number,
  options: Omit<uPlot.Options, "width" | "height">,
  data: uPlot.AlignedData,
): uPlot {
  const plot = new uPlot(
    {
      ...options,
      width: Math.max(200, place.clientWidth),
      height,
      legend: { markers: { width: 0, fill: markerColor } },
    },
    data,
    place,
  );
  plots.push(plot);
  new ResizeObserver(() => {
    const width = place.clientWidth;
    if (width > 0 && width !== plot.width) plot.setSize({ width, height });
  }).observe(place);
  return plot;
}

const FONT =
  '12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';

/** What all axes have in common. */
export function axis(options: uPlot.Axis): uPlot.Axis {
  return {
    font: FONT,
    stroke: () => colorOf("muted"),
    grid: { stroke: () => colorOf("grid"), width: 1 },
    ticks: { show: false },
    ...options,
  };
}

/** An axis of values on the left, as wide as its longest text. */
export function valueAxis(form: NumberForm, decimals = 2): uPlot.Axis {
  const text = axisForm(form, decimals);
  return axis({
    space: 36,
    values: (_, splits) => {
      const step = splits.length > 1 ? splits[1] - splits[0] : 1;
      return splits.map((value) => text(value, step));
    },
    size: (_, values) => {
      const longest = Math.max(8, ...(values ?? []).map((v) => v.length));
      return Math.ceil(longest * 6.8) + 16;
    },
  });
}
