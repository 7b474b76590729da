import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { FormatError, throwIfAborted } from "../error.ts";
import { zstdCut } from "./zstd.ts";

export type Packing = "none" | "gzip" | "zstd" | "zip";

/** How a file is packed, by its first bytes. */
export function packingOf(path: string): Packing {
  using file = Deno.openSync(path);
  const head = new Uint8Array(4);
  const read = file.readSync(head) ?? 0;
  const magic = [...head.subarray(0, read)].map((byte) =>
    byte.toString(16).padStart(2, "0")
  ).join("");
  if (magic.startsWith("1f8b")) return "gzip";
  if (magic === "28b52ffd") return "zstd";
  if (magic === "504b0304" || magic === "504b0506") return "zip";
  return "none";
}

/**
 * Checks that a packed file is whole. DuckDB reads a cut or damaged gzip file
 * to where it breaks and says nothing, so that is unpacked here once more,
 * beside DuckDB; of a zstd file it misses only the cut. Throws `corrupt_file`.
 */
export async function verifyPacked(
  path: string,
  packing: Packing,
  signal?: AbortSignal,
): Promise<void> {
  const cut = packing === "zstd" ? zstdCut(path) : undefined;
  if (cut !== undefined) throw corruptFile(path, cut, "unexpected end of file");
  if (packing !== "gzip") return;
  for await (const _ of bytesOf(path, packing)) if (signal?.aborted) break;
  throwIfAborted(signal);
}

/** The beginning of a file, unpacked. */
export async function headOf(
  path: string,
  packing: "none" | "gzip",
  limit = 65_536,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of bytesOf(path, packing)) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= limit) break;
  }
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return new TextDecoder().decode(all.subarray(0, limit));
}

async function* bytesOf(
  path: string,
  packing: "none" | "gzip",
): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path, { highWaterMark: 1 << 18 });
  if (packing === "none") {
    yield* source;
    return;
  }
  const unpack = createGunzip();
  source.on("error", (error) => unpack.destroy(error));
  try {
    for await (const chunk of source.pipe(unpack)) yield chunk;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw corruptFile(path, unpack.bytesWritten, what, error);
  } finally {
    source.destroy();
    unpack.destroy();
  }
}

/** The error for a packed file that cannot be unpacked. */
export function corruptFile(
  path: string,
  offset: number | undefined,
  what: string,
  cause?: unknown,
): FormatError {
  return new FormatError({
    code: "corrupt_file",
    message: `Cannot unpack ${path}${
      offset === undefined ? "" : ` at byte ${offset}`
    }: ${what}`,
    file: path,
    ...(offset === undefined ? {} : { offset }),
    hint: "fetch the file again",
    cause,
  });
}
