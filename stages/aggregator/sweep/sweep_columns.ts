import type { Column } from "../column.ts";
import { column, numbers, texts, whole } from "./columns.ts";
import { errorText, type RankedRow } from "./leaderboard.ts";

/**
 * The columns of `sweep.parquet`, a row a set in the order of their rank: `rank`,
 * `set`, `param_…`, `objective`, the figures by name, `digest`, `error`.
 */
export function sweepColumns(rows: readonly RankedRow[]): Column[] {
  const names = [...new Set(rows.flatMap(({ params }) => Object.keys(params)))];
  const figures = rows.find((row) => row.figures !== null)?.figures ?? {};
  const numeric = Object.entries(figures)
    .filter(([, value]) => value === null || typeof value === "number")
    .map(([name]) => name);
  return [
    whole("rank", rows.map(({ rank }) => rank)),
    whole("set", rows.map(({ set }) => set)),
    ...names.map((name) =>
      column(`param_${name}`, rows.map(({ params }) => params[name] ?? null))
    ),
    numbers("objective", rows.map(({ objective }) => objective)),
    ...numeric.map((name) =>
      numbers(
        name,
        rows.map((row) => numberIn(row.figures, name)),
      )
    ),
    texts("digest", rows.map(({ digest }) => digest ?? "")),
    texts(
      "error",
      rows.map(({ fault }) => fault === null ? "" : errorText(fault)),
    ),
  ];
}

function numberIn(figures: object | null, name: string): number | null {
  const value = figures === null
    ? null
    : (figures as Record<string, unknown>)[name];
  return typeof value === "number" ? value : null;
}
