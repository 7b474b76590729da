import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";

type FillRow = Readonly<Record<string, unknown>>;

/** Says where the fills of two run directories first differ. */
export async function firstDifference(a: string, b: string): Promise<string> {
  const [fillsA, fillsB] = await Promise.all([readFills(a), readFills(b)]);
  const rows = Math.max(fillsA.length, fillsB.length);
  for (let i = 0; i < rows; i++) {
    const left = textOf(fillsA[i]);
    const right = textOf(fillsB[i]);
    if (left !== right) {
      return `The first fill that differs is fill ${i}: ${left} against ${right}`;
    }
  }
  return "All fills are equal; equity or figures differ";
}

async function readFills(directory: string): Promise<FillRow[]> {
  const bytes = await readFile(join(directory, "fills.parquet"));
  const file = new Uint8Array(bytes).buffer;
  return await parquetReadObjects({ file });
}

function textOf(fill: FillRow | undefined): string {
  if (fill === undefined) return "none";
  const { time, instrument, side, quantity, price } = fill;
  const at = time instanceof Date ? time.toISOString() : String(time);
  return `${side} ${quantity} ${instrument} at ${price}, ${at}`;
}
