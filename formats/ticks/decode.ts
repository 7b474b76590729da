import { throwIfAborted } from "../error.ts";
import { corruptFile } from "../csv/bytes.ts";
import type { TickBatch, TickBuilder } from "./batch.ts";
import type { Decoder, ReadOptions } from "./reader.ts";
import { unpacked } from "./unpack.ts";

/** Runs a decoder over a file; what is left at its end is half a record. */
export async function* decodeFile(
  { file, readBytes, signal }: ReadOptions,
  decoder: Decoder,
  builder: TickBuilder,
): AsyncGenerator<TickBatch> {
  let rest = new Uint8Array(0);
  let offset = 0;
  for await (const chunk of unpacked(file.path, readBytes)) {
    throwIfAborted(signal);
    const bytes = joined(rest, chunk);
    let at = 0;
    while (true) {
      const used = decoder.decode(bytes.subarray(at), offset);
      at += used;
      offset += used;
      if (!builder.full) break;
      yield builder.take();
    }
    rest = bytes.slice(at);
  }
  if (builder.rows > 0) yield builder.take();
  if (rest.length > 0) {
    throw corruptFile(
      file.path,
      offset + rest.length,
      `it ends within the record that begins at byte ${offset}`,
    );
  }
}

/** Bytes that were left over, and what came behind them. */
export function joined(
  rest: Uint8Array<ArrayBuffer>,
  chunk: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  if (rest.length === 0) return chunk;
  const all = new Uint8Array(rest.length + chunk.length);
  all.set(rest);
  all.set(chunk, rest.length);
  return all;
}
