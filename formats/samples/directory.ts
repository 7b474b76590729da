import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Written last: a directory that holds it holds the whole sample. */
export const MARKER = "SAMPLE.md";
/** Written first and removed at the end: says that files without a marker are ours. */
const MAKING = ".making";
const STALE_MS = 3600_000;

/**
 * Makes `directory` ready for a sample of `names`, and nothing else: a sample
 * never mixes with other data and never replaces any.
 *
 * @throws Error with code `store_write` when the directory holds anything else.
 */
export async function claim(
  directory: string,
  names: readonly string[],
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const entries = await readdir(directory);
  const foreign = entries.filter((name) =>
    !name.startsWith(".") && name !== MARKER && !names.includes(name)
  );
  const ours = entries.includes(MARKER) || entries.includes(MAKING);
  const taken = ours
    ? foreign
    : entries.filter((name) => !name.startsWith("."));
  if (taken.length > 0) {
    const more = taken.length > 1 ? ` and ${taken.length - 1} more` : "";
    throw Object.assign(
      new Error(
        `Cannot make a sample in ${directory}: current value is a directory that holds ${
          taken[0]
        }${more}`,
      ),
      {
        code: "store_write",
        hint:
          "a sample needs a directory of its own: move these files elsewhere",
      },
    );
  }
  await writeFile(join(directory, MAKING), "");
  await rm(join(directory, MARKER), { force: true });
  await removeStale(directory, entries);
}

/** Declares the sample whole. */
export async function seal(directory: string, marker: string): Promise<void> {
  await writeWhole(directory, MARKER, new TextEncoder().encode(marker));
  await rm(join(directory, MAKING), { force: true });
}

/** True when the sample in `directory` was made to its end and no file of it is gone. */
export async function isWhole(
  directory: string,
  names: readonly string[],
): Promise<boolean> {
  try {
    const entries = new Set(await readdir(directory));
    return entries.has(MARKER) && names.every((name) => entries.has(name));
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return false;
    throw error;
  }
}

/** What a directory holds of a sample. */
export type SampleState =
  /** Made to its end, and no file of it is gone. */
  | "whole"
  /** Begun, or damaged since. */
  | "unfinished"
  /** Nothing of a sample: nothing at all, or somebody's own files. */
  | "absent";

export async function stateOf(
  directory: string,
  names: readonly string[],
): Promise<SampleState> {
  if (await isWhole(directory, names)) return "whole";
  const begun = await Promise.all(
    [MARKER, MAKING].map((name) =>
      stat(join(directory, name)).then(() => true, () => false)
    ),
  );
  return begun.includes(true) ? "unfinished" : "absent";
}

/** The file appears under its name with all of its bytes, or not at all. */
export async function writeWhole(
  directory: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const temporary = join(directory, `.${name}.${crypto.randomUUID()}.tmp`);
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, join(directory, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** What a killed process left; younger ones may belong to one that still runs. */
async function removeStale(
  directory: string,
  entries: readonly string[],
): Promise<void> {
  for (const name of entries) {
    if (!name.startsWith(".") || !name.endsWith(".tmp")) continue;
    const path = join(directory, name);
    const info = await stat(path).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > STALE_MS) {
      await rm(path, { force: true });
    }
  }
}
