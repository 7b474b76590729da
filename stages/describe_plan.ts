import type {
  PlanView,
  PreparedSlices,
  PreparedTable,
  PreparedWorker,
} from "./prepared.ts";
import { rowsIn } from "./prepared.ts";

/** A line for each stage of a plan, and the slices as far as they are known. */
export function describePlan({ stages }: PlanView): string[] {
  return stages.flatMap(({ id, kind, copies, prepared }) => {
    const workers = copies === 1 ? "1 worker" : `${copies} workers`;
    const head = `  ${id} (${kind}, ${workers})`;
    if (prepared === null) return [`${head}: waits for its ticks`];
    if (isTable(prepared)) return [`${head}: ${tableText(prepared)}`];
    if (isSlices(prepared)) return [`${head}:`, ...sliceTexts(prepared)];
    if (isWorker(prepared)) {
      const feeds = prepared.feeds.map(({ stage, columns }) =>
        `${stage} (${columns.join(", ")})`
      );
      return [`${head}: reads ${feeds.join(", ")}`];
    }
    return [head];
  });
}

function isTable(prepared: unknown): prepared is PreparedTable {
  return typeof prepared === "object" && prepared !== null &&
    "table" in prepared;
}

function isSlices(prepared: unknown): prepared is PreparedSlices {
  return typeof prepared === "object" && prepared !== null &&
    "slices" in prepared;
}

function isWorker(prepared: unknown): prepared is PreparedWorker {
  return typeof prepared === "object" && prepared !== null &&
    "strategy" in prepared;
}

function tableText({ table, instrument }: PreparedTable): string {
  return table === null
    ? `${instrument}, not in the store yet: a run makes it first`
    : `${instrument}, ${table.rows} rows in ${table.directory}`;
}

/** The first slices, and how many follow. */
function sliceTexts(
  { slices, sessions, empty, filtered }: PreparedSlices,
): string[] {
  const shown = slices.slice(0, 5).map(({ rows }, index) =>
    `    slice ${index}: ${
      rows.map((ranges) => rowsIn(ranges)).join(" + ")
    } rows`
  );
  const more = slices.length - shown.length;
  const out = filtered.reduce((a, b) => a + b, 0);
  return [
    `    ${slices.length} slices over ${sessions.length} sessions, ${out} rows outside sessions`,
    ...emptyTexts(empty).map((line) => `    ${line}`),
    ...shown,
    ...(more > 0 ? [`    … and ${more} more`] : []),
  ];
}

/** Sessions of which there is no data, the first few by date; nothing if none. */
export function emptyTexts(dates: readonly string[]): string[] {
  if (dates.length === 0) return [];
  const shown = dates.slice(0, 3).join(", ");
  const more = dates.length > 3 ? `, … and ${dates.length - 3} more` : "";
  const sessions = dates.length === 1
    ? "1 session"
    : `${dates.length} sessions`;
  return [`${sessions} without rows: ${shown}${more}`];
}
