/// <reference lib="dom" />
import type { Column } from "./data.ts";

/** Gives the numbers of a column, decoded when first asked for. */
export type Columns = (index: number) => Float64Array;

/** The columns in compressed base64 text: the inverse of `payload/encode.ts`. */
export async function decodeColumns(
  text: string,
  columns: readonly Column[],
): Promise<Columns> {
  const packed = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const stream = new Blob([packed]).stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const known = new Map<number, Float64Array>();
  return (index) => {
    const found = known.get(index) ?? decodeNumbers(bytes, columns[index]);
    known.set(index, found);
    return found;
  };
}

/** What stands for NaN. */
const MISSING = 2 ** 50;

function decodeNumbers(
  bytes: Uint8Array,
  { rows, from, scale }: Column,
): Float64Array {
  const values = new Float64Array(rows);
  let at = from;
  let whole = 0;
  for (let i = 0; i < rows; i++) {
    let rest = 0;
    let unit = 1;
    let byte = bytes[at++];
    while (byte >= 128) {
      rest += (byte - 128) * unit;
      unit *= 128;
      byte = bytes[at++];
    }
    rest += byte * unit;
    whole += rest % 2 === 0 ? rest / 2 : -(rest + 1) / 2;
    values[i] = whole === MISSING ? NaN : whole / scale;
  }
  return values;
}
