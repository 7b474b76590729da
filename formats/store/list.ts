import { join } from "node:path";
import { FormatError } from "../error.ts";
import type { SourceFile, TableManifest } from "../table.ts";
import { isTemporary } from "./making.ts";
import { MANIFEST, readManifest } from "./manifest.ts";

/** One table of a store, or what stands in the place of one. */
export interface ListedTable {
  readonly key: string;
  readonly directory: string;
  /** Null: it cannot be read; `problem` says why. */
  readonly manifest: TableManifest | null;
  readonly problem: string | null;
  /** Of all its files. */
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly made: number | null;
  /** When a run last asked for it. */
  readonly used: number | null;
  /** Source files that are no longer there. */
  readonly gone: readonly SourceFile[];
}

/** All tables of a store, by key. A store that is not there has none. */
export function listTables(store: string): ListedTable[] {
  return directoriesOf(store).filter((name) => !isTemporary(name))
    .map((key) => tableOf(join(store, key), key));
}

/** Notes that a run uses a table, as its directory's time of change. */
export function markUsed(directory: string): void {
  try {
    const now = new Date();
    Deno.utimeSync(directory, now, now);
  } catch {
    // A store that may not be written serves all the same.
  }
}

function tableOf(directory: string, key: string): ListedTable {
  const common = {
    key,
    directory,
    bytes: sizeOf(directory),
    made: changed(join(directory, MANIFEST)),
    used: changed(directory),
  };
  try {
    const manifest = readManifest(directory);
    const gone = manifest.source.files.filter(({ path }) =>
      changed(path) === null
    );
    return { ...common, manifest, problem: null, gone };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { ...common, manifest: null, problem: error.message, gone: [] };
  }
}

function directoriesOf(store: string): string[] {
  try {
    return [...Deno.readDirSync(store)].filter((entry) => entry.isDirectory)
      .map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function sizeOf(directory: string): number {
  let bytes = 0;
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    const path = join(directory, name);
    bytes += isDirectory ? sizeOf(path) : Deno.statSync(path).size;
  }
  return bytes;
}

function changed(path: string): number | null {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
