import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const IMPORT = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

/**
 * SHA-256 over a strategy's module and those that it imports from its own
 * folder; what lies elsewhere comes with the version of Breakwater.
 *
 * @param url the module's URL
 */
export function hashCode(url: string): string {
  const folder = dirname(fileURLToPath(url));
  const texts = new Map<string, string>();
  const visit = (path: string): void => {
    if (texts.has(path) || !path.startsWith(folder)) return;
    const text = readFileSync(path, "utf8");
    texts.set(path, text);
    for (const [, specifier] of text.matchAll(IMPORT)) {
      visit(fileURLToPath(new URL(specifier, `file://${path}`)));
    }
  };
  visit(fileURLToPath(url));
  const hash = createHash("sha256");
  for (const path of [...texts.keys()].sort()) {
    hash.update(`${path.slice(folder.length)}\n${texts.get(path)}\n`);
  }
  return hash.digest("hex");
}
