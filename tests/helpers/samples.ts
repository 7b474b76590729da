import type { FileText } from "../../formats/samples/text_writer.ts";

/** Columns of a sample's file by their names; `B` and `S` are 1 and -1. */
export function columnsOf({ bytes }: FileText): Record<string, Float64Array> {
  const [header, ...lines] = new TextDecoder().decode(bytes).trimEnd()
    .split("\n");
  const names = header.split(",");
  const columns = names.map(() => new Float64Array(lines.length));
  for (const [row, line] of lines.entries()) {
    for (const [i, cell] of line.split(",").entries()) {
      columns[i][row] = cell === "B" ? 1 : cell === "S" ? -1 : Number(cell);
    }
  }
  return Object.fromEntries(names.map((name, i) => [name, columns[i]]));
}

/** The first lines of a file, its header counted out. */
export function headOf({ bytes }: FileText, rows: number): string {
  let at = 0;
  for (let line = 0; line <= rows; line++) {
    const end = bytes.indexOf(10, at);
    if (end < 0) break;
    at = end + 1;
  }
  return new TextDecoder().decode(bytes.subarray(0, at));
}

/** The lines of a file that are not later than a time, seconds since the epoch. */
export function untilOf(text: FileText, end_s: number): string {
  const lines = new TextDecoder().decode(text.bytes).trimEnd().split("\n");
  const kept = lines.filter((line, i) => i === 0 || parseFloat(line) <= end_s);
  return kept.join("\n") + "\n";
}
