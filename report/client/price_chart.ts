/// <reference lib="dom" />
import uPlot from "uplot";
import type { PriceChart } from "./data.ts";
import type { Columns } from "./decode.ts";
import { formOf } from "./forms.ts";
import type { TimeGroup } from "./group.ts";
import { overTime, timeAxis, timeSeries } from "./lines_chart.ts";
import { plotIn, valueAxis } from "./plot.ts";
import { colorOf } from "./theme.ts";

/** More fills than this in view are shown by how many, not one by one. */
const MOST_MARKS = 600;

/** Draws a price with its fills: ▲ bought, ▼ sold, and a line for each trade. */
export function drawPrice(
  place: HTMLElement,
  chart: PriceChart,
  columns: Columns,
  group: TimeGroup,
): void {
  const { clock } = group;
  const form = formOf("price", chart.decimals);
  const view: View = {
    fillAt: clock.all(columns(chart.fills.time)),
    fillPrice: columns(chart.fills.price),
    side: columns(chart.fills.side),
    from: clock.all(columns(chart.windows.from)),
    to: clock.all(columns(chart.windows.to)),
    entryAt: Float64Array.from(
      columns(chart.trades.entry_time),
      (time) => clock.at(time),
    ),
    exitAt: clock.all(columns(chart.trades.exit_time)),
    entryPrice: columns(chart.trades.entry_price),
    exitPrice: columns(chart.trades.exit_price),
    net: columns(chart.trades.net),
  };
  const shared = overTime(group);
  const price = columns(chart.value);
  const sides = chart.half === undefined
    ? []
    : sidesOf(price, columns(chart.half));
  const data = [clock.all(columns(chart.time)), price, ...sides];
  const text = (_: uPlot, value: number | null) =>
    value === null ? "" : form(value);
  const plot = plotIn(place, 380, {
    ...shared,
    series: [
      timeSeries(group),
      {
        label: "Price",
        stroke: () => colorOf("line"),
        width: 1,
        points: {
          show: (u, _s, from, to) => (to - from) * 6 < u.bbox.width,
          size: 4,
          fill: () => colorOf("line"),
        },
        paths: heldOrDirect(),
        value: text,
      },
      ...sides.map((_, i): uPlot.Series => ({
        label: i === 0 ? "Bid" : "Ask",
        stroke: () => colorOf(i === 0 ? "sell" : "buy", 0.6),
        width: 1,
        points: { show: false },
        paths: heldOrDirect(),
        value: text,
      })),
    ],
    axes: [timeAxis(group), valueAxis("price", chart.decimals)],
    hooks: {
      ...shared.hooks,
      drawAxes: [(u) => drawWindows(u, view)],
      draw: [(u) => drawFills(u, view)],
    },
  }, data as uPlot.AlignedData);
  group.add(plot, place);
}

/** A price holds until the next tick; from afar that cannot be seen. */
function heldOrDirect(): uPlot.Series.PathBuilder {
  const direct = uPlot.paths.linear?.();
  const held = uPlot.paths.stepped?.({ align: 1 });
  return (u, series, from, to) => {
    // What is in view by time, so that all lines agree.
    const [first, last] = u.series[0].idxs ?? [from, to];
    const paths = last - first > 2 * u.bbox.width ? direct : held;
    return paths?.(u, series, from, to) ?? null;
  };
}

/** Bid and ask, null where the spread is not there. */
function sidesOf(
  middle: Float64Array,
  half: Float64Array,
): (number | null)[][] {
  return [-1, 1].map((way) =>
    Array.from(
      middle,
      (value, i) => Number.isNaN(half[i]) ? null : value + way * half[i],
    )
  );
}

type View = Readonly<
  Record<
    | "fillAt"
    | "fillPrice"
    | "side"
    | "from"
    | "to"
    | "entryAt"
    | "exitAt"
    | "entryPrice"
    | "exitPrice"
    | "net",
    Float64Array
  >
>;

/** Marks spans where every tick is there, once they are wide enough to see. */
function drawWindows(plot: uPlot, { from, to }: View): void {
  const { ctx, bbox } = plot;
  const { min = 0, max = 0 } = plot.scales.x;
  const pixel = (max - min) / bbox.width;
  ctx.save();
  ctx.fillStyle = colorOf("accent", 0.07);
  for (let i = 0; i < from.length; i++) {
    if (to[i] < min || from[i] > max || to[i] - from[i] < 12 * pixel) continue;
    const left = Math.max(bbox.left, plot.valToPos(from[i], "x", true));
    const right = Math.min(
      bbox.left + bbox.width,
      plot.valToPos(to[i], "x", true),
    );
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.restore();
}

function drawFills(plot: uPlot, view: View): void {
  const { ctx, bbox } = plot;
  const { min = 0, max = 0 } = plot.scales.x;
  const shown: number[] = [];
  for (let i = 0; i < view.fillAt.length; i++) {
    if (view.fillAt[i] >= min && view.fillAt[i] <= max) shown.push(i);
  }
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  if (shown.length > MOST_MARKS) drawDensity(plot, view, shown);
  else {
    drawTrades(plot, view, min, max);
    for (const i of shown) {
      const x = plot.valToPos(view.fillAt[i], "x", true);
      const y = plot.valToPos(view.fillPrice[i], "y", true);
      drawMark(ctx, x, y, view.side[i]);
    }
  }
  ctx.restore();
}

function drawTrades(plot: uPlot, view: View, min: number, max: number): void {
  const { ctx } = plot;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  for (let i = 0; i < view.exitAt.length; i++) {
    if (view.exitAt[i] < min || view.entryAt[i] > max) continue;
    ctx.strokeStyle = colorOf(view.net[i] > 0 ? "gain" : "loss");
    ctx.beginPath();
    ctx.moveTo(
      plot.valToPos(view.entryAt[i], "x", true),
      plot.valToPos(view.entryPrice[i], "y", true),
    );
    ctx.lineTo(
      plot.valToPos(view.exitAt[i], "x", true),
      plot.valToPos(view.exitPrice[i], "y", true),
    );
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

/** A triangle whose tip is the fill: from below when bought, from above when sold. */
function drawMark(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  side: number,
): void {
  const size = 5 * devicePixelRatio;
  const way = side > 0 ? 1 : -1;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - size, y + way * size * 1.8);
  ctx.lineTo(x + size, y + way * size * 1.8);
  ctx.closePath();
  ctx.fillStyle = colorOf(side > 0 ? "buy" : "sell");
  ctx.fill();
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeStyle = colorOf("panel");
  ctx.stroke();
}

/** A strip along the bottom: as high as there are fills in that piece of time. */
function drawDensity(
  plot: uPlot,
  { fillAt }: View,
  shown: readonly number[],
): void {
  const { ctx, bbox } = plot;
  const step = 3 * devicePixelRatio;
  const counts = new Float64Array(Math.ceil(bbox.width / step) + 1);
  for (const i of shown) {
    const x = plot.valToPos(fillAt[i], "x", true) - bbox.left;
    counts[Math.floor(x / step)]++;
  }
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const height = bbox.height * 0.14;
  ctx.fillStyle = colorOf("accent", 0.55);
  for (const [i, n] of counts.entries()) {
    const h = height * n / most;
    ctx.fillRect(
      bbox.left + i * step,
      bbox.top + bbox.height - h,
      step - devicePixelRatio,
      h,
    );
  }
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = "right";
  const fills = shown.length.toLocaleString("en-US");
  const text = `${fills} fills: zoom in to see each`;
  const right = bbox.left + bbox.width - 6 * devicePixelRatio;
  const base = bbox.top + 14 * devicePixelRatio;
  const width = ctx.measureText(text).width;
  ctx.fillStyle = colorOf("panel", 0.85);
  ctx.fillRect(right - width, bbox.top, width, 18 * devicePixelRatio);
  ctx.fillStyle = colorOf("muted");
  ctx.fillText(text, right, base, bbox.width - 12 * devicePixelRatio);
}
