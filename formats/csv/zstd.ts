const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/**
 * Walks the frames and blocks of a zstd file without unpacking it. Gives the
 * byte offset at which the file ends too early, or undefined when it is whole:
 * neither DuckDB nor the stream of node:zlib minds a cut file.
 */
export function zstdCut(path: string): number | undefined {
  return zstdFrames(path).cut;
}

/** Where the frames of a zstd file end, and where the file ends too early. */
export function zstdFrames(
  path: string,
): { readonly ends: readonly number[]; readonly cut?: number } {
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  const ends: number[] = [];
  let at = 0;
  while (at < size) {
    const next = frameEnd(file, at, size);
    if (next === undefined || next > size) return { ends, cut: size };
    ends.push(next);
    at = next;
  }
  return { ends };
}

/** Where the frame at `at` ends (RFC 8878, 3.1.1); undefined when it is cut. */
function frameEnd(
  file: Deno.FsFile,
  start: number,
  size: number,
): number | undefined {
  const head = readAt(file, start, 9);
  if (head.byteLength < 5) return undefined;
  const magic = head.getUint32(0, true);
  if (magic >>> 4 === SKIPPABLE >>> 4) {
    return head.byteLength < 8
      ? undefined
      : start + 8 + head.getUint32(4, true);
  }
  // Not a frame: whoever unpacks it says so.
  if (magic !== FRAME) return size;
  const flags = head.getUint8(4);
  const single = (flags >> 5) & 1;
  const contentSize = [single, 2, 4, 8][flags >> 6];
  const dictionary = [0, 1, 2, 4][flags & 3];
  let at = start + 5 + (1 - single) + dictionary + contentSize;
  for (let last = false; !last;) {
    const block = readAt(file, at, 3);
    if (block.byteLength < 3) return undefined;
    const header = block.getUint16(0, true) | (block.getUint8(2) << 16);
    last = (header & 1) === 1;
    const runLength = ((header >> 1) & 3) === 1;
    at += 3 + (runLength ? 1 : header >> 3);
  }
  return at + ((flags >> 2) & 1 ? 4 : 0);
}

function readAt(file: Deno.FsFile, offset: number, bytes: number): DataView {
  const buffer = new Uint8Array(bytes);
  file.seekSync(offset, Deno.SeekMode.Start);
  return new DataView(buffer.buffer, 0, file.readSync(buffer) ?? 0);
}
