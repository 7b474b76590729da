import { zstdDecompressSync } from "node:zlib";
import {
  compressionRegistry,
  CompressionType,
  type RecordBatch,
  RecordBatchReader,
  type Schema,
  Table,
  tableToIPC,
} from "apache-arrow";
import { decompress, decompressBound } from "lz4js";
import { corruptFile } from "../csv/bytes.ts";
import { MARK } from "../csv/check.ts";
import { FormatError, throwIfAborted } from "../error.ts";
import type { TickBatch } from "../ticks/batch.ts";
import type { ReadOptions } from "../ticks/reader.ts";
import { NO_TIME, timeColumn, valueColumn } from "./columns.ts";
import { type Frame, framesOf } from "./frames.ts";

const PIECE = 65_536;
/** Of a column of a batch, unpacked. */
const MOST_BYTES = 1 << 28;

compressionRegistry.set(CompressionType.ZSTD, {
  decode: (bytes) =>
    new Uint8Array(zstdDecompressSync(bytes, { maxOutputLength: MOST_BYTES })),
});
compressionRegistry.set(CompressionType.LZ4_FRAME, {
  decode(bytes) {
    const bytesOut = decompressBound(bytes);
    if (bytesOut <= MOST_BYTES) return decompress(bytes, bytesOut);
    throw new RangeError(`a column of ${bytesOut} bytes is too large`);
  },
});

/**
 * Reads the mapped columns of an Arrow IPC file or stream, a record batch at a
 * time. `place` of a row is its number from 1.
 */
export async function* readArrow(
  { file: { path }, columns, signal }: ReadOptions,
): AsyncGenerator<TickBatch> {
  const before: Uint8Array[] = [];
  const names = Object.keys(columns.values);
  let first = 1;
  for (const frame of framesOf(path)) {
    throwIfAborted(signal);
    if (frame.kind === "footer" || frame.kind === "schema") {
      // Not every writer puts the schema before the batches of a file.
      if (before.length === 0) before.push(schemaIn(path, frame));
      // A file may hold no batch: its columns are looked at all the same.
      decoded(path, frame, before, (schema) => {
        timeColumn(path, columns.time, schema);
        for (const name of names) {
          valueColumn(path, columns.values[name], schema);
        }
      });
      continue;
    }
    if (frame.kind === "dictionary") before.push(frame.bytes);
    if (frame.kind !== "batch") continue;
    const batch = decoded(path, frame, before, (schema, batch) => ({
      rows: batch!.numRows,
      time: timeColumn(path, columns.time, schema)(batch!),
      values: names.map((name) =>
        valueColumn(path, columns.values[name], schema)(batch!)
      ),
    }));
    for (let from = 0; from < batch.rows; from += PIECE) {
      yield pieceOf(batch, from, first + from);
    }
    first += batch.rows;
    await Promise.resolve();
  }
}

/** What `use` makes of a message, decoded after those that it needs. */
function decoded<T>(
  path: string,
  frame: Frame,
  before: readonly Uint8Array[],
  use: (schema: Schema, batch: RecordBatch | undefined) => T,
): T {
  try {
    const isBatch = frame.kind === "batch";
    const reader = RecordBatchReader.from(
      isBatch ? [...before, frame.bytes] : before,
    );
    reader.open({ autoDestroy: false });
    const batch = isBatch ? [...reader].at(-1) : undefined;
    if (isBatch && !batch) throw new RangeError("it holds no record batch");
    return use(reader.schema, batch);
  } catch (error) {
    throw damaged(path, frame, error);
  }
}

/** The message of the schema, made of the footer where it is one. */
function schemaIn(path: string, frame: Frame): Uint8Array {
  if (frame.kind === "schema") return frame.bytes;
  try {
    const alone = new Uint8Array(8 + frame.bytes.length);
    alone.set(new TextEncoder().encode("ARROW1"));
    alone.set(frame.bytes, 8);
    forgetDictionaries(alone.subarray(8));
    const { schema } = RecordBatchReader.from(alone).open();
    // Without the mark of the end, which is 8 bytes.
    return tableToIPC(new Table(schema), "stream").slice(0, -8);
  } catch (error) {
    throw damaged(path, frame, error);
  }
}

/** The reader would look for them, where only the footer is. */
function forgetDictionaries(footer: Uint8Array<ArrayBuffer>): void {
  const view = new DataView(footer.buffer, footer.byteOffset, footer.length);
  const root = view.getUint32(0, true);
  const table = root - view.getInt32(root, true);
  const has = view.getUint16(table, true) > 8;
  const field = has ? view.getUint16(table + 8, true) : 0;
  if (field === 0) return;
  const at = root + field;
  view.setUint32(at + view.getUint32(at, true), 0, true);
}

function damaged(path: string, { kind, offset }: Frame, error: unknown) {
  if (error instanceof FormatError) return error;
  const what = error instanceof Error ? error.message : String(error);
  const name = kind === "footer" ? "footer" : "message";
  return corruptFile(
    path,
    offset,
    `the ${name} that begins here cannot be read: ${what}`,
    error,
  );
}

function pieceOf(
  batch: { rows: number; time: BigInt64Array; values: Float64Array[] },
  from: number,
  first: number,
): TickBatch {
  const to = Math.min(from + PIECE, batch.rows);
  const rows = to - from;
  const time = batch.time.slice(from, to) as BigInt64Array<ArrayBuffer>;
  const values = batch.values.map((column) => column.slice(from, to));
  const marks = new Uint8Array(rows);
  let bad = 0;
  for (let i = 0; i < rows; i++) {
    if (time[i] !== NO_TIME) continue;
    marks[i] = MARK.unparsable;
    bad++;
  }
  return {
    rows,
    time,
    values,
    marks,
    bad,
    place: (row) => first + row,
    raw: (row) => [time[row], ...values.map((column) => column[row])].join(","),
  };
}
