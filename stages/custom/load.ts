import { createHash } from "node:crypto";
import { dirname, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { closureOf } from "../module_closure.ts";
import { isTransform, type Transform } from "./mod.ts";

/** @throws an error with code `module_failed` */
export async function loadTransform(path: string): Promise<Transform> {
  const url = pathToFileURL(resolve(path)).href;
  let module: { default?: unknown };
  try {
    module = await import(url);
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    throw moduleFailed(path, `Cannot load the stage: ${cause.message}`, cause);
  }
  if (!isTransform(module.default)) {
    throw moduleFailed(
      path,
      "Cannot use the module as a stage: its default export is no transform",
    );
  }
  return module.default;
}

/**
 * SHA-256 over the module and every file that it imports by a relative path,
 * in whatever folder. Where the whole lies on the disk changes nothing.
 */
export function hashModule(path: string): string {
  const folder = dirname(resolve(path));
  const hash = createHash("sha256");
  for (const file of closureOf(path)) {
    hash.update(`${relative(folder, file.path)}\n${file.text}\n`);
  }
  return hash.digest("hex");
}

function moduleFailed(file: string, message: string, cause?: Error): Error {
  return Object.assign(new Error(message, { cause }), {
    code: "module_failed",
    file,
    ...(cause?.stack === undefined ? {} : { stack: cause.stack }),
    ...(cause ? {} : { hint: "export default transform({ … })" }),
  });
}
