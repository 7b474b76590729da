import { createReadStream } from "node:fs";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { FormatError, throwIfAborted } from "../error.ts";

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
 * Unpacks a whole file and throws the bytes away: DuckDB reads a cut or
 * damaged gzip file to where it breaks and says nothing. Throws `corrupt_file`.
 * Gives the unpacked size.
 */
export async function verifyPacked(
  path: string,
  packing: Packing,
  signal?: AbortSignal,
): Promise<number> {
  let bytes = 0;
  for await (const chunk of unpacked(path, packing)) {
    if (signal?.aborted) break;
    bytes += chunk.length;
  }
  throwIfAborted(signal);
  return bytes;
}

/** The first bytes of a file, unpacked. */
export async function headOf(
  path: string,
  packing: Packing,
  limit = 65_536,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of unpacked(path, packing)) {
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

async function* unpacked(
  path: string,
  packing: Packing,
): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path, { highWaterMark: 1 << 18 });
  if (packing === "none") {
    yield* source;
    return;
  }
  const unpack = packing === "gzip" ? createGunzip() : createZstdDecompress();
  source.on("error", (error) => unpack.destroy(error));
  try {
    for await (const chunk of source.pipe(unpack)) yield chunk;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new FormatError({
      code: "corrupt_file",
      message: `Cannot unpack ${path} at byte ${unpack.bytesWritten}: ${what}`,
      file: path,
      offset: unpack.bytesWritten,
      hint: "fetch the file again",
      cause: error,
    });
  } finally {
    source.destroy();
    unpack.destroy();
  }
}
