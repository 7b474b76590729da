import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { closureOf } from "../module_closure.ts";

/** A file of a strategy's own code, by its name within the folder. */
export interface CodeFile {
  readonly name: string;
  readonly text: string;
}

/** SHA-256 over a strategy's own files. */
export function hashCode(files: readonly CodeFile[]): string {
  const hash = createHash("sha256");
  for (const { name, text } of files) hash.update(`${name}\n${text}\n`);
  return hash.digest("hex");
}

/**
 * Whether a strategy's own code names `account`, comments and texts left out:
 * without the name it cannot look at it, and cash need not be in its state.
 */
export function mentionsAccount(files: readonly CodeFile[]): boolean {
  return files.some(({ text }) => /\baccount\b/.test(codeOf(text)));
}

/**
 * A strategy's module and what it imports from its own folder, scripts and JSON;
 * what lies elsewhere comes with the version of Breakwater.
 *
 * @param url the module's URL
 */
export function ownFiles(url: string): CodeFile[] {
  const path = fileURLToPath(url);
  const folder = dirname(path);
  return [...closureOf(path, { within: folder })].map(({ path, text }) => ({
    name: path.slice(folder.length),
    text,
  }));
}

/** A script without its comments and quoted texts. */
function codeOf(text: string): string {
  return text.replaceAll(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g,
    " ",
  );
}
