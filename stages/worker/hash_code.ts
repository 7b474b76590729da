import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { closureOf } from "../module_closure.ts";

/**
 * SHA-256 over a strategy's module and what it imports from its own folder,
 * scripts and JSON; what lies elsewhere comes with the version of Breakwater.
 *
 * @param url the module's URL
 */
export function hashCode(url: string): string {
  const path = fileURLToPath(url);
  const folder = dirname(path);
  const hash = createHash("sha256");
  for (const file of closureOf(path, { within: folder })) {
    hash.update(`${file.path.slice(folder.length)}\n${file.text}\n`);
  }
  return hash.digest("hex");
}
