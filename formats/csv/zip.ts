import { Inflate } from "fflate";
import { crc32 } from "node:zlib";
import { FormatError } from "../error.ts";

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc32: number;
  readonly packed: number;
  readonly bytes: number;
  /** Byte offset of the entry's own header. */
  readonly offset: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_32 = 0xffff_ffff;
const PIECE = 1 << 18;

/** The files within a zip, by name. Throws `corrupt_file`. */
export function zipEntries(path: string): ZipEntry[] {
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  const tail = readAt(file, Math.max(0, size - 65_558), Math.min(size, 65_558));
  const end = findEnd(tail);
  if (end < 0) {
    throw corrupt(path, size, "it ends before its directory of files");
  }
  let count = tail.getUint16(end + 10, true);
  let bytes = tail.getUint32(end + 12, true);
  let start = tail.getUint32(end + 16, true);
  if (end >= 20 && tail.getUint32(end - 20, true) === LOCATOR_64) {
    const place = Number(tail.getBigUint64(end - 12, true));
    const wide = place + 56 <= size ? readAt(file, place, 56) : undefined;
    if (wide?.getUint32(0, true) !== END_64) {
      throw corrupt(path, place, "its directory of files is damaged");
    }
    count = Number(wide.getBigUint64(32, true));
    bytes = Number(wide.getBigUint64(40, true));
    start = Number(wide.getBigUint64(48, true));
  }
  if (start + bytes > size) {
    throw corrupt(path, start, "its directory of files lies past its end");
  }
  const entries = parseDirectory(
    path,
    readAt(file, start, bytes),
    count,
    start,
  );
  return entries
    .filter(({ name }) => !name.endsWith("/") && !name.startsWith("__MACOSX/"))
    .sort((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * Unpacks one entry to a file, a piece at a time, and checks its size and
 * CRC-32. Throws `corrupt_file` with the byte offset reached.
 */
export function unzipTo(
  path: string,
  entry: ZipEntry,
  target: string,
  onPiece: () => void = () => {},
): void {
  using file = Deno.openSync(path);
  using out = Deno.openSync(target, { write: true, createNew: true });
  const local = readAt(file, entry.offset, 30);
  if (local.byteLength < 30 || local.getUint32(0, true) !== LOCAL) {
    throw corrupt(path, entry.offset, "an entry's header is damaged");
  }
  if (entry.method !== 0 && entry.method !== 8) {
    throw corrupt(
      path,
      entry.offset,
      `current method of packing is ${entry.method}, known are 0 and 8`,
    );
  }
  const start = entry.offset + 30 + local.getUint16(26, true) +
    local.getUint16(28, true);
  let crc = 0;
  let bytes = 0;
  const write = (piece: Uint8Array) => {
    crc = crc32(piece, crc);
    bytes += piece.length;
    for (let done = 0; done < piece.length;) {
      done += out.writeSync(piece.subarray(done));
    }
  };
  const inflate = entry.method === 8 ? new Inflate(write) : undefined;
  for (let at = 0; at < entry.packed; at += PIECE) {
    onPiece();
    const wanted = Math.min(PIECE, entry.packed - at);
    const { buffer, byteLength } = readAt(file, start + at, wanted);
    if (byteLength < wanted) {
      throw corrupt(path, start + at + byteLength, "it ends within an entry");
    }
    const piece = new Uint8Array(buffer, 0, byteLength);
    try {
      if (inflate) inflate.push(piece, at + PIECE >= entry.packed);
      else write(piece);
    } catch (error) {
      throw corrupt(path, start + at, String(error));
    }
  }
  if (crc !== entry.crc32 || bytes !== entry.bytes) {
    throw corrupt(path, start, `the checksum of ${entry.name} does not match`);
  }
}

function findEnd(tail: DataView): number {
  for (let at = tail.byteLength - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) === END) return at;
  }
  return -1;
}

function parseDirectory(
  path: string,
  view: DataView<ArrayBuffer>,
  count: number,
  start: number,
): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (
      at + 46 > view.byteLength || view.getUint32(at, true) !== DIRECTORY
    ) {
      throw corrupt(path, start + at, "its directory of files is damaged");
    }
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const name = new TextDecoder().decode(
      new Uint8Array(view.buffer, at + 46, nameLength),
    );
    const [bytes, packed, offset] = wideFields(
      view,
      at + 46 + nameLength,
      extraLength,
      [
        view.getUint32(at + 24, true),
        view.getUint32(at + 20, true),
        view.getUint32(at + 42, true),
      ],
    );
    entries.push({
      name,
      method: view.getUint16(at + 10, true),
      crc32: view.getUint32(at + 16, true),
      packed,
      bytes,
      offset,
    });
    at += 46 + nameLength + extraLength + view.getUint16(at + 32, true);
  }
  return entries;
}

/** Takes the 64-bit numbers of an extra field where the 32-bit ones are full. */
function wideFields(
  view: DataView,
  at: number,
  length: number,
  fields: number[],
): number[] {
  for (const until = at + length; at + 4 <= until;) {
    const tag = view.getUint16(at, true);
    const bytes = view.getUint16(at + 2, true);
    if (tag === 1) {
      let place = at + 4;
      return fields.map((field) => {
        if (field !== MAX_32) return field;
        const wide = Number(view.getBigUint64(place, true));
        place += 8;
        return wide;
      });
    }
    at += 4 + bytes;
  }
  return fields;
}

function readAt(
  file: Deno.FsFile,
  offset: number,
  bytes: number,
): DataView<ArrayBuffer> {
  const buffer = new Uint8Array(bytes);
  file.seekSync(offset, Deno.SeekMode.Start);
  let done = 0;
  while (done < bytes) {
    const count = file.readSync(buffer.subarray(done));
    if (count === null) break;
    done += count;
  }
  return new DataView(buffer.buffer, 0, done);
}

function corrupt(path: string, offset: number, what: string): FormatError {
  return new FormatError({
    code: "corrupt_file",
    message: `Cannot unpack ${path} at byte ${offset}: ${what}`,
    file: path,
    offset,
    hint: "fetch the file again",
  });
}
