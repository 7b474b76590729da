import { isScalar, parseDocument } from "yaml";

/** Reads the environment; undefined when a variable is not set. */
export type Lookup = (name: string) => string | undefined;

const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?\}/g;

export interface Expanded {
  readonly value: unknown;
  /** References without a value: the name, and the text as written. */
  readonly missing: readonly { name: string; written: string }[];
}

/**
 * Expands `${VAR}` and `${VAR:default}`; `$${` stands for `${` itself.
 *
 * A plain scalar, or a quoted one that is a single reference and nothing
 * else, is read again as a number, a truth value or null when it looks so.
 */
export function expandVariables(
  text: string,
  options: { lookup: Lookup; plain: boolean },
): Expanded {
  if (!text.includes("${")) return { value: text, missing: [] };
  const missing: { name: string; written: string }[] = [];
  let references = 0;
  let literal = false;
  let rest = text.length;
  const value = text.replace(
    REFERENCE,
    (written: string, name?: string, fallback?: string) => {
      rest -= written.length;
      if (name === undefined) {
        literal = true;
        return "${";
      }
      references++;
      const found = options.lookup(name) ?? fallback;
      if (found === undefined) missing.push({ name, written });
      return found ?? "";
    },
  );
  const whole = references === 1 && rest === 0;
  if (references === 0 || literal || !(options.plain || whole)) {
    return { value, missing };
  }
  return { value: retype(value), missing };
}

/** Protects a text that is to be read by {@link expandVariables} again. */
export function escapeVariables(text: string): string {
  return text.replaceAll("${", () => "$${");
}

function retype(text: string): unknown {
  if (text === "" || text.length > 64) return text;
  const document = parseDocument(text, { logLevel: "silent" });
  const node = document.contents;
  if (document.errors.length > 0 || !isScalar(node)) return text;
  return typeof node.value === "string" ? text : node.value;
}
