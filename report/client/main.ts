/// <reference lib="dom" />
import { drawBands } from "./bands_chart.ts";
import { drawBars } from "./bars_chart.ts";
import type { Data } from "./data.ts";
import { type Columns, decodeColumns } from "./decode.ts";
import { TimeGroup } from "./group.ts";
import { drawLines } from "./lines_chart.ts";
import { redrawAll } from "./plot.ts";
import { drawPrice } from "./price_chart.ts";
import { PagedTable } from "./table.ts";
import { startTheme } from "./theme.ts";
import { TradingTime } from "./trading_time.ts";

async function start(): Promise<void> {
  startTheme(redrawAll);
  const data = JSON.parse(textOf("data")) as Data;
  const columns = await decodeColumns(textOf("columns"), data.columns);
  const group = new TimeGroup(new TradingTime(data.origin, data.sessions));
  for (const bar of document.querySelectorAll<HTMLElement>(".controls")) {
    bar.hidden = false;
    group.addControls(bar);
  }
  for (const [id, chart] of Object.entries(data.charts)) {
    const place = document.getElementById(id);
    if (place === null) continue;
    if (chart.kind === "lines") drawLines(place, chart, columns, group);
    else if (chart.kind === "price") drawPrice(place, chart, columns, group);
    else if (chart.kind === "bars") drawBars(place, chart);
    else drawBands(place, chart, columns);
  }
  group.all();
  for (const id of Object.keys(data.tables)) {
    startTable(id, data, columns, group);
  }
  // uPlot draws once the task is over.
  requestAnimationFrame(() => document.documentElement.dataset.ready = "true");
}

function startTable(
  id: string,
  { tables, origin }: Data,
  columns: Columns,
  group: TimeGroup,
): void {
  const place = document.getElementById(id);
  if (place === null) return;
  const table = tables[id];
  new PagedTable(place, table, {
    columns,
    origin,
    show: (row) => {
      if (table.shows === undefined) return;
      const { chart, by, from, to } = table.shows;
      const begin = group.clock.at(columns(from)[row]);
      const end = group.clock.at(columns(to)[row]);
      const around = Math.max(0.25 * (end - begin), 1);
      group.show(begin - around, end + around);
      const target = document.getElementById(chart[columns(by)[row]]);
      target?.scrollIntoView({ block: "center" });
      target?.focus();
    },
  });
}

function textOf(id: string): string {
  return document.getElementById(id)?.textContent ?? "";
}

start();
