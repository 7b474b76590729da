import type { RankedRow } from "./leaderboard.ts";

/** How the objective changes around the best set. */
export interface Stability {
  readonly neighbours: number;
  /** Of the neighbours' objectives. */
  readonly best: number;
  readonly median: number;
  readonly worst: number;
  /** Median over the best set's own; null unless that is above 0. */
  readonly kept: number | null;
}

/**
 * The sets next to the best one: those that differ in one parameter, by one
 * step among the values that the sweep has of it. Where there are none (random
 * sets), twice as many as there are parameters of those nearest, each parameter
 * by the rank of its value. Sets without an objective are left out.
 */
export function stabilityOf(rows: readonly RankedRow[]): Stability | null {
  const [best] = rows;
  const others = rows.slice(1).filter(({ objective }) => objective !== null);
  if (!best || best.objective === null || others.length === 0) return null;
  const names = Object.keys(best.params);
  const places = new Map(names.map((name) => [name, placesOf(name, rows)]));
  const at = (row: RankedRow) =>
    names.map((name) => places.get(name)?.get(row.params[name]) ?? 0);
  const own = at(best);
  const steps = others.map((row) => ({
    row,
    by: at(row).map((place, i) => Math.abs(place - own[i])),
  }));
  const sum = (by: readonly number[]) => by.reduce((a, b) => a + b, 0);
  const next = steps.filter(({ by }) => sum(by) === 1);
  const scale = names.map((name) =>
    Math.max(1, (places.get(name)?.size ?? 1) - 1)
  );
  const distance = (by: readonly number[]) =>
    Math.hypot(...by.map((step, i) => step / scale[i]));
  const near = next.length > 0
    ? next
    : steps.toSorted((a, b) => distance(a.by) - distance(b.by))
      .slice(0, 2 * names.length);
  const values = near.map(({ row }) => row.objective ?? NaN)
    .toSorted((a, b) => a - b);
  const median = medianOf(values);
  return {
    neighbours: values.length,
    best: values[values.length - 1],
    median,
    worst: values[0],
    kept: best.objective > 0 ? median / best.objective : null,
  };
}

/** The rank of each value that a parameter has in the sweep. */
function placesOf(
  name: string,
  rows: readonly RankedRow[],
): ReadonlyMap<unknown, number> {
  const values = [...new Set(rows.map(({ params }) => params[name]))];
  const sorted = values.every((value) => typeof value === "number")
    ? values.toSorted((a, b) => Number(a) - Number(b))
    : values;
  return new Map(sorted.map((value, i) => [value, i]));
}

export function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
}
