import type { Column } from "../column.ts";
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

function column(name: string, values: readonly unknown[]): Column {
  return values.every((value) => value === null || typeof value === "number")
    ? numbers(name, values as (number | null)[])
    : texts(name, values.map((value) => value === null ? "" : String(value)));
}

function whole(name: string, values: readonly number[]): Column {
  return { name, type: "id", data: BigInt64Array.from(values, BigInt) };
}

function numbers(name: string, values: readonly (number | null)[]): Column {
  const missing = Uint8Array.from(values, (value) => value === null ? 1 : 0);
  return {
    name,
    type: "number?",
    data: Float64Array.from(values, (value) => value ?? 0),
    missing: missing.includes(1) ? missing : null,
  };
}

function texts(name: string, values: readonly string[]): Column {
  const labels = [...new Set(values)];
  const codes = new Map(labels.map((label, code) => [label, code]));
  return {
    name,
    type: "text",
    codes: Float64Array.from(values, (value) => codes.get(value) ?? 0),
    labels,
  };
}
