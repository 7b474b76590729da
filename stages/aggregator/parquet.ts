import { ByteWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { closeSync, openSync, writeSync } from "node:fs";
import type { Column } from "./column.ts";

/** `PAR1`. */
const MAGIC = 0x31524150;

const TIME = {
  type: "INT64",
  logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "NANOS" },
} as const;

const TYPES = {
  time: TIME,
  "time?": TIME,
  id: { type: "INT64" },
  number: { type: "DOUBLE" },
  "number?": { type: "DOUBLE" },
  date: { type: "INT32", converted_type: "DATE" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
} as const;

type Metadata = Parameters<typeof writeMetadata>[1];
type Chunk = Metadata["row_groups"][number]["columns"][number];

/**
 * Writes a Parquet file, uncompressed, a group of rows at a time; times in ns,
 * UTC.
 *
 * Headers are the library's. Values are written here, a column at a time as the
 * bytes that it has in memory: the library writes value by value, which took a
 * third of a short run.
 */
export class ParquetFile {
  readonly #file: number;
  readonly #groups: Metadata["row_groups"] = [];
  readonly #schema: Metadata["schema"];
  #closed = false;
  #offset = 0;
  #rows = 0;

  /** @param columns for their names and types */
  constructor(path: string, columns: readonly Column[]) {
    this.#file = openSync(path, "w");
    this.#schema = [
      { name: "root", num_children: columns.length },
      ...columns.map(({ name, type }) => ({
        name,
        repetition_type: isOptional(type)
          ? "OPTIONAL" as const
          : "REQUIRED" as const,
        ...TYPES[type],
      })),
    ] as unknown as Metadata["schema"];
    const magic = new ByteWriter(4);
    magic.appendUint32(MAGIC);
    this.#write(magic.getBytes());
  }

  append(columns: readonly Column[]): void {
    const rows = lengthOf(columns[0]);
    if (rows === 0) return;
    const start = this.#offset;
    const chunks = columns.map((column) => this.#writeChunk(column, rows));
    const bytes = BigInt(this.#offset - start);
    this.#groups.push({
      columns: chunks,
      total_byte_size: bytes,
      num_rows: BigInt(rows),
      total_compressed_size: bytes,
    });
    this.#rows += rows;
  }

  /** Writes the footer. */
  finish(): void {
    const writer = new ByteWriter(1 << 16);
    writeMetadata(writer, {
      version: 2,
      created_by: "breakwater",
      schema: this.#schema,
      num_rows: BigInt(this.#rows),
      row_groups: this.#groups,
    } as unknown as Metadata);
    writer.appendUint32(MAGIC);
    this.#write(writer.getBytes());
    this.close();
  }

  /** May be called again. */
  close(): void {
    if (!this.#closed) closeSync(this.#file);
    this.#closed = true;
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#file, bytes, done);
    }
    this.#offset += bytes.length;
  }

  #writeChunk(column: Column, rows: number): Chunk {
    const start = this.#offset;
    const labelled = column.type === "text";
    if (labelled) this.#write(labelsOf(column.labels));
    const page = this.#offset;
    const { levels, missing, values } = pageOf(column);
    const size = levels.length + values.length;
    const header = new ByteWriter(1 << 8);
    writePageHeader(header, {
      type: "DATA_PAGE_V2",
      uncompressed_page_size: size,
      compressed_page_size: size,
      data_page_header_v2: {
        num_values: rows,
        num_nulls: missing,
        num_rows: rows,
        encoding: labelled ? "RLE_DICTIONARY" : "PLAIN",
        definition_levels_byte_length: levels.length,
        repetition_levels_byte_length: 0,
        is_compressed: false,
      },
    });
    this.#write(header.getBytes());
    this.#write(levels);
    this.#write(values);
    const written = BigInt(this.#offset - start);
    return {
      file_offset: BigInt(start),
      meta_data: {
        type: TYPES[column.type].type,
        encodings: labelled ? ["PLAIN", "RLE_DICTIONARY"] : ["PLAIN"],
        path_in_schema: [column.name],
        codec: "UNCOMPRESSED",
        num_values: BigInt(rows),
        total_uncompressed_size: written,
        total_compressed_size: written,
        data_page_offset: BigInt(page),
        ...(labelled ? { dictionary_page_offset: BigInt(start) } : {}),
      },
    };
  }
}

function isOptional(type: Column["type"]): boolean {
  return type === "number?" || type === "time?";
}

function lengthOf(column: Column): number {
  return column.type === "text" ? column.codes.length : column.data.length;
}

interface Page {
  /** Which values are there. */
  readonly levels: Uint8Array;
  readonly missing: number;
  readonly values: Uint8Array;
}

const NONE = new Uint8Array(0);

function pageOf(column: Column): Page {
  switch (column.type) {
    case "text":
      return { levels: NONE, missing: 0, values: indexesOf(column) };
    case "number?":
    case "time?":
      return present(column.data, column.missing);
    default:
      return { levels: NONE, missing: 0, values: bytesOf(column.data) };
  }
}

/** The values that are there, and which those are. */
function present(
  data: Float64Array | BigInt64Array,
  missing: Uint8Array | null,
): Page {
  const rows = data.length;
  if (missing === null) {
    return { levels: run(rows, 1), missing: 0, values: bytesOf(data) };
  }
  const bits = new Uint8Array(Math.ceil(rows / 8));
  const words = new Float64Array(data.buffer, data.byteOffset, rows);
  const kept = new Float64Array(rows);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    if (missing[i] !== 0) continue;
    bits[i >> 3] |= 1 << (i & 7);
    kept[count++] = words[i];
  }
  return {
    levels: count === 0 ? run(rows, 0) : bitPacked(bits, bits.length),
    missing: rows - count,
    values: bytesOf(kept.subarray(0, count)),
  };
}

/** One run of the same level. */
function run(rows: number, level: 0 | 1): Uint8Array {
  const writer = new ByteWriter(8);
  writer.appendVarInt(rows * 2);
  writer.appendUint8(level);
  return writer.getBytes();
}

/** Row numbers of a dictionary, a whole number of bytes each. */
function indexesOf(
  { codes, labels }: Extract<Column, { type: "text" }>,
): Uint8Array {
  const groups = Math.ceil(codes.length / 8);
  const indexes = labels.length <= 256
    ? new Uint8Array(8 * groups)
    : new Uint16Array(8 * groups);
  indexes.set(codes);
  const packed = bitPacked(bytesOf(indexes), groups);
  const page = new Uint8Array(1 + packed.length);
  page[0] = 8 * indexes.BYTES_PER_ELEMENT;
  page.set(packed, 1);
  return page;
}

/** One run of groups of eight values. */
function bitPacked(values: Uint8Array, groups: number): Uint8Array {
  const writer = new ByteWriter(values.length + 8);
  writer.appendVarInt(groups * 2 + 1);
  writer.appendBytes(values);
  return writer.getBytes();
}

function labelsOf(labels: readonly string[]): Uint8Array {
  const page = new ByteWriter(1 << 8);
  for (const label of labels) {
    const text = new TextEncoder().encode(label);
    page.appendUint32(text.length);
    page.appendBytes(text);
  }
  const writer = new ByteWriter(1 << 8);
  writePageHeader(writer, {
    type: "DICTIONARY_PAGE",
    uncompressed_page_size: page.offset,
    compressed_page_size: page.offset,
    dictionary_page_header: { num_values: labels.length, encoding: "PLAIN" },
  });
  writer.appendBytes(page.getBytes());
  return writer.getBytes();
}

function bytesOf(
  { buffer, byteOffset, byteLength }: ArrayBufferView,
): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
