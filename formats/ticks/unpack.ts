import { createReadStream } from "node:fs";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { corruptFile, packingOf } from "../csv/bytes.ts";
import { zstdFrames } from "../csv/zstd.ts";

const READ_BYTES = 1 << 18;

/**
 * The bytes of a file, unpacked when it is gzip or zstd; `readBytes` of it are
 * read at a time.
 */
export async function* unpacked(
  path: string,
  readBytes: number = READ_BYTES,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const packing = packingOf(path);
  if (packing === "gzip") {
    yield* unpackedPart(path, { packing, start: 0, end: Infinity, readBytes });
  } else if (packing === "zstd") {
    // The stream of node:zlib ends with the first frame, and minds no cut file.
    const { ends, cut } = zstdFrames(path);
    let start = 0;
    for (const end of ends) {
      yield* unpackedPart(path, { packing, start, end: end - 1, readBytes });
      start = end;
    }
    if (cut !== undefined) {
      throw corruptFile(path, cut, "unexpected end of file");
    }
  } else yield* createReadStream(path, { highWaterMark: readBytes });
}

async function* unpackedPart(
  path: string,
  { packing, start, end, readBytes }: {
    packing: "gzip" | "zstd";
    start: number;
    end: number;
    readBytes: number;
  },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const source = createReadStream(path, {
    highWaterMark: readBytes,
    start,
    end,
  });
  const unpack = packing === "gzip" ? createGunzip() : createZstdDecompress();
  source.on("error", (error) => unpack.destroy(error));
  try {
    for await (const chunk of source.pipe(unpack)) yield chunk;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw corruptFile(path, start + unpack.bytesWritten, what, error);
  } finally {
    source.destroy();
    unpack.destroy();
  }
}
