import type { z } from "zod";
import type { Issue, IssueCode } from "../contract/mod.ts";
import { expected } from "./expected.ts";
import type { Path } from "./places.ts";
import { nearest } from "../contract/suggest.ts";

/**
 * A schema's own check may say more than "bad value": a custom issue with
 * these `params` becomes an issue with exactly this code and message.
 */
export interface CheckParams {
  readonly code: IssueCode;
  readonly message: string;
  readonly hint?: string;
}

export interface CheckOptions {
  /** Where the value stands in the document. */
  readonly path: Path;
  /** Keys beside the schema's own that may be meant by a mistyped one. */
  readonly known?: readonly string[];
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Checks a plain value against a schema; problems come back as issues. */
export function check<T>(
  schema: z.ZodType<T>,
  value: unknown,
  options: CheckOptions,
): Checked<T> {
  const result = schema.safeParse(value, { error: phraseOf });
  if (result.success) return { ok: true, value: result.data };
  const issues = translate(result.error.issues, {
    ...options,
    value,
    path: options.path,
  });
  return { ok: false, issues: withoutEchoes(issues) };
}

/** An unknown key among known ones. */
export function unknownKey(
  key: string,
  options: { path: Path; known: readonly string[] },
): Issue {
  const best = nearest(key, options.known);
  return {
    code: "unknown_key",
    path: [...options.path, key],
    message: `Cannot use the key ${JSON.stringify(key)}: known keys are ${
      options.known.join(", ") || "none"
    }`,
    ...(best === undefined ? {} : { hint: `did you mean "${best}"?` }),
  };
}

/** A value as messages show it: short, on one line. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) {
    return value.length === 0 ? "an empty list" : "a list";
  }
  if (typeof value === "object") return "a mapping";
  const text = typeof value === "string"
    ? JSON.stringify(value)
    : String(value);
  return text.length > 60 ? text.slice(0, 59) + "…" : text;
}

/** The last keys of a path, as messages name them: `"from[1]"`. */
export function nameOf(path: Path): string {
  let name = "";
  for (let at = path.length - 1; at >= 0; at--) {
    const key = path[at];
    if (typeof key === "string") return `"${key}${name}"`;
    name = `[${key}]${name}`;
  }
  return name === "" ? "the file" : `"${name}"`;
}

interface Context extends CheckOptions {
  readonly value: unknown;
}

function phraseOf(raw: z.core.$ZodRawIssue): string {
  const schema = raw.schema ?? raw.inst as z.core.$ZodType | undefined;
  if (raw.code === "unrecognized_keys") return knownKeys(schema).join("\n");
  return schema === undefined ? "another value" : expected(schema);
}

function knownKeys(schema: z.core.$ZodType | undefined): string[] {
  const def = (schema as z.core.$ZodTypes | undefined)?._zod.def;
  return def?.type === "object" ? Object.keys(def.shape) : [];
}

function translate(
  found: readonly z.core.$ZodIssue[],
  context: Context,
): Issue[] {
  return found.flatMap((issue) => translateOne(issue, context));
}

function translateOne(issue: z.core.$ZodIssue, context: Context): Issue[] {
  const inner = issue.path as Path;
  const path = [...context.path, ...inner];
  const value = valueAt(context.value, inner);
  switch (issue.code) {
    case "unrecognized_keys": {
      const own = issue.message === "" ? [] : issue.message.split("\n");
      const extra = inner.length === 0 ? context.known ?? [] : [];
      const known = [...extra, ...own];
      return issue.keys.map((key) => unknownKey(key, { path, known }));
    }
    case "invalid_union": {
      const branch = value === undefined
        ? undefined
        : fittingBranch(issue, value);
      if (branch !== undefined) {
        const depth = path.length;
        return translate(branch, { path, value }).map((one) =>
          one.path.length > depth || one.code !== "bad_value" ? one : {
            ...one,
            ...valueIssue(path, value, issue.message, true),
          }
        );
      }
      return [valueIssue(path, value, issue.message, fits(issue, value))];
    }
    case "invalid_key":
      return [{
        code: "bad_value",
        path,
        message: `Cannot use the key ${JSON.stringify(inner.at(-1))} as ${
          issue.issues[0]?.message ?? issue.message
        }`,
        atKey: true,
      } as KeyedIssue];
    case "custom": {
      const params = issue.params as CheckParams | undefined;
      if (params?.code !== undefined) return [{ ...params, path }];
      return [valueIssue(path, value, issue.message, true)];
    }
    case "invalid_type":
      if (issue.expected === "int" && typeof value === "number") {
        return [valueIssue(path, value, issue.message, true)];
      }
      return [valueIssue(path, value, issue.message, false)];
    case "invalid_value": {
      const fitting = issue.values.some((one) => typeof one === typeof value);
      const made = valueIssue(path, value, issue.message, fitting);
      const best = typeof value === "string"
        ? nearest(value, issue.values.map(String))
        : undefined;
      const hint = best === undefined ? {} : {
        hint: `did you mean "${best}"?`,
      };
      return [{ ...made, ...hint }];
    }
    default:
      return [valueIssue(path, value, issue.message, true)];
  }
}

/** Marks an issue whose value is fine but whose key is not. */
export type KeyedIssue = Issue & { readonly atKey?: true };

function valueIssue(
  path: Path,
  value: unknown,
  phrase: string,
  fits: boolean,
): Issue {
  const name = nameOf(path);
  if (value === undefined) {
    const message = `Cannot leave out ${name}: it takes ${phrase}`;
    return { code: "missing_key", path, message };
  }
  const code = fits ? "bad_value" : "wrong_type";
  const message = `Cannot read ${name} as ${phrase}: current value is ${
    show(value)
  }`;
  return { code, path, message };
}

/** The only branch of a union that takes values of this type, if there is one. */
function fittingBranch(
  issue: z.core.$ZodIssueInvalidUnion,
  value: unknown,
): readonly z.core.$ZodIssue[] | undefined {
  const fitting = issue.errors.filter((branch) => fitsBranch(branch, value));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function fits(issue: z.core.$ZodIssueInvalidUnion, value: unknown): boolean {
  return issue.errors.some((branch) => fitsBranch(branch, value));
}

function fitsBranch(
  branch: readonly z.core.$ZodIssue[],
  value: unknown,
): boolean {
  return branch.every((issue) => {
    if (issue.path.length > 0) return true;
    switch (issue.code) {
      case "invalid_type":
        return issue.expected === "int" && typeof value === "number";
      case "invalid_value":
        return issue.values.some((one) => typeof one === typeof value);
      case "invalid_union":
        return fits(issue, value);
      default:
        return true;
    }
  });
}

function valueAt(value: unknown, path: Path): unknown {
  let node = value;
  for (const key of path) {
    if (typeof node !== "object" || node === null) return undefined;
    if (!Object.hasOwn(node, key)) return undefined;
    node = (node as Record<string | number, unknown>)[key];
  }
  return node;
}

/** A key that is missing only because it was mistyped is one mistake, not two. */
function withoutEchoes(issues: readonly Issue[]): Issue[] {
  const meant = new Set<string>();
  for (const { code, path, hint } of issues) {
    const word = code === "unknown_key" && /"(.*)"/.exec(hint ?? "")?.[1];
    if (word) meant.add(JSON.stringify([...path.slice(0, -1), word]));
  }
  return issues.filter((issue) =>
    issue.code !== "missing_key" || !meant.has(JSON.stringify(issue.path))
  );
}
