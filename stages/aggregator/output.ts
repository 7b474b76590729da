import { createHash } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Figures } from "./figures.ts";

/** 1 where a value is missing; null: none is. */
type Missing = Uint8Array | null;

/** A column of a file; with `?`, values may be missing. */
export type Column =
  | { name: string; type: "time" | "id"; data: BigInt64Array }
  | { name: string; type: "time?"; data: BigInt64Array; missing: Missing }
  | { name: string; type: "number"; data: Float64Array }
  | { name: string; type: "number?"; data: Float64Array; missing: Missing }
  /** Days since 1970-01-01. */
  | { name: string; type: "date"; data: Int32Array }
  | {
    name: string;
    type: "text";
    codes: Float64Array;
    labels: readonly string[];
  };

/** Columns of each file that a run leaves, by the name of the file. */
export type Tables = Readonly<Record<string, readonly Column[]>>;

/** SHA-256 over all tables and the figures: equal runs have equal digests. */
export function digestOf(tables: Tables, figures: Figures): string {
  const hash = createHash("sha256");
  for (const column of Object.values(tables).flat()) {
    const data = "codes" in column ? column.codes : column.data;
    hash.update(`${column.name}:${data.length}\n`);
    if ("codes" in column) hash.update(column.labels.join("\n"));
    const { buffer, byteOffset, byteLength } = data;
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  hash.update(JSON.stringify(figures));
  return hash.digest("hex");
}

/** Writes files by name; each appears whole, and none before all are written. */
export async function writeWhole(
  directory: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  const paths = Object.keys(files).map((name) => join(directory, name));
  try {
    await Promise.all(
      Object.values(files).map((bytes, i) =>
        writeFile(`${paths[i]}.part`, bytes)
      ),
    );
    for (const path of paths) await rename(`${path}.part`, path);
  } catch (error) {
    for (const path of paths) await rm(`${path}.part`, { force: true });
    throw error;
  }
}
