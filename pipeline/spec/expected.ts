import type { z } from "zod";

/**
 * What a schema takes, as a phrase that completes "Cannot read X as …": its
 * own `error` text when it has one, else words made from its shape.
 */
export function expected(schema: z.core.$ZodType): string {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  const own = ownPhrase(def);
  if (own !== undefined) return own;
  switch (def.type) {
    case "string":
      return checkPhrase(def.checks) ?? "text";
    case "number":
      return numberPhrase(def);
    case "boolean":
      return "true or false";
    case "enum":
      return oneOf(Object.values(def.entries).map(String));
    case "literal":
      return oneOf(def.values.map(String));
    case "array":
      return `a list of ${expected(def.element)}`;
    case "object":
    case "record":
      return "a mapping";
    case "union":
      return [...new Set(def.options.map(expected))].join(", or ");
    case "pipe":
      return expected(def.in);
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "readonly":
      return expected(def.innerType);
    default:
      return def.type;
  }
}

function oneOf(words: readonly string[]): string {
  return words.length === 1 ? words[0] : `one of ${words.join(", ")}`;
}

function ownPhrase(def: z.core.$ZodTypeDef): string | undefined {
  return textOf(def.error);
}

function textOf(error: z.core.$ZodErrorMap<never> | undefined) {
  const own = (error as z.core.$ZodErrorMap | undefined)?.({
    code: "custom",
    input: undefined,
    message: "",
  } as z.core.$ZodRawIssue);
  return typeof own === "string" ? own : own?.message;
}

function checkPhrase(
  checks: readonly z.core.$ZodCheck<never>[] | undefined,
): string | undefined {
  for (const check of checks ?? []) {
    const text = textOf(check._zod.def.error);
    if (text !== undefined) return text;
  }
  const least = checks?.some((check) => check._zod.def.check === "min_length");
  return least ? "text that is not empty" : undefined;
}

function numberPhrase(def: z.core.$ZodNumberDef): string {
  let whole = "check" in def && def.check === "number_format";
  let least: string | undefined;
  let most: string | undefined;
  let range: readonly [number?, number?] = [];
  for (const check of def.checks ?? []) {
    const found = check._zod.def as z.core.$ZodCheckDef;
    if (found.check === "number_format") whole = true;
    if (found.check === "greater_than") {
      const { value, inclusive } = found as z.core.$ZodCheckGreaterThanDef;
      least = `${inclusive ? "of at least" : "above"} ${value}`;
      if (inclusive) range = [Number(value), range[1]];
    }
    if (found.check === "less_than") {
      const { value, inclusive } = found as z.core.$ZodCheckLessThanDef;
      most = `${inclusive ? "of at most" : "below"} ${value}`;
      if (inclusive) range = [range[0], Number(value)];
    }
  }
  const noun = whole ? "a whole number" : "a number";
  const [low, high] = range;
  if (low !== undefined && high !== undefined) {
    return `${noun} from ${low} to ${high}`;
  }
  return [noun, least, most].filter((word) => word !== undefined).join(" ");
}
