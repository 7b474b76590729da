import { stripTypeScriptTypes } from "node:module";
import { parse } from "acorn";
import type { CodeFile } from "../hash_code.ts";
import type { Node } from "./node.ts";
import { changingClasses, type Finding, walkModule } from "./walk.ts";

/** A finding and where it is: lines and columns count from 1. */
export interface PlacedFinding extends Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Parses files that load, and gives the first finding for each name. */
export function findIn(
  files: readonly CodeFile[],
  sweeps = false,
): PlacedFinding[] {
  const parsed = files.flatMap(({ name, text }) => {
    const program = parseScript(text);
    return program === undefined ? [] : [{ name, text, program }];
  });
  const changing = new Set(
    parsed.flatMap(({ program }) => changingClasses(program)),
  );
  return parsed.flatMap(({ name, text, program }) => {
    const seen = new Set<string>();
    const all: PlacedFinding[] = [];
    for (const found of walkModule(program, changing, sweeps)) {
      const key = `${found.what} ${found.name}`;
      if (seen.has(key) || isScratch(found, text)) continue;
      seen.add(key);
      all.push({ ...found, file: name, ...placeOf(text, found.start) });
    }
    return all;
  });
}

/**
 * Types become blanks, so every place stays where it was. Code whose types
 * cannot just go (an enum) is left to the trial.
 */
function parseScript(text: string): Node | undefined {
  try {
    const script = stripTypeScriptTypes(text);
    return parse(script, {
      sourceType: "module",
      ecmaVersion: "latest",
    }) as unknown as Node;
  } catch {
    return undefined;
  }
}

/** Whether a comment beside the declaration says so, or on the line before. */
function isScratch({ what, declared }: Finding, text: string): boolean {
  if (what !== "content" || declared === undefined) return false;
  const { line } = placeOf(text, declared);
  const lines = text.split("\n");
  return [lines[line - 1], lines[line - 2] ?? ""].some((line) =>
    /(?:\/\/|\/\*|^\s*\*).*\bscratch\b/i.test(line)
  );
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: before[before.length - 1].length + 1 };
}
