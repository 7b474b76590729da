/** One parameter of a strategy: its type, default and range. */
export type ParamSpec =
  | {
    readonly type: "int" | "float";
    readonly default: number;
    readonly min?: number;
    readonly max?: number;
  }
  | { readonly type: "bool"; readonly default: boolean }
  | {
    readonly type: "choice";
    readonly default: string;
    readonly choices: readonly string[];
  };

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

/** The values that a strategy's functions receive. */
export type ParamValues<P extends ParamSpecs> = {
  readonly [K in keyof P]: P[K] extends { type: "bool" } ? boolean
    : P[K] extends { type: "choice"; choices: readonly (infer C)[] } ? C
    : number;
};

interface Range {
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
}

/** Declares parameters: `param.int({ default: 50, min: 1 })`. */
export const param = {
  /** A whole number. */
  int: (range: Range) => ({ type: "int", ...range } as const),
  /** Any finite number. */
  float: (range: Range) => ({ type: "float", ...range } as const),
  /** `true` or `false`. */
  bool: (
    options: { readonly default: boolean },
  ) => ({ type: "bool", ...options } as const),
  /** One of several words. */
  choice: <const C extends readonly [string, ...string[]]>(
    choices: C,
    options?: { readonly default: C[number] },
  ) => ({
    type: "choice",
    choices,
    default: options?.default ?? choices[0],
  } as const),
};

export interface ParamIssue {
  readonly code: "bad_param";
  readonly param: string;
  readonly message: string;
}

/** Fills defaults in and checks ranges; every problem is reported. */
export function resolveParams(
  specs: ParamSpecs,
  given: Readonly<Record<string, unknown>>,
): { values: Readonly<Record<string, unknown>>; issues: ParamIssue[] } {
  const issues: ParamIssue[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = given[name] ?? spec.default;
    const problem = problemOf(spec, value);
    if (problem) {
      issues.push({
        code: "bad_param",
        param: name,
        message: `Cannot use parameter ${name}: current value is ${
          JSON.stringify(value)
        }, it must be ${problem}`,
      });
    }
    values[name] = value;
  }
  const known = Object.keys(specs);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    issues.push({
      code: "bad_param",
      param: name,
      message: `Cannot use parameter ${name}: the strategy has ${
        known.length === 0 ? "none" : known.join(", ")
      }`,
    });
  }
  return { values: Object.freeze(values), issues };
}

function problemOf(spec: ParamSpec, value: unknown): string | undefined {
  switch (spec.type) {
    case "bool":
      return typeof value === "boolean" ? undefined : "true or false";
    case "choice":
      return spec.choices.includes(value as string)
        ? undefined
        : `one of ${spec.choices.join(", ")}`;
    default: {
      const { min = -Infinity, max = Infinity } = spec;
      const fits = typeof value === "number" && Number.isFinite(value) &&
        (spec.type === "float" || Number.isInteger(value)) &&
        value >= min && value <= max;
      return fits ? undefined : rangeText(spec.type, min, max);
    }
  }
}

function rangeText(type: "int" | "float", min: number, max: number): string {
  const noun = type === "int" ? "a whole number" : "a number";
  if (min > -Infinity && max < Infinity) return `${noun} from ${min} to ${max}`;
  if (min > -Infinity) return `${noun} of at least ${min}`;
  if (max < Infinity) return `${noun} of at most ${max}`;
  return noun;
}
