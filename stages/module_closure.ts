import { readFileSync } from "node:fs";
import { resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A file of a module's own code. */
export interface ModuleFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

export interface ClosureOptions {
  /** Absolute path of a folder: what lies outside of it is not followed. */
  readonly within?: string;
}

/** `import … from`, `export … from`, `import "…"` and `import("…")`. */
const IMPORT =
  /\b(?:from|import)\s*\(?\s*(?:"(\.{1,2}\/[^"\n]+)"|'(\.{1,2}\/[^'\n]+)'|`(\.{1,2}\/[^`$\n]+)`)/g;

const SCRIPT = /\.[cm]?[jt]sx?$/;

/**
 * A module and every file that it imports by a relative path, directly or by
 * way of others: scripts and JSON, each once, in order of their paths. What is
 * not there is left out, since a comment may speak of it.
 *
 * @param path of the module, relative to the working directory or absolute
 */
export function closureOf(
  path: string,
  { within }: ClosureOptions = {},
): ModuleFile[] {
  const texts = new Map<string, string>();
  const waiting = [resolve(path)];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (texts.has(at)) continue;
    if (within !== undefined && !at.startsWith(within + sep)) continue;
    const text = textOf(at);
    if (text === undefined) continue;
    texts.set(at, text);
    if (!SCRIPT.test(at)) continue;
    for (const [, double, single, back] of text.matchAll(IMPORT)) {
      const target = targetOf(double ?? single ?? back, at);
      if (target !== undefined) waiting.push(target);
    }
  }
  return [...texts].map(([path, text]) => ({ path, text }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function targetOf(specifier: string, from: string): string | undefined {
  try {
    return fileURLToPath(new URL(specifier, pathToFileURL(from)));
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code, name } = error as { code?: string; name?: string };
    // What a Worker may not read, it cannot have imported either.
    const absent = ["ENOENT", "ENOTDIR", "EISDIR"].includes(code ?? "") ||
      name === "NotCapable";
    if (absent) return undefined;
    throw error;
  }
}
