import { corruptFile } from "../csv/bytes.ts";

/** What the metadata at the front of a DBN file say. */
export interface DbnHeader {
  /** Bytes before the first record. */
  readonly length: number;
  readonly version: number;
  readonly dataset: string;
  /** Name of the schema; undefined when records are of several. */
  readonly schema: string | undefined;
  /** Raw symbol to the instrument ids that it had. */
  readonly ids: ReadonlyMap<string, ReadonlySet<number>>;
}

const FIXED = 100;

/** Names of schemas by their number in the metadata. */
const SCHEMAS = [
  "mbo",
  "mbp-1",
  "mbp-10",
  "tbbo",
  "trades",
  "ohlcv-1s",
  "ohlcv-1m",
  "ohlcv-1h",
  "ohlcv-1d",
  "definition",
  "statistics",
  "status",
  "imbalance",
  "ohlcv-eod",
  "cmbp-1",
  "cbbo-1s",
  "cbbo-1m",
  "tcbbo",
  "bbo-1s",
  "bbo-1m",
];

/** Parses the metadata, or gives how many bytes it takes to. */
export function parseHeader(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
): DbnHeader | number {
  if (bytes.length < 8) return 8;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = bytes[3];
  if (textOf(bytes, 0, 3) !== "DBN" || version < 1 || version > 3) {
    throw corruptFile(
      path,
      0,
      `it does not begin as DBN version 1, 2 or 3 but with ${
        bytes.subarray(0, 4).toHex()
      }`,
    );
  }
  const length = 8 + view.getUint32(4, true);
  if (length < 8 + FIXED || length > 1 << 28) {
    throw corruptFile(path, 4, `its DBN header claims ${length} bytes`);
  }
  if (bytes.length < length) return length;
  const width = version === 1 ? 22 : view.getUint16(53, true);
  let at = 8 + FIXED;
  const count = (least: number) => {
    if (at + 4 > length) throw cut(path, at);
    const found = view.getUint32(at, true);
    at += 4;
    if (found * least > length - at) throw cut(path, at - 4);
    return found;
  };
  const name = () => {
    at += width;
    return textOf(bytes, at - width, at);
  };
  at += count(1);
  for (let list = 0; list < 3; list++) at += count(width) * width;
  const ids = new Map<string, Set<number>>();
  for (let left = count(width + 4); left > 0; left--) {
    const symbol = name();
    const found = ids.get(symbol) ?? new Set<number>();
    ids.set(symbol, found);
    for (let inner = count(width + 8); inner > 0; inner--) {
      at += 8;
      found.add(Number(name()));
    }
  }
  return {
    length,
    version,
    dataset: textOf(bytes, 8, 24),
    schema: SCHEMAS[view.getUint16(24, true)],
    ids,
  };
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  const end = bytes.subarray(from, to).indexOf(0);
  return new TextDecoder("latin1").decode(
    bytes.subarray(from, end < 0 ? to : from + end),
  );
}

function cut(path: string, offset: number) {
  return corruptFile(path, offset, "its DBN header ends too early");
}
