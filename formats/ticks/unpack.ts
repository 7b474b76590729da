import { createReadStream } from "node:fs";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { corruptFile, packingOf } from "../csv/bytes.ts";
import { zstdFrames } from "../csv/zstd.ts";

const READ_BYTES = 1 << 18;

/** The bytes of a file, unpacked when it is gzip or zstd. */
export async function* unpacked(
  path: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const packing = packingOf(path);
  if (packing === "gzip") yield* unpackedPart(path, packing, 0, Infinity);
  else if (packing === "zstd") {
    // The stream of node:zlib ends with the first frame, and minds no cut file.
    const { ends, cut } = zstdFrames(path);
    let start = 0;
    for (const end of ends) {
      yield* unpackedPart(path, packing, start, end - 1);
      start = end;
    }
    if (cut !== undefined) {
      throw corruptFile(path, cut, "unexpected end of file");
    }
  } else yield* createReadStream(path, { highWaterMark: READ_BYTES });
}

async function* unpackedPart(
  path: string,
  packing: "gzip" | "zstd",
  start: number,
  end: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const source = createReadStream(path, {
    highWaterMark: READ_BYTES,
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
