import type { DuckDBConnection } from "@duckdb/node-api";
import { basename, join } from "node:path";
import { FormatError, throwIfAborted } from "../error.ts";
import type { SourceFile } from "../table.ts";
import { corruptFile, headOf, type Packing, packingOf } from "./bytes.ts";
import { linesOf } from "./sql.ts";
import { unzipTo, zipEntries } from "./zip.ts";

/** One CSV text: a file, or an entry of a zip that was unpacked to a file. */
export interface Part {
  /** What to tell the user: the source's path, `#entry` in a zip of several. */
  readonly name: string;
  /** What to read. */
  readonly path: string;
  readonly packing: Packing;
  readonly head: string;
  /** Names in which to look for a date, best first. */
  readonly dated: readonly string[];
  /** Bytes of the source that this part stands for. */
  readonly bytes: number;
  /** Size once unpacked, when it is known. */
  readonly unpacked: number | undefined;
}

/**
 * The CSV texts of a source file, one after another. A zip's entries are
 * unpacked into `temporary` one at a time and removed when read.
 */
export async function* partsOf(
  { path, bytes }: SourceFile,
  { temporary, connection, encoding, signal }: {
    temporary: string;
    connection: DuckDBConnection;
    encoding: "utf-8" | "latin-1";
    signal?: AbortSignal;
  },
): AsyncGenerator<Part> {
  if (bytes === 0) {
    throw new FormatError({
      code: "bad_data",
      message: `Cannot read ${path}: current size is 0 bytes`,
      file: path,
    });
  }
  const packing = packingOf(path);
  if (packing !== "zip") {
    const head = packing === "zstd"
      ? await zstdHead(connection, path, encoding)
      : await headOf(path, packing);
    const dated = [basename(path)];
    const unpacked = packing === "none"
      ? bytes
      : packing === "gzip"
      ? gzipSize(path, bytes)
      : undefined;
    yield { name: path, path, packing, head, dated, bytes, unpacked };
    return;
  }
  const entries = zipEntries(path);
  if (entries.length === 0) {
    throw new FormatError({
      code: "bad_data",
      message: `Cannot read ${path}: the archive holds no file`,
      file: path,
    });
  }
  const target = join(temporary, "entry.csv");
  for (const entry of entries) {
    try {
      unzipTo(path, entry, target, () => throwIfAborted(signal));
      const names = [basename(path), basename(entry.name)];
      const alone = entries.length === 1;
      yield {
        name: alone ? path : `${path}#${entry.name}`,
        path: target,
        packing: "none",
        head: await headOf(target, "none"),
        dated: alone ? names : names.reverse(),
        bytes: alone ? bytes : entry.packed,
        unpacked: entry.bytes,
      };
    } finally {
      Deno.removeSync(target);
    }
  }
}

/** By DuckDB: the stream of node:zlib brings a process down on damaged zstd. */
async function zstdHead(
  connection: DuckDBConnection,
  path: string,
  encoding: "utf-8" | "latin-1",
): Promise<string> {
  try {
    const lines = await connection.runAndReadAll(
      `SELECT l FROM ${linesOf({ path, packing: "zstd", encoding })} LIMIT 100`,
    );
    return lines.getRows().map(([line]) => `${line ?? ""}\n`).join("");
  } catch (error) {
    throw corruptFile(path, undefined, (error as Error).message, error);
  }
}

/** Size from a gzip file's last bytes, for progress only: it is modulo 2^32. */
function gzipSize(path: string, bytes: number): number | undefined {
  using file = Deno.openSync(path);
  const tail = new Uint8Array(4);
  file.seekSync(-4, Deno.SeekMode.End);
  file.readSync(tail);
  const size = new DataView(tail.buffer).getUint32(0, true);
  return size > bytes ? size : undefined;
}

const DATE = "(?<year>\\d{4})-?(?<month>\\d{2})-?(?<day>\\d{2})";

/** Nanoseconds of 00:00 UTC of the date in a part's name. */
export function midnightOf({ name, dated }: Part, pattern = DATE): bigint {
  const date = expressionOf(pattern, name);
  for (const text of dated) {
    const groups = date.exec(text)?.groups;
    if (!groups) continue;
    const { year, month, day } = groups;
    const at = new Date(`${year}-${month}-${day}T00:00:00Z`);
    if (Number.isNaN(at.getTime()) || at.getUTCDate() !== Number(day)) {
      continue;
    }
    return BigInt(at.getTime()) * 1_000_000n;
  }
  throw new FormatError({
    code: "bad_data",
    message:
      `Cannot find a date in the name of ${name}: current pattern is ${pattern}`,
    file: name,
    hint:
      "times since midnight take their date from the file's name; give time.date as a regular expression with groups year, month and day",
  });
}

function expressionOf(pattern: string, file: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (cause) {
    throw new FormatError({
      code: "bad_data",
      message:
        `Cannot find a date in the name of ${file}: current pattern ${pattern} is no regular expression`,
      file,
      cause,
    });
  }
}
