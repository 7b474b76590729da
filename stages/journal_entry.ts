import { crc32 } from "node:zlib";
import {
  EQUITY_COLUMNS,
  FILL_COLUMNS,
  ORDER_COLUMNS,
  type SliceRecord,
} from "../engine/broker/ledger.ts";
import { RANGE_COLUMNS } from "../engine/broker/mark_range.ts";
import type { Fault } from "../pipeline/contract/mod.ts";
import type { Piece } from "./chain.ts";

/** One finished run of a piece: what it left, and the state it ended in. */
export interface JournalEntry extends Piece {
  /** Hash of the state before any event. */
  readonly initialHash: string;
  /** Of a sweep only the count of events. */
  readonly record: SliceRecord;
  /** Of a sweep what each of its sets left. */
  readonly sets?: readonly SetResult[];
  /** Empty within a slice. */
  readonly end: Float64Array;
}

/** What a set of parameters left; null: it threw in an earlier piece. */
export type SetResult =
  | { readonly record: SliceRecord }
  | { readonly fault: Fault }
  | null;

/** Where a set's record lies among the bytes of an entry. */
export type SetPlace =
  | { readonly at: number; readonly bytes: number; readonly shape: RecordShape }
  | { readonly fault: Fault }
  | null;

/** An entry in bytes: what travels to the aggregator, and what a file holds. */
export type EntryBytes = Uint8Array<SharedArrayBuffer>;

const MAGIC = "BWJ7";
const HEAD_BYTES = 8;

/** The tables of a record and their columns, in the order of the bytes. */
const TABLES = {
  fills: FILL_COLUMNS,
  equity: EQUITY_COLUMNS,
  ended: ORDER_COLUMNS,
  open: ORDER_COLUMNS,
  marks: RANGE_COLUMNS,
} as const;

type TableName = keyof typeof TABLES;

const NAMES = Object.keys(TABLES) as TableName[];

/** All of a record but its columns, and how long they are. */
interface RecordShape {
  readonly rest: Omit<SliceRecord, TableName | "rates" | "closes">;
  readonly rows: Readonly<Record<TableName, number>>;
  /** Columns as long as those of `equity`. */
  readonly rates: number;
  readonly closes: { readonly columns: number; readonly rows: number };
}

interface Header {
  readonly names: Omit<JournalEntry, "record" | "sets" | "end">;
  readonly record: RecordShape;
  readonly sets?: readonly (RecordShape | { readonly fault: Fault } | null)[];
  readonly end: number;
}

/**
 * `BWJ7`, length of the header, header in JSON, padding to 8 bytes, Float64
 * columns, CRC-32 of all that. In shared memory, so that handing it to another
 * Worker copies nothing.
 *
 * @param allocate memory for so many bytes or more, which is written from its
 * start; new memory unless given
 */
export function encodeEntry(
  { record, sets, end, ...names }: JournalEntry,
  allocate = (bytes: number) => new SharedArrayBuffer(bytes),
): EntryBytes {
  const columns = [
    ...columnsOf(record),
    ...sets?.flatMap((set) =>
      set !== null && "record" in set ? columnsOf(set.record) : []
    ) ?? [],
    end,
  ];
  const head: Header = {
    names,
    record: shapeOf(record),
    ...(sets === undefined ? {} : {
      sets: sets.map((set) =>
        set !== null && "record" in set ? shapeOf(set.record) : set
      ),
    }),
    end: end.length,
  };
  const text = JSON.stringify(head);
  const plain = new TextEncoder().encode(text);
  const header = new Uint8Array(Math.ceil(plain.length / 8) * 8).fill(32);
  header.set(plain);
  const values = columns.reduce((sum, column) => sum + column.byteLength, 0);
  const size = HEAD_BYTES + header.length + values + 4;
  const bytes = new Uint8Array(allocate(size), 0, size);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(4, header.length, true);
  bytes.set(header, HEAD_BYTES);
  let at = HEAD_BYTES + header.length;
  for (const { buffer, byteOffset, byteLength } of columns) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  view.setUint32(at, crc32(bytes.subarray(0, at)), true);
  return bytes;
}

/**
 * The entry behind bytes that are whole; its columns are views on them. What
 * sets left stays where it is: see {@link placesOf}.
 */
export function decodeEntry(bytes: Uint8Array): JournalEntry {
  const { head, at } = headerOf(bytes);
  const end = new Float64Array(
    bytes.buffer,
    bytes.length - 4 - head.end * SIZE,
    head.end,
  );
  const record = recordAt(bytes.buffer, at, head.record);
  return { ...head.names, record, end };
}

/** Where the records of a sweep's sets lie; none in an entry of one run. */
export function placesOf(bytes: Uint8Array): SetPlace[] {
  const { head, at } = headerOf(bytes);
  let next = at + bytesOf(head.record);
  return (head.sets ?? []).map((set): SetPlace => {
    if (set === null || "fault" in set) return set;
    const place = { at: next, bytes: bytesOf(set), shape: set };
    next += place.bytes;
    return place;
  });
}

/** The record of that shape whose columns begin at a byte of a buffer. */
export function recordAt(
  buffer: ArrayBufferLike,
  at: number,
  { rest, rows, rates, closes }: RecordShape,
): SliceRecord {
  const column = (length: number): Float64Array => {
    const from = at;
    at += length * SIZE;
    return new Float64Array(buffer, from, length);
  };
  const tables = NAMES.map((table) => [
    table,
    Object.fromEntries(
      TABLES[table].map((name) => [name, column(rows[table])]),
    ),
  ]);
  return {
    ...rest,
    ...Object.fromEntries(tables) as Pick<SliceRecord, TableName>,
    rates: Array.from({ length: rates }, () => column(rows.equity)),
    closes: Array.from({ length: closes.columns }, () => column(closes.rows)),
  };
}

/** Whether bytes from a file are what {@link encodeEntry} made. */
export function isWhole(bytes: Uint8Array): boolean {
  if (bytes.length < HEAD_BYTES + 4) return false;
  const body = bytes.length - 4;
  const view = new DataView(bytes.buffer);
  const magic = new TextDecoder().decode(Uint8Array.from(bytes.subarray(0, 4)));
  return magic === MAGIC &&
    crc32(bytes.subarray(0, body)) === view.getUint32(body, true);
}

const SIZE = Float64Array.BYTES_PER_ELEMENT;

function headerOf(bytes: Uint8Array): { head: Header; at: number } {
  const length = new DataView(bytes.buffer).getUint32(4, true);
  const at = HEAD_BYTES + length;
  const text = new TextDecoder().decode(
    Uint8Array.from(bytes.subarray(HEAD_BYTES, at)),
  );
  return { head: JSON.parse(text), at };
}

function columnsOf(record: SliceRecord): Float64Array[] {
  return [
    ...NAMES.flatMap((table) => columnsIn(record, table)),
    ...record.rates,
    ...record.closes,
  ];
}

function shapeOf(record: SliceRecord): RecordShape {
  const rest: Record<string, unknown> = { ...record };
  for (const table of [...NAMES, "rates", "closes"]) delete rest[table];
  const rows = NAMES.map((table) => [
    table,
    columnsIn(record, table)[0].length,
  ]);
  return {
    rest: rest as RecordShape["rest"],
    rows: Object.fromEntries(rows),
    rates: record.rates.length,
    closes: {
      columns: record.closes.length,
      rows: record.closes[0]?.length ?? 0,
    },
  };
}

function bytesOf({ rows, rates, closes }: RecordShape): number {
  const numbers = NAMES.reduce(
    (sum, table) => sum + TABLES[table].length * rows[table],
    rates * rows.equity + closes.columns * closes.rows,
  );
  return numbers * SIZE;
}

/** Columns of a table in the order of {@link TABLES}. */
function columnsIn(record: SliceRecord, table: TableName): Float64Array[] {
  const columns: Readonly<Record<string, Float64Array>> = record[table];
  return TABLES[table].map((name) => columns[name]);
}
