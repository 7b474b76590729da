import type { Issue } from "../contract/mod.ts";
import {
  OVERRIDES_FILE,
  type Path,
  type Places,
  SourceText,
} from "./places.ts";
import { readYaml } from "./source.ts";
import type { Lookup } from "./variables.ts";

/** The overrides as one text, a line each, for messages that quote them. */
export function overridesText(set: readonly string[]): string {
  return set.join("\n");
}

export interface Overridden {
  readonly value: unknown;
  readonly issues: readonly Issue[];
  readonly unknown: readonly Path[];
  /** Paths whose value came from an override. */
  readonly replaced: readonly Path[];
}

/**
 * Applies `path=value` overrides to plain data, in order. A path is keys
 * joined with dots, list elements by their index; the value is YAML. Missing
 * mappings on the way are made.
 */
export function applyOverrides(
  root: unknown,
  options: { set: readonly string[]; places: Places; lookup: Lookup },
): Overridden {
  const issues: Issue[] = [];
  const unknown: Path[] = [];
  const replaced: Path[] = [];
  let value = root;
  let firstLine = 1;
  for (const text of options.set) {
    const source = new SourceText(OVERRIDES_FILE, text, firstLine);
    firstLine += text.split("\n").length;
    const target = parseTarget(source);
    if ("code" in target) {
      issues.push(target);
      continue;
    }
    const place = placeTarget(value ?? {}, target, source);
    if ("code" in place) {
      issues.push(place);
      continue;
    }
    if (value === undefined || value === null) value = {};
    options.places.drop(target.path);
    const key = spanOf(target, target.path.length - 1, source);
    const read = readYaml(source, {
      lookup: options.lookup,
      places: options.places,
      path: target.path,
      start: target.valueStart,
      key,
    });
    for (const issue of read.issues) {
      const code = issue.code === "yaml_syntax" ? "bad_override" : issue.code;
      issues.push({ ...issue, code, path: target.path });
    }
    unknown.push(...read.unknown);
    if (!read.ok) {
      unknown.push(target.path);
      continue;
    }
    replaced.push(target.path);
    assign(value as Tree, target, read.value, options.places, source);
  }
  return { value, issues, unknown, replaced };
}

type Tree = Record<string | number, unknown>;

interface Target {
  readonly path: readonly string[];
  /** Offset of each key in the text. */
  readonly starts: readonly number[];
  readonly valueStart: number;
}

function parseTarget(source: SourceText): Target | Issue {
  const { text } = source;
  const equals = text.indexOf("=");
  if (equals < 0) {
    return bad(
      source,
      0,
      text.length,
      `Cannot read an override without "=": current value is ${
        JSON.stringify(text)
      }`,
      "write it as path=value",
    );
  }
  const path = text.slice(0, equals).split(".");
  const starts: number[] = [];
  let at = 0;
  for (const key of path) {
    if (!/^[A-Za-z0-9_-]+$/.test(key) || key === "__proto__") {
      const message = `Cannot override a path with the key ${
        JSON.stringify(key)
      }`;
      return bad(source, at, at + key.length, message);
    }
    starts.push(at);
    at += key.length + 1;
  }
  return { path, starts, valueStart: equals + 1 };
}

/** Checks that the path can be walked, without changing anything. */
function placeTarget(
  root: unknown,
  target: Target,
  source: SourceText,
): Issue | { ok: true } {
  let node: unknown = root;
  for (let depth = 0; depth < target.path.length; depth++) {
    if (node === undefined || node === null) return { ok: true };
    const key = target.path[depth];
    const { start, end } = spanOf(target, depth, source);
    if (Array.isArray(node)) {
      if (!/^\d+$/.test(key) || Number(key) >= node.length) {
        const message =
          `Cannot override element ${key} of a list: current length is ${node.length}`;
        return bad(source, start, end, message);
      }
      node = node[Number(key)];
    } else if (typeof node === "object") {
      node = Object.hasOwn(node, key) ? (node as Tree)[key] : undefined;
    } else {
      const above = target.path.slice(0, depth).join(".");
      const message = `Cannot override a key of "${above}": current value is ${
        JSON.stringify(node)
      }`;
      return bad(source, start, end, message);
    }
  }
  return { ok: true };
}

function assign(
  root: Tree,
  target: Target,
  value: unknown,
  places: Places,
  source: SourceText,
): void {
  let node = root;
  const last = target.path.length - 1;
  for (let depth = 0; depth < last; depth++) {
    const key = target.path[depth];
    if (node[key] === undefined || node[key] === null) {
      node[key] = {};
      const span = spanOf(target, depth, source);
      const path = target.path.slice(0, depth + 1);
      places.set(path, { key: span, value: span, collection: true });
    }
    node = node[key] as Tree;
  }
  node[target.path[last]] = value;
}

function spanOf(target: Target, depth: number, source: SourceText) {
  const start = target.starts[depth];
  return { start, end: start + target.path[depth].length, text: source };
}

function bad(
  source: SourceText,
  start: number,
  end: number,
  message: string,
  hint?: string,
): Issue {
  return {
    code: "bad_override",
    path: [],
    message,
    position: source.position(start, end),
    ...(hint === undefined ? {} : { hint }),
  };
}
