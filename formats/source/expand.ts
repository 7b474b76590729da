import { globSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { FormatError } from "../error.ts";
import type { SourceFile } from "../table.ts";

const MAGIC = /[*?{}[\]]/;
const LISTED = 8;

/**
 * The files behind a path or a glob (`*`, `**`, `?`, `{a,b}`), relative to the
 * working directory, sorted by path. Throws `source_not_found` when there is
 * none, and says what the directory holds instead.
 */
export function expandSource(source: string): SourceFile[] {
  const literal = fileAt(source);
  if (literal) return [literal];
  const paths = MAGIC.test(source) ? globSync(source) : [];
  const files: SourceFile[] = [];
  for (const path of new Set(paths)) {
    const file = fileAt(path);
    if (file) files.push(file);
  }
  if (files.length === 0) throw notFound(source);
  return files.sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

/** The file at a path; undefined when there is none. */
export function fileAt(path: string): SourceFile | undefined {
  const info = statOf(path);
  return info?.isFile
    ? {
      path: resolve(path),
      bytes: info.size,
      modified: info.mtime?.getTime() ?? 0,
    }
    : undefined;
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}

function notFound(source: string): FormatError {
  let directory = MAGIC.test(source)
    ? source.slice(0, source.search(MAGIC)).replace(/[^/]*$/, "") || "."
    : dirname(source);
  const info = statOf(source);
  if (info?.isDirectory) directory = source;
  while (!statOf(directory)?.isDirectory && directory !== dirname(directory)) {
    directory = dirname(directory);
  }
  return new FormatError({
    code: "source_not_found",
    message: `Cannot find the source: current value is ${source}`,
    file: source,
    hint: `${directory} holds ${contentsOf(directory)}${
      info?.isDirectory
        ? `; did you mean "${source.replace(/\/$/, "")}/*"?`
        : ""
    }`,
  });
}

function contentsOf(directory: string): string {
  let names: string[];
  try {
    names = [...Deno.readDirSync(directory)].map(({ name, isDirectory }) =>
      isDirectory ? `${basename(name)}/` : name
    );
  } catch {
    return "nothing that may be read";
  }
  if (names.length === 0) return "nothing";
  names.sort();
  const more = names.length - LISTED;
  return names.slice(0, LISTED).join(", ") +
    (more > 0 ? ` and ${more} more` : "");
}
