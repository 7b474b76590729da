import { decompress } from "lzma1";
import { corruptFile } from "../csv/bytes.ts";
import { FormatError } from "../error.ts";
import { type TickBatch, TickBuilder } from "../ticks/batch.ts";
import type { ReadOptions } from "../ticks/reader.ts";

const ROW = 20;
const PLACE = /(\d{4})[/\\](\d{2})[/\\](\d{2})[/\\](\d{2})h_ticks\.bi5$/;

/** Reads a Dukascopy hour: quotes, whose date is in the path with the month from 0. */
export async function* readBi5(
  { file, priceDivide = 1e5 }: ReadOptions,
): AsyncGenerator<TickBatch> {
  const hour = hourOf(file.path);
  const packed = await Deno.readFile(file.path);
  // An hour without ticks is a file without bytes.
  if (packed.length === 0) return;
  const bytes = unpack(file.path, packed);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const builder = new TickBuilder("quotes");
  for (let at = 0; at < bytes.length; at += ROW) {
    builder.record(bytes, at, ROW, at);
    builder.quoteRow(
      hour + BigInt(view.getUint32(at)) * 1_000_000n,
      view.getUint32(at + 8) / priceDivide,
      view.getUint32(at + 4) / priceDivide,
      view.getFloat32(at + 16),
      view.getFloat32(at + 12),
    );
    if (builder.full) yield builder.take();
  }
  if (builder.rows > 0) yield builder.take();
}

function hourOf(path: string): bigint {
  const found = PLACE.exec(path);
  if (!found) {
    throw new FormatError({
      code: "bad_data",
      message: `Cannot tell the hour of ${path}: its path holds no date`,
      file: path,
      hint:
        "keep Dukascopy's own names, such as EURUSD/2019/01/04/00h_ticks.bi5, with months from 00",
    });
  }
  const [year, month, day, hours] = found.slice(1).map(Number);
  return BigInt(Date.UTC(year, month, day, hours)) * 1_000_000n;
}

/**
 * LZMA has no checksum, and the library takes what is missing at the end for
 * zeros. So the file is unpacked twice, the second time followed by other
 * bytes: what is whole cannot depend on them.
 */
function unpack(path: string, packed: Uint8Array): Uint8Array {
  const followed = new Uint8Array(packed.length + 64).fill(0xa5);
  followed.set(packed);
  const head = new DataView(packed.buffer, packed.byteOffset, packed.length);
  if (packed.length < 13) {
    throw corruptFile(path, packed.length, "it ends within the LZMA header");
  }
  const size = Number(head.getBigUint64(5, true));
  if (size % ROW !== 0 || size > 1 << 30) {
    throw corruptFile(
      path,
      5,
      `the size in its LZMA header is ${size}, no multiple of ${ROW} bytes`,
    );
  }
  let bytes: Uint8Array;
  let again: Uint8Array;
  try {
    bytes = Uint8Array.from(decompress(packed) as Uint8Array);
    again = Uint8Array.from(decompress(followed) as Uint8Array);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw corruptFile(path, packed.length, what, error);
  }
  if (bytes.length !== size || !isEqual(bytes, again)) {
    throw corruptFile(path, packed.length, "unexpected end of file");
  }
  return bytes;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
