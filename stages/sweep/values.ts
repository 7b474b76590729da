import type { ParamSpec } from "../../engine/host.ts";

export type Scalar = number | boolean | string;

/** Values of a parameter from one end to the other. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** Between two values; for a logarithmic range there is `count`. */
  readonly step?: number | undefined;
  readonly count?: number | undefined;
  readonly scale?: "linear" | "log" | undefined;
}

/** What a sweep says of one parameter. */
export type Values = readonly Scalar[] | Range;

export function isRange(values: Values): values is Range {
  return !Array.isArray(values);
}

/** What is wrong with a range on its own; undefined when nothing is. */
export function rangeProblem(
  { from, to, step, count, scale }: Range,
  grid: boolean,
): string | undefined {
  if (!(to >= from)) return `it ends at ${to}, before it begins at ${from}`;
  if (scale === "log" && !(from > 0)) {
    return `a logarithmic range begins above 0, this one at ${from}`;
  }
  if (step !== undefined && (count !== undefined || scale === "log")) {
    return "it has a step, and a count or a logarithmic scale: take one";
  }
  if (grid && step === undefined && count === undefined) {
    return "a grid needs its step or its count";
  }
  return undefined;
}

/** How many values {@link valuesOf} gives at most. */
export function countOf(values: Values): number {
  if (!isRange(values)) return values.length;
  const { from, to, step, count } = values;
  return count ?? Math.floor((to - from) / (step ?? 1) + 1e-9) + 1;
}

/** All values, in order, each once. */
export function valuesOf(values: Values, spec: ParamSpec): Scalar[] {
  if (!isRange(values)) return [...new Set(values)];
  const count = countOf(values);
  const last = Math.max(1, count - 1);
  return [
    ...new Set(Array.from({ length: count }, (_, i) => {
      const { from, step } = values;
      if (step !== undefined) return fitted(from + i * step, spec);
      return fitted(between(values, i / last), spec);
    })),
  ];
}

/** The value at `u` of [0, 1): each part of a list or of whole numbers is as likely. */
export function valueAt(values: Values, spec: ParamSpec, u: number): Scalar {
  if (!isRange(values) || values.step !== undefined || values.count) {
    const all = valuesOf(values, spec);
    return all[Math.floor(u * all.length)];
  }
  const { from, to, scale } = values;
  if (spec.type !== "int") return fitted(between(values, u), spec);
  if (scale !== "log") return from + Math.floor(u * (to - from + 1));
  // From half a step before the first to half a step after the last.
  const ends = { from: Math.max(0.5, from - 0.5), to: to + 0.5, scale };
  const value = Math.round(between(ends, u));
  return Math.min(to, Math.max(from, value));
}

function between({ from, to, scale }: Range, u: number): number {
  return scale === "log"
    ? from * Math.pow(to / from, u)
    : from + u * (to - from);
}

/** Without what rounding leaves, so that 0.1 + 2 × 0.1 is 0.3. */
function fitted(value: number, spec: ParamSpec): number {
  return spec.type === "int"
    ? Math.round(value)
    : Number(value.toPrecision(12));
}
