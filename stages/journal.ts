import { randomUUID } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import {
  EQUITY_COLUMNS,
  FILL_COLUMNS,
  ORDER_COLUMNS,
  type SliceRecord,
} from "../engine/broker/ledger.ts";
import { RANGE_COLUMNS } from "../engine/broker/mark_range.ts";
import type { Piece } from "./chain.ts";

/** One finished run of a piece: what it left, and the state it ended in. */
export interface JournalEntry extends Piece {
  /** Hash of the state before any event. */
  readonly initialHash: string;
  readonly record: SliceRecord;
  /** Empty within a slice. */
  readonly end: Float64Array;
}

/** An entry in bytes: what travels to the aggregator, and what a file holds. */
export type EntryBytes = Uint8Array<SharedArrayBuffer>;

const MAGIC = "BWJ5";
const HEAD_BYTES = 8;

/**
 * The finished slices of a run, one file each, so that a run that was killed
 * goes on where it was. A file appears whole or not at all.
 */
export class Journal {
  readonly #directory: string;

  /**
   * @param journal the run's journal
   * @param stage the stage whose slices these are
   */
  constructor(journal: string, stage: string) {
    this.#directory = join(journal, stage);
  }

  /** Every entry that can be trusted; what is torn or foreign is left out. */
  read(): JournalEntry[] {
    return this.#names().flatMap((name) => {
      const file = readFileSync(join(this.#directory, name));
      const bytes = new Uint8Array(new SharedArrayBuffer(file.length));
      bytes.set(file);
      return isWhole(bytes) ? [decodeEntry(bytes)] : [];
    });
  }

  /** @param bytes the same entry as {@link encodeEntry} gives it */
  write(entry: JournalEntry, bytes: EntryBytes): void {
    mkdirSync(this.#directory, { recursive: true });
    const { slice, from, to, startHash } = entry;
    const name = `${slice}.${from}.${to}-${startHash.slice(0, 16)}`;
    const path = join(this.#directory, name);
    // Several aggregators of one stage write the same entries.
    const part = `${path}.${randomUUID()}.part`;
    try {
      writeFileSync(part, bytes);
      renameSync(part, path);
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
  }

  #names(): string[] {
    try {
      return readdirSync(this.#directory)
        .filter((name) => /^\d+\.\d+\.\d+-[0-9a-f]{16}$/.test(name));
    } catch {
      return [];
    }
  }
}

/**
 * `BWJ5`, length of the header, header in JSON, padding to 8 bytes, Float64
 * columns, CRC-32 of all that. In shared memory, so that handing it to another
 * Worker copies nothing.
 */
export function encodeEntry(
  { record, end, ...names }: JournalEntry,
): EntryBytes {
  const { fills, equity, ended, open, marks, rates, ...rest } = record;
  const columns = [
    ...FILL_COLUMNS.map((name) => fills[name]),
    ...EQUITY_COLUMNS.map((name) => equity[name]),
    ...ORDER_COLUMNS.map((name) => ended[name]),
    ...ORDER_COLUMNS.map((name) => open[name]),
    ...RANGE_COLUMNS.map((name) => marks[name]),
    ...rates,
    end,
  ];
  const text = JSON.stringify({
    ...names,
    record: rest,
    fills: fills.time.length,
    equity: equity.time.length,
    ended: ended.order.length,
    open: open.order.length,
    marks: marks.low.length,
    rates: rates.length,
    end: end.length,
  });
  const header = new TextEncoder().encode(
    text.padEnd(Math.ceil(text.length / 8) * 8),
  );
  const values = columns.reduce((sum, column) => sum + column.byteLength, 0);
  const bytes = new Uint8Array(
    new SharedArrayBuffer(HEAD_BYTES + header.length + values + 4),
  );
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

/** The entry behind bytes that are whole; its columns are views on them. */
export function decodeEntry(bytes: EntryBytes): JournalEntry {
  const length = new DataView(bytes.buffer).getUint32(4, true);
  let at = HEAD_BYTES + length;
  const header = JSON.parse(
    new TextDecoder().decode(Uint8Array.from(bytes.subarray(HEAD_BYTES, at))),
  );
  const column = (rows: number): Float64Array => {
    const from = at;
    at += rows * Float64Array.BYTES_PER_ELEMENT;
    return new Float64Array(bytes.buffer, from, rows);
  };
  const table = <K extends string>(names: readonly K[], rows: number) =>
    Object.fromEntries(
      names.map((name) => [name, column(rows)]),
    ) as Record<K, Float64Array>;
  const { record, fills, equity, ended, open, marks, rates, end, ...names } =
    header;
  return {
    ...names,
    record: {
      ...record,
      fills: table(FILL_COLUMNS, fills),
      equity: table(EQUITY_COLUMNS, equity),
      ended: table(ORDER_COLUMNS, ended),
      open: table(ORDER_COLUMNS, open),
      marks: table(RANGE_COLUMNS, marks),
      rates: Array.from({ length: rates }, () => column(equity)),
    },
    end: column(end),
  };
}

/** Whether bytes from a file are what {@link encodeEntry} made. */
function isWhole(bytes: EntryBytes): boolean {
  if (bytes.length < HEAD_BYTES + 4) return false;
  const body = bytes.length - 4;
  const view = new DataView(bytes.buffer);
  const magic = new TextDecoder().decode(Uint8Array.from(bytes.subarray(0, 4)));
  return magic === MAGIC &&
    crc32(bytes.subarray(0, body)) === view.getUint32(body, true);
}
