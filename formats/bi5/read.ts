import { corruptFile } from "../csv/bytes.ts";
import { MARK } from "../csv/check.ts";
import { FormatError } from "../error.ts";
import { type TickBatch, TickBuilder } from "../ticks/batch.ts";
import type { ReadOptions } from "../ticks/reader.ts";
import { unpackLzma } from "./lzma.ts";

const ROW = 20;
const HOUR_MS = 3_600_000;
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
    const ms = view.getUint32(at);
    if (ms >= HOUR_MS) {
      builder.bad(MARK.unparsable);
      if (builder.full) yield builder.take();
      continue;
    }
    builder.quoteRow(
      hour + BigInt(ms) * 1_000_000n,
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

function unpack(path: string, packed: Uint8Array): Uint8Array {
  const bytes = unpackLzma(path, packed);
  if (bytes.length % ROW === 0) return bytes;
  throw corruptFile(
    path,
    5,
    `the size in its LZMA header is ${bytes.length}, no multiple of ${ROW} bytes`,
  );
}
