import {
  Field,
  Float64,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  TimestampNanosecond,
} from "apache-arrow";
import { crc32 } from "node:zlib";
import type { BufferPlace } from "../table.ts";

export interface ArrowFileOptions {
  readonly path: string;
  /** Columns beside `time`. */
  readonly columns: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * An Arrow IPC file, uncompressed: `time` as Timestamp(ns, UTC), the rest
 * Float64, nothing nullable. Writes at once and keeps no batch.
 */
export class ArrowFile {
  readonly #file: Deno.FsFile;
  readonly #schema: Schema;
  readonly #writer: PlacedWriter;

  constructor({ path, columns, metadata }: ArrowFileOptions) {
    this.#file = Deno.openSync(path, { write: true, createNew: true });
    this.#schema = new Schema([
      new Field("time", new TimestampNanosecond("UTC"), false),
      ...columns.map((name) => new Field(name, new Float64(), false)),
    ], new Map(metadata));
    this.#writer = new PlacedWriter(this.#file);
    this.#writer.reset(undefined, this.#schema);
  }

  /** Writes one record batch and says where its buffers lie. */
  write(
    time: BigInt64Array,
    columns: readonly Float64Array[],
    rows: number,
  ): BufferPlace[] {
    const children = [
      makeData({
        type: new TimestampNanosecond("UTC"),
        length: rows,
        nullCount: 0,
        data: time.subarray(0, rows),
      }),
      ...columns.map((values) =>
        makeData({
          type: new Float64(),
          length: rows,
          nullCount: 0,
          data: values.subarray(0, rows),
        })
      ),
    ];
    const type = new Struct(this.#schema.fields);
    const data = makeData({ type, length: rows, nullCount: 0, children });
    this.#writer.places.length = 0;
    this.#writer.write(new RecordBatch(this.#schema, data));
    return [...this.#writer.places];
  }

  /** Writes the footer, flushes to the disk, closes. Gives the file's size. */
  finish(): number {
    this.#writer.finish();
    this.#file.syncSync();
    const { size } = this.#file.statSync();
    this.#file.close();
    return size;
  }

  abort(): void {
    this.#file.close();
  }
}

class PlacedWriter extends RecordBatchFileWriter {
  readonly places: BufferPlace[] = [];
  readonly #file: Deno.FsFile;

  constructor(file: Deno.FsFile) {
    super();
    this.#file = file;
  }

  protected override _write(chunk: ArrayBufferView): this {
    const bytes = new Uint8Array(
      chunk.buffer,
      chunk.byteOffset,
      chunk.byteLength,
    );
    for (let done = 0; done < bytes.length;) {
      done += this.#file.writeSync(bytes.subarray(done));
    }
    this._position += bytes.length;
    return this;
  }

  protected override _writeBodyBuffers(buffers: ArrayBufferView[]): this {
    let offset = this._position;
    for (const { buffer, byteOffset, byteLength } of buffers) {
      if (byteLength === 0) continue;
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      this.places.push({ offset, bytes: byteLength, crc32: crc32(bytes) });
      offset += (byteLength + 7) & ~7;
    }
    return super._writeBodyBuffers(buffers);
  }
}
