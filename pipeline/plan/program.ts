import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);

/** Folders whose code decides what a run gives. */
const FOLDERS = ["engine", "formats", "stages"];

/**
 * SHA-256 over the program itself: every TypeScript file of its engine, formats
 * and stages, and its version. Where it is installed changes nothing.
 */
export function programHash(root: URL = ROOT): string {
  const hash = createHash("sha256");
  const { version } = JSON.parse(
    readFileSync(new URL("deno.json", root), "utf8"),
  );
  hash.update(`${version}\n`);
  for (const folder of FOLDERS) {
    const url = new URL(`${folder}/`, root);
    const names = readdirSync(fileURLToPath(url), {
      recursive: true,
      encoding: "utf8",
    });
    for (const name of names.filter((name) => name.endsWith(".ts")).sort()) {
      const text = readFileSync(new URL(name, url), "utf8");
      hash.update(`${folder}/${name}:${text.length}\n${text}\n`);
    }
  }
  return hash.digest("hex");
}
