import { type ParamSpec, randomAt, resolveParams } from "../../engine/host.ts";
import type { StageIssue } from "../../pipeline/contract/mod.ts";
import { didYouMean } from "../../pipeline/contract/suggest.ts";
import { Expression } from "./expression.ts";
import { sobol, SOBOL_DIMENSIONS } from "./sobol.ts";
import {
  countOf,
  isRange,
  rangeProblem,
  type Scalar,
  valueAt,
  type Values,
  valuesOf,
} from "./values.ts";

/** What a worker's `sweep` says of the sets. */
export interface SweepSets {
  readonly method: "grid" | "list" | "random" | "sobol";
  readonly params?: Readonly<Record<string, Values>> | undefined;
  readonly sets?: readonly ParamSet[] | undefined;
  readonly samples?: number | undefined;
  readonly where?: string | undefined;
}

/** Values of the parameters that a sweep varies. */
export type ParamSet = Readonly<Record<string, Scalar>>;

export interface Expanded {
  readonly sets: readonly ParamSet[];
  /** Paths count from the stage's mapping. */
  readonly issues: readonly StageIssue[];
}

/** More sets than that are refused. */
export const MOST_SETS = 10_000;
const SAMPLES = 64;
/** Draws for each sample that `where` may turn away. */
const PATIENCE = 1000;

export interface ExpandOptions {
  /** The strategy's parameters. */
  readonly specs: Readonly<Record<string, ParamSpec>>;
  /** What the worker's `params` give. */
  readonly base: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/** Works out the sets of a sweep, in their order, or what is wrong with it. */
export function expandSets(sweep: SweepSets, options: ExpandOptions): Expanded {
  const { specs, base } = options;
  const issues = shapeIssues(sweep, specs);
  const where = sweep.where === undefined
    ? null
    : Expression.read(sweep.where, Object.keys(specs));
  if (where !== null && !(where instanceof Expression)) {
    issues.push({
      code: "bad_value",
      path: ["sweep", "where"],
      message: `Cannot read "where": current value is ${
        JSON.stringify(sweep.where)
      }, ${where.message}`,
      ...(where.name ? didYouMean(where.name, Object.keys(specs)) : {}),
    });
  }
  if (issues.length > 0) return { sets: [], issues };
  const defaults = resolveParams(specs, base).values;
  const fits = (set: ParamSet) =>
    !(where instanceof Expression) ||
    where.of({ ...defaults, ...set }) === true;
  const tried = triedBy(sweep, options);
  if (typeof tried === "number") return tooMany(tried);
  const sets = sweep.method === "grid" || sweep.method === "list"
    ? [...tried].filter(fits)
    : sampled(tried, fits, sweep.samples ?? SAMPLES);
  if (sets.length === 0) return none(sweep);
  return sets.length > MOST_SETS ? tooMany(sets.length) : { sets, issues };
}

/** The sets before `where`, as far as they are asked for; or how many too many. */
function triedBy(
  sweep: SweepSets,
  { specs, seed }: ExpandOptions,
): Iterable<ParamSet> | number {
  const { method, params = {}, sets = [] } = sweep;
  if (method === "list") return sets;
  if (method === "grid") {
    const most = Object.values(params).reduce((n, v) => n * countOf(v), 1);
    return most > 100 * MOST_SETS ? most : gridOf(params, specs);
  }
  const names = Object.keys(params);
  const at = (point: readonly number[]) =>
    Object.fromEntries(
      names.map((name, d) => [
        name,
        valueAt(params[name], specs[name], point[d]),
      ]),
    );
  return method === "random"
    ? mapped(randomPoints(names.length, seed), at)
    : mapped(
      sobol(
        names.length,
        names.map((_, d) => Math.floor(randomAt(seed, d, 0) * 2 ** 32)),
      ),
      at,
    );
}

function* gridOf(
  params: Readonly<Record<string, Values>>,
  specs: Readonly<Record<string, ParamSpec>>,
): Generator<ParamSet> {
  const [first, ...rest] = Object.keys(params);
  if (first === undefined) {
    yield {};
    return;
  }
  const others = Object.fromEntries(rest.map((name) => [name, params[name]]));
  for (const value of valuesOf(params[first], specs[first])) {
    for (const set of gridOf(others, specs)) yield { [first]: value, ...set };
  }
}

function* randomPoints(
  dimensions: number,
  seed: number,
): Generator<number[]> {
  for (let key = 0;; key++) {
    yield Array.from(
      { length: dimensions },
      (_, d) => randomAt(seed, key, d),
    );
  }
}

function* mapped<A, B>(
  items: Iterable<A>,
  map: (item: A) => B,
): Generator<B> {
  for (const item of items) yield map(item);
}

/** The first so many that fit, each once. */
function sampled(
  tried: Iterable<ParamSet>,
  fits: (set: ParamSet) => boolean,
  samples: number,
): ParamSet[] {
  const found = new Map<string, ParamSet>();
  let left = samples * PATIENCE;
  for (const set of tried) {
    if (fits(set)) found.set(JSON.stringify(set), set);
    if (found.size === samples || --left === 0) break;
  }
  return [...found.values()];
}

function shapeIssues(
  { method, params, sets, samples }: SweepSets,
  specs: Readonly<Record<string, ParamSpec>>,
): StageIssue[] {
  const issues: StageIssue[] = [];
  const refuse = (key: string, message: string) =>
    issues.push({ code: "bad_value", path: ["sweep", key], message });
  const needed = method === "list" ? "sets" : "params";
  const given = method === "list" ? sets : params;
  if (given === undefined) {
    issues.push({
      code: "missing_key",
      path: ["sweep", needed],
      message: `Cannot leave out "${needed}": a sweep by ${method} needs it`,
    });
  }
  const other = method === "list" ? "params" : "sets";
  if ((method === "list" ? params : sets) !== undefined) {
    refuse(other, `Cannot use "${other}": the sweep's method is ${method}`);
  }
  if (samples !== undefined && method !== "random" && method !== "sobol") {
    refuse("samples", `Cannot use "samples": the sweep's method is ${method}`);
  }
  if (samples !== undefined && samples > MOST_SETS) {
    refuse(
      "samples",
      `Cannot sweep that many sets: current value is ${samples}, the most is ${MOST_SETS}`,
    );
  }
  const count = Object.keys(params ?? {}).length;
  if (method === "sobol" && count > SOBOL_DIMENSIONS) {
    refuse(
      "params",
      `Cannot sweep ${count} parameters by sobol: the most is ${SOBOL_DIMENSIONS}`,
    );
  }
  for (const [name, values] of Object.entries(params ?? {})) {
    const path = ["sweep", "params", name];
    issues.push(...valueIssues(name, values, specs, path, method === "grid"));
  }
  for (const [i, set] of (sets ?? []).entries()) {
    for (const [name, value] of Object.entries(set)) {
      const path = ["sweep", "sets", i, name];
      issues.push(...valueIssues(name, [value], specs, path, false));
    }
  }
  return issues;
}

function valueIssues(
  name: string,
  values: Values,
  specs: Readonly<Record<string, ParamSpec>>,
  path: readonly (string | number)[],
  grid: boolean,
): StageIssue[] {
  const known = Object.keys(specs);
  if (!known.includes(name)) {
    return [{
      code: "bad_param",
      path,
      message: `Cannot sweep ${name}: the strategy has ${
        known.join(", ") || "no parameters"
      }`,
      ...didYouMean(name, known),
    }];
  }
  const spec = specs[name];
  const bad = (message: string): StageIssue[] => [
    { code: "bad_value", path, message: `Cannot sweep ${name}: ${message}` },
  ];
  if (isRange(values)) {
    if (spec.type !== "int" && spec.type !== "float") {
      return bad(`it is no number, so it needs a list of values`);
    }
    const problem = rangeProblem(values, grid);
    if (problem !== undefined) return bad(problem);
    if (
      spec.type === "int" &&
      ![values.from, values.to, values.step ?? 1].every(Number.isInteger)
    ) return bad("it is a whole number, so its ends and its step must be, too");
  }
  const tried = isRange(values) ? [values.from, values.to] : values;
  return tried.flatMap((value, i) =>
    resolveParams({ [name]: spec }, { [name]: value }).issues.map((issue) => ({
      code: issue.code,
      path: isRange(values) ? [...path, i === 0 ? "from" : "to"] : path,
      message: issue.message,
    }))
  );
}

function none({ where, method }: SweepSets): Expanded {
  return {
    sets: [],
    issues: [{
      code: "bad_value",
      path: where === undefined ? ["sweep"] : ["sweep", "where"],
      message: where === undefined
        ? `Cannot sweep nothing: the ${method} holds no set`
        : `Cannot sweep nothing: no set fits ${JSON.stringify(where)}`,
    }],
  };
}

function tooMany(sets: number): Expanded {
  return {
    sets: [],
    issues: [{
      code: "bad_value",
      path: ["sweep"],
      message:
        `Cannot sweep that many sets: current value is ${sets}, the most is ${MOST_SETS}`,
      hint: "take wider steps, or method: sobol with samples: 256",
    }],
  };
}
