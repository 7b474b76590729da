import { FormatError } from "../error.ts";
import { unpacked } from "../ticks/unpack.ts";

const KNOWN = ["dbn", "bi5", "itch", "parquet", "arrow", "binance-ws"];
const TEXT = ["csv", "lobster", "binance-ws"];
/** A line of a recording: nanoseconds since the epoch, and the message. */
const RECORDING = /^\d{18,19} \{"/;

/** What the first bytes of a file, unpacked, say that it is. */
export function formatOfHead(head: Uint8Array): string | undefined {
  const text = new TextDecoder("latin1").decode(head);
  if (text.startsWith("DBN")) return "dbn";
  if (text.startsWith("PAR1")) return "parquet";
  if (text.startsWith("ARROW1") || text.startsWith("\xff\xff\xff\xff")) {
    return "arrow";
  }
  if (text.startsWith("\x5d\x00\x00")) return "bi5";
  if (text.startsWith("\0\0S\0\0") || text.startsWith("\0\x0cS\0\0")) {
    return "itch";
  }
  if (RECORDING.test(text)) return "binance-ws";
  if (head.length > 0 && head.every(isText)) return "text";
}

function isText(byte: number): boolean {
  return byte >= 0x20 && byte !== 0x7f || byte === 9 || byte === 10 ||
    byte === 13;
}

/** Throws `bad_data` when a file is plainly of another format than `format`. */
export async function assertFormat(
  path: string,
  format: string,
): Promise<void> {
  if (format === "struct") return;
  const found = formatOfHead(await headOf(path));
  if (found === undefined || found === format) return;
  if (found === "text" && TEXT.includes(format)) return;
  throw new FormatError({
    code: "bad_data",
    message: `Cannot read ${path} as ${format}: it holds ${found}`,
    file: path,
    hint: found === "text"
      ? "set format: csv and columns, or name another file"
      : KNOWN.includes(found)
      ? `set format: ${found}`
      : `known formats are csv, ${KNOWN.join(", ")}`,
  });
}

async function headOf(path: string): Promise<Uint8Array> {
  for await (const chunk of unpacked(path)) return chunk.subarray(0, 32);
  return new Uint8Array(0);
}
