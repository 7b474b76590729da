import { corruptFile } from "../csv/bytes.ts";
import { checkFooter, type Header, headerOf } from "./header.ts";

/** An encapsulated message of Arrow IPC, or the footer, as it lies in its file. */
export interface Frame {
  /** Byte of the file at which it begins. */
  readonly offset: number;
  readonly kind: "footer" | Header["kind"];
  /** Prefix, metadata and body. */
  readonly bytes: Uint8Array;
}

const CONTINUATION = 0xffff_ffff;
const MAGIC = "ARROW1";
const MOST_METADATA = 1 << 28;

/**
 * The messages of an Arrow IPC file or stream, one at a time. Of a file the
 * footer comes first, and then the stream that it holds. Throws `corrupt_file`
 * with the offset at which it goes wrong.
 */
export function* framesOf(path: string): Generator<Frame> {
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  let at = 0;
  let end = size;
  if (new TextDecoder().decode(readAt(file, 0, 6)) === MAGIC) {
    at = 8;
    end = size - footerOf(file, path, size);
    const bytes = readAt(file, end, size - end);
    soundOf(path, end, "footer", () => checkFooter(bytes));
    yield { offset: end, kind: "footer", bytes };
  }
  while (true) {
    const prefix = viewOf(readAt(file, at, 8));
    if (prefix.byteLength < 8 || at + 8 > end) {
      throw corruptFile(
        path,
        Math.min(at, size),
        "it ends without its end mark",
      );
    }
    if (prefix.getUint32(0, true) !== CONTINUATION) {
      throw corruptFile(path, at, "no message begins here");
    }
    const length = prefix.getUint32(4, true);
    if (length === 0) return;
    if (length > MOST_METADATA || at + 8 + length > end) {
      throw corruptFile(
        path,
        at,
        `the message that begins here claims ${length} bytes`,
      );
    }
    const { kind, body } = soundOf(
      path,
      at,
      "message",
      () => headerOf(readAt(file, at + 8, length)),
    );
    const whole = 8 + length + body;
    if (at + whole > end) {
      throw corruptFile(
        path,
        size,
        `it ends within the message that begins at byte ${at}`,
      );
    }
    yield { offset: at, kind, bytes: readAt(file, at, whole) };
    at += whole;
  }
}

/** Bytes of the footer and what follows it: its length and the magic. */
function footerOf(file: Deno.FsFile, path: string, size: number): number {
  const tail = viewOf(readAt(file, Math.max(8, size - 10), 10));
  const magic = tail.byteLength === 10
    ? new TextDecoder("latin1").decode(new Uint8Array(tail.buffer, 4))
    : "";
  if (magic !== MAGIC) {
    throw corruptFile(path, size, "its end is no Arrow footer");
  }
  const length = tail.getInt32(0, true);
  if (length > 0 && length <= size - 18) return length + 10;
  throw corruptFile(path, size - 10, `its Arrow footer claims ${length} bytes`);
}

function soundOf<T>(
  path: string,
  offset: number,
  what: string,
  read: () => T,
): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw corruptFile(
      path,
      offset,
      `the ${what} that begins here is damaged: ${error.message}`,
      error,
    );
  }
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The bytes at an offset; fewer at the file's end. */
function readAt(
  file: Deno.FsFile,
  offset: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  file.seekSync(offset, Deno.SeekMode.Start);
  let done = 0;
  while (done < length) {
    const read = file.readSync(bytes.subarray(done));
    if (read === null) break;
    done += read;
  }
  return bytes.subarray(0, done);
}
