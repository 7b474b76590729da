import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  type YAMLMap,
} from "yaml";
import type { Issue, IssueCode } from "../contract/mod.ts";
import { type Path, type Places, SourceText, type Span } from "./places.ts";
import { syntaxIssues } from "./syntax.ts";
import { expandVariables, type Lookup } from "./variables.ts";

/** Bounds that no hand-written file reaches. */
export const LIMITS = {
  /** Characters of a file. */
  characters: 1 << 20,
  /** Values in all. */
  values: 100_000,
  /** Values that come from aliases. */
  aliased: 10_000,
  /** Levels of nesting. */
  depth: 64,
} as const;

export interface ReadOptions {
  readonly lookup: Lookup;
  readonly places: Places;
  /** Where the value stands in the document. */
  readonly path?: Path;
  /** The part of the text that is YAML; the rest is padding. */
  readonly start?: number;
  readonly key?: Span;
}

export interface Read {
  /** Plain data with own properties only; undefined when there is none. */
  readonly value: unknown;
  readonly issues: readonly Issue[];
  /** False when the text is no YAML, so that nothing can be said of its value. */
  readonly ok: boolean;
  /** Paths whose value is unknown because a variable was missing. */
  readonly unknown: readonly Path[];
}

/** Reads YAML to plain data, noting where each key and value was written. */
export function readYaml(source: SourceText, options: ReadOptions): Read {
  const base = options.path ?? [];
  if (source.text.length > LIMITS.characters) {
    return failed({
      code: "yaml_limit",
      path: base,
      message:
        `Cannot read a file of more than ${LIMITS.characters} characters: current length is ${source.text.length}`,
      position: source.position(0),
    });
  }
  const start = options.start ?? 0;
  let document: Document.Parsed;
  try {
    document = parseDocument(" ".repeat(start) + source.text.slice(start), {
      uniqueKeys: false,
      prettyErrors: false,
      // "silent" would let a second document pass.
      logLevel: "error",
    });
  } catch {
    return failed({
      code: "yaml_limit",
      path: base,
      message: "Cannot read YAML that is nested too deeply",
      position: source.position(start, source.text.length),
    });
  }
  const syntax = syntaxIssues(document, source);
  if (syntax.length > 0) {
    return { value: undefined, issues: syntax, ok: false, unknown: [] };
  }
  return new Reader(source, options).read(document.contents, base);
}

function failed(issue: Issue): Read {
  return { value: undefined, issues: [issue], ok: false, unknown: [] };
}

class Stop extends Error {}

class Reader {
  readonly #source: SourceText;
  readonly #options: ReadOptions;
  readonly #issues: Issue[] = [];
  readonly #unknown: Path[] = [];
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #values = 0;
  #aliased = 0;
  #insideAlias = 0;
  #outerAlias: Node | null = null;

  constructor(source: SourceText, options: ReadOptions) {
    this.#source = source;
    this.#options = options;
  }

  read(node: Node | null, base: Path): Read {
    try {
      const value = this.#value(node, base, this.#options.key);
      const ok = !this.#issues.some((issue) => issue.code === "yaml_syntax");
      return { value, issues: this.#issues, ok, unknown: this.#unknown };
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      return { value: undefined, issues: this.#issues, ok: false, unknown: [] };
    }
  }

  #value(written: Node | null, path: Path, key: Span | undefined): unknown {
    if (written === null) {
      this.#options.places.set(path, { key, collection: false });
      return null;
    }
    this.#count(written, path);
    const node = this.#resolve(written, path);
    if (node === undefined) return null;
    const aliased = node !== written;
    if (aliased && this.#insideAlias++ === 0) this.#outerAlias = written;
    this.#options.places.set(path, {
      key,
      value: isEmpty(node) && key ? undefined : this.#span(written),
      collection: !isScalar(node),
    });
    this.#open.add(node);
    let value: unknown = null;
    if (isMap(node)) value = this.#mapping(node, path);
    else if (isSeq(node)) {
      value = node.items.map((item, index) =>
        this.#value(item as Node | null, [...path, index], undefined)
      );
    } else if (isScalar(node)) value = this.#scalar(node, path);
    this.#open.delete(node);
    if (aliased) this.#insideAlias--;
    return value;
  }

  #mapping(node: YAMLMap, path: Path): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    const merged: Pair[] = [];
    for (const pair of node.items) {
      if (isMerge(pair)) merged.push(...this.#mergedPairs(pair, path));
      else this.#pair(pair, path, value, true);
    }
    for (const pair of merged) this.#pair(pair, path, value, false);
    return value;
  }

  #pair(
    pair: Pair,
    path: Path,
    into: Record<string, unknown>,
    strict: boolean,
  ): void {
    const keyNode = pair.key as Node | null;
    const span = this.#span(keyNode);
    if (!isScalar(keyNode) || keyNode.value === null) {
      this.#report("wrong_type", path, span, "Cannot read a key as text");
      return;
    }
    if (keyNode.anchor) this.#anchors.set(keyNode.anchor, keyNode);
    const key = String(keyNode.value);
    const at = [...path, key];
    if (key === "__proto__") {
      const message = `Cannot use the key ${JSON.stringify(key)}`;
      this.#report("unknown_key", at, span, message);
      return;
    }
    if (Object.hasOwn(into, key)) {
      if (!strict) return;
      const message = `Cannot set ${JSON.stringify(key)} twice`;
      this.#report("duplicate_key", at, span, message);
      return;
    }
    into[key] = this.#value(pair.value as Node | null, at, span);
  }

  #mergedPairs(pair: Pair, path: Path): Pair[] {
    const written = pair.value as Node | null;
    const node = written && this.#resolve(written, path);
    const sources = isSeq(node) ? node.items as Node[] : [node];
    const pairs: Pair[] = [];
    for (const source of sources) {
      const map = source && this.#resolve(source, path);
      if (isMap(map)) {
        this.#aliased += map.items.length;
        pairs.push(...map.items.filter((item) => !isMerge(item)));
        continue;
      }
      const message = "Cannot merge anything but mappings with <<";
      this.#report("wrong_type", path, this.#span(pair.key as Node), message);
    }
    return pairs;
  }

  #resolve(node: Node, path: Path): Node | undefined {
    if (!isAlias(node)) {
      if ("anchor" in node && typeof node.anchor === "string") {
        this.#anchors.set(node.anchor, node);
      }
      return node;
    }
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      const message = `Cannot find the anchor "&${node.source}"`;
      this.#report("yaml_syntax", path, this.#span(node), message);
      return undefined;
    }
    if (this.#open.has(target)) {
      const message = `Cannot expand "*${node.source}" inside itself`;
      this.#report("yaml_limit", path, this.#span(node), message);
      throw new Stop();
    }
    return target;
  }

  #scalar(node: Scalar, path: Path): unknown {
    if (typeof node.value === "bigint") return Number(node.value);
    if (typeof node.value !== "string") return node.value;
    const { value, missing } = expandVariables(node.value, {
      lookup: this.#options.lookup,
      plain: node.type === Scalar.PLAIN,
    });
    const range = node.range ?? [0, 0, 0];
    let from = range[0];
    for (const { name, written } of missing) {
      const found = this.#source.text.indexOf(written, from);
      const inside = found >= 0 && found < range[1];
      const start = inside ? found : range[0];
      const end = inside ? found + written.length : range[1];
      if (inside) from = end;
      const message =
        `Cannot expand \${${name}}: current value of ${name} is not set`;
      const span = { start, end, text: this.#source };
      const hint = `set it, or give a default: \${${name}:value}`;
      this.#report("missing_variable", path, span, message, hint);
    }
    if (missing.length > 0) this.#unknown.push(path);
    return value;
  }

  #count(node: Node, path: Path): void {
    if (this.#insideAlias > 0) this.#aliased++;
    this.#values++;
    const what = this.#aliased > LIMITS.aliased
      ? `more than ${LIMITS.aliased} values from aliases`
      : this.#values > LIMITS.values
      ? `more than ${LIMITS.values} values`
      : path.length > LIMITS.depth
      ? `more than ${LIMITS.depth} levels of nesting`
      : undefined;
    if (what === undefined) return;
    const message = `Cannot read ${what}`;
    const at = this.#insideAlias > 0 ? this.#outerAlias : node;
    this.#report("yaml_limit", path, this.#span(at), message);
    throw new Stop();
  }

  #span(node: Node | null): Span | undefined {
    if (!node?.range) return undefined;
    const [start, end] = node.range;
    return { start, end, text: this.#source };
  }

  #report(
    code: IssueCode,
    path: Path,
    span: Span | undefined,
    message: string,
    hint?: string,
  ): void {
    this.#issues.push({
      code,
      path,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(span
        ? { position: this.#source.position(span.start, span.end) }
        : {}),
    });
  }
}

function isEmpty(node: Node): boolean {
  return node.range?.[0] === node.range?.[1];
}

function isMerge(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.value === "<<" &&
    pair.key.type === Scalar.PLAIN;
}
