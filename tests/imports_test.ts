import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";

/** A static or dynamic import of one file. */
interface Import {
  readonly specifier: string;
  /** Gone once types are stripped. */
  readonly typeOnly: boolean;
}

const ROOTS = [
  "engine",
  "formats",
  "pipeline",
  "stages",
  "strategies",
  "status",
  "report",
  "tests",
  "bench",
];

/** What files below a folder may import, besides npm and node: the longest prefix rules. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  "engine/": ["engine/"],
  "formats/": ["formats/"],
  "report/": ["report/", "engine/metrics/", "formats/store/"],
  "pipeline/contract/": ["pipeline/contract/"],
  "pipeline/": [
    "pipeline/contract/",
    "pipeline/spec/",
    "pipeline/graph/",
    "pipeline/plan/",
    "pipeline/link/",
  ],
  "pipeline/run/": ["pipeline/", "stages/", "deno.json"],
  "stages/": [
    "stages/",
    "engine/",
    "formats/",
    "report/",
    "pipeline/contract/",
    "pipeline/link/",
  ],
  "strategies/": ["engine/", "strategies/"],
  "main.ts": ["pipeline/"],
};

const FILES = sources();

Deno.test("imports run one way", () => {
  const wrong: string[] = [];
  for (const [file, text] of FILES) {
    const rule = Object.keys(RULES)
      .filter((prefix) => file.startsWith(prefix))
      .sort((a, b) => b.length - a.length)[0];
    if (rule === undefined) continue;
    for (const { specifier } of importsOf(text)) {
      const target = resolve(file, specifier);
      if (target === null) continue;
      if (RULES[rule].some((prefix) => target.startsWith(prefix))) continue;
      wrong.push(`${file} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("imports come from npm, from node or from a relative file", () => {
  const config = JSON.parse(readFileSync("deno.json", "utf8"));
  const packages = Object.keys(config.imports);
  const wrong: string[] = [];
  for (const [file, text] of FILES) {
    for (const { specifier } of importsOf(text)) {
      const known = resolve(file, specifier) !== null ||
        specifier.startsWith("node:") ||
        packages.some((name) =>
          specifier === name || specifier.startsWith(`${name}/`)
        );
      if (!known) wrong.push(`${file} imports ${specifier}`);
    }
  }
  assert.deepEqual(wrong, []);
  for (const value of Object.values(config.imports)) {
    assert.match(String(value), /^npm:/);
  }
});

Deno.test("no file imports itself by way of others", () => {
  const graph = new Map(
    [...FILES].map(([file, text]) => [
      file,
      importsOf(text)
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ specifier }) => resolve(file, specifier))
        .filter((target) => target !== null),
    ]),
  );
  assert.deepEqual(cycleIn(graph), []);
});

Deno.test("no file is longer than 1000 lines", () => {
  const long = [...FILES]
    .map(([file, text]) => ({ file, lines: text.split("\n").length }))
    .filter(({ lines }) => lines > 1000);
  assert.deepEqual(long, []);
});

Deno.test("the reader of imports sees every form", () => {
  const text = `
    import a from "./a.ts";
    import type { B } from "./b.ts";
    import { type C, type D } from "./c.ts";
    import { type E, f } from "./e.ts";
    import "./g.ts";
    export * from "./h.ts";
    export type { I } from "./i.ts";
    import {
      j,
      k,
    } from "./j.ts";
    const later = await import("./l.ts");
    import * as m from "npm:m";
    const text = "not from a file";
    // import n from "./n.ts";
    /* import o from "./o.ts"; */
  `;
  assert.deepEqual(importsOf(text), [
    { specifier: "./a.ts", typeOnly: false },
    { specifier: "./b.ts", typeOnly: true },
    { specifier: "./c.ts", typeOnly: true },
    { specifier: "./e.ts", typeOnly: false },
    { specifier: "./g.ts", typeOnly: false },
    { specifier: "./h.ts", typeOnly: false },
    { specifier: "./i.ts", typeOnly: true },
    { specifier: "./j.ts", typeOnly: false },
    { specifier: "./l.ts", typeOnly: false },
    { specifier: "npm:m", typeOnly: false },
  ]);
  const cycle = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]]);
  assert.deepEqual(cycleIn(cycle), ["b", "c", "b"]);
});

function sources(): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (directory: string) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (/\.tsx?$/.test(entry.name)) {
        found.set(path, readFileSync(path, "utf8"));
      }
    }
  };
  const present = new Set(readdirSync("."));
  for (const root of ROOTS) if (present.has(root)) visit(root);
  for (const name of present) {
    if (/\.tsx?$/.test(name)) found.set(name, readFileSync(name, "utf8"));
  }
  // The examples below are no imports of this file.
  found.delete("tests/imports_test.ts");
  return found;
}

/** Every import and re-export whose specifier is a literal, in order. */
function importsOf(text: string): Import[] {
  const code = text
    .replace(/^\s*\/\*[\s\S]*?\*\//gm, "")
    .replace(/^\s*\/\/.*$/gm, "");
  const pattern =
    /^\s*(?:import|export)\s+(type\s+)?([\w*{][^"'`;=]*?)\s*\bfrom\s+"([^"]+)"|^\s*import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;
  return [...code.matchAll(pattern)].map(
    ([, type, clause, from, bare, dynamic]) => ({
      specifier: from ?? bare ?? dynamic,
      typeOnly: type !== undefined ||
        (clause?.startsWith("{") === true && allTypes(clause)),
    }),
  );
}

function allTypes(clause: string): boolean {
  const names = clause.slice(1, clause.lastIndexOf("}")).split(",")
    .map((name) => name.trim()).filter((name) => name !== "");
  return names.length > 0 && names.every((name) => name.startsWith("type "));
}

/** Path from the root of the repository; null for a package. */
function resolve(file: string, specifier: string): string | null {
  if (!specifier.startsWith(".")) return null;
  return normalize(join(dirname(file), specifier));
}

/** The first cycle, its first file named again at the end; empty when none. */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] => {
    if (done.has(file)) return [];
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    path.push(file);
    for (const target of graph.get(file) ?? []) {
      const cycle = visit(target);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
