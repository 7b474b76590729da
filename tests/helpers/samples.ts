import type { FileText } from "../../formats/samples/text_writer.ts";

/** Columns of a sample's file by their names; `B` and `S` are 1 and -1. */
export function columnsOf(
  { bytes }: Pick<FileText, "bytes">,
): Record<string, Float64Array> {
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

/** The lines of a file in the first `minutes` of a session, and in its last five. */
export function endsOf(
  { bytes }: FileText,
  { open, close, minutes }: { open: number; close: number; minutes: number },
): string {
  const [header, ...lines] = new TextDecoder().decode(bytes).trimEnd()
    .split("\n");
  const kept = lines.filter((line) => {
    const at = parseFloat(line);
    return at < open + 60 * minutes || at >= close - 300;
  });
  return [header, ...kept, ""].join("\n");
}
