import { createHash } from "node:crypto";
import { join } from "node:path";
import { FormatError } from "../error.ts";
import {
  type Batch,
  BATCH_ROWS,
  type Partition,
  type TableManifest,
} from "../table.ts";

export const MANIFEST = "manifest.json";

/** SHA-256 over the checksums of all batches, in order. */
export function contentOf(partitions: readonly Partition[]): string {
  const hash = createHash("sha256");
  for (const { batches } of partitions) {
    for (const { rows, buffers } of batches) {
      hash.update(`${rows}:${buffers.map((place) => place.crc32).join(",")}\n`);
    }
  }
  return hash.digest("hex");
}

/** The error for a table that is not what its manifest says. */
export function corruptStore(
  { directory, file, offset, message, cause }: {
    directory: string;
    file: string;
    offset: number;
    message: string;
    cause?: unknown;
  },
): FormatError {
  return new FormatError({
    code: "corrupt_store",
    message,
    file,
    offset,
    hint: `delete the directory ${directory} and run again`,
    cause,
  });
}

/** Reads and checks `manifest.json` of a table. Throws `corrupt_store`. */
export function readManifest(directory: string): TableManifest {
  const file = join(directory, MANIFEST);
  const fail = (what: string, offset = 0, cause?: unknown) =>
    corruptStore({
      directory,
      file,
      offset,
      message: `Cannot read the manifest ${file}: ${what}`,
      cause,
    });
  let text: string;
  try {
    text = Deno.readTextFileSync(file);
  } catch (error) {
    throw fail("the file is missing or unreadable", 0, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fail("it is not JSON", jsonOffset(error, text), error);
  }
  const problem = problemOf(value);
  if (problem !== undefined) {
    const at = text.indexOf(`"${problem.key}"`);
    throw fail(problem.what, Math.max(0, at));
  }
  return value as TableManifest;
}

interface Problem {
  readonly key: string;
  readonly what: string;
}

function problemOf(value: unknown): Problem | undefined {
  const manifest = value as TableManifest;
  if (!isRecord(value)) return { key: "version", what: "it holds no object" };
  if (manifest.version !== 1) return wrong("version", manifest.version);
  if (typeof manifest.key !== "string") return wrong("key", manifest.key);
  if (typeof manifest.instrument !== "string") {
    return wrong("instrument", manifest.instrument);
  }
  if (
    !Array.isArray(manifest.columns) ||
    !manifest.columns.every((c) => typeof c === "string")
  ) {
    return wrong("columns", manifest.columns);
  }
  if (manifest.stamp !== "event" && manifest.stamp !== "close") {
    return wrong("stamp", manifest.stamp);
  }
  if (!isCount(manifest.rows)) return wrong("rows", manifest.rows);
  if (!isRecord(manifest.source)) return wrong("source", manifest.source);
  if (!isRecord(manifest.quality)) return wrong("quality", manifest.quality);
  if (!Array.isArray(manifest.partitions)) {
    return wrong("partitions", manifest.partitions);
  }
  return problemOfPartitions(manifest);
}

function problemOfPartitions(manifest: TableManifest): Problem | undefined {
  let row = 0;
  let last: bigint | undefined;
  for (const partition of manifest.partitions) {
    if (!isRecord(partition) || typeof partition.path !== "string") {
      return wrong("path", partition);
    }
    if (
      partition.path.split("/").includes("..") || partition.path.startsWith("/")
    ) {
      return wrong("path", partition.path);
    }
    if (!isCount(partition.bytes)) return wrong("bytes", partition.bytes);
    if (partition.first_row !== row) {
      return wrong("first_row", partition.first_row);
    }
    if (!Array.isArray(partition.batches)) {
      return wrong("batches", partition.batches);
    }
    for (const batch of partition.batches) {
      if (!isRecord(batch) || batch.row !== row) {
        return wrong("row", batch?.row);
      }
      const problem = problemOfBatch(
        batch,
        partition,
        manifest.columns.length + 1,
      );
      if (problem) return problem;
      const first = BigInt(batch.first);
      if (last !== undefined && first < last) {
        return wrong("first", batch.first);
      }
      last = BigInt(batch.last);
      if (last < first) return wrong("last", batch.last);
      row += batch.rows;
    }
    if (partition.rows !== row - partition.first_row) {
      return wrong("rows", partition.rows);
    }
  }
  if (row !== manifest.rows) return wrong("rows", manifest.rows);
  const first = manifest.partitions[0]?.batches[0]?.first ?? null;
  if (manifest.first !== first) return wrong("first", manifest.first);
  if (manifest.last !== (last === undefined ? null : String(last))) {
    return wrong("last", manifest.last);
  }
  if (manifest.content !== contentOf(manifest.partitions)) {
    return wrong("content", manifest.content);
  }
}

function problemOfBatch(
  batch: Batch,
  { bytes }: Partition,
  columns: number,
): Problem | undefined {
  if (!isCount(batch.rows) || batch.rows === 0 || batch.rows > BATCH_ROWS) {
    return wrong("rows", batch.rows);
  }
  if (!isTime(batch.first)) return wrong("first", batch.first);
  if (!isTime(batch.last)) return wrong("last", batch.last);
  if (!Array.isArray(batch.buffers) || batch.buffers.length !== columns) {
    return wrong("buffers", batch.buffers?.length);
  }
  for (const place of batch.buffers) {
    if (!isRecord(place) || !isCount(place.crc32)) {
      return wrong("crc32", place?.crc32);
    }
    if (place.bytes !== batch.rows * 8) return wrong("bytes", place.bytes);
    if (
      !isCount(place.offset) || place.offset % 8 !== 0 ||
      place.offset + place.bytes > bytes
    ) {
      return wrong("offset", place.offset);
    }
  }
}

function wrong(key: string, value: unknown): Problem {
  return {
    key,
    what: `current value of ${key} is ${JSON.stringify(value)?.slice(0, 80)}`,
  };
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && /^-?\d{1,19}$/.test(value);
}

function jsonOffset(error: unknown, text: string): number {
  const match = /position (\d+)/.exec(
    error instanceof Error ? error.message : "",
  );
  return match ? Number(match[1]) : text.length;
}
