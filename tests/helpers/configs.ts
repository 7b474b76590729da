import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Desk, digestOf, type FillRow, readFills, ROOT } from "./cli.ts";

/** Ways to run a pipeline that must not change its result. */
const WAYS = [
  ["--workers", "1"],
  [
    "--workers",
    "3",
    "--set",
    "run.batch_rows=1000",
    "--set",
    "stages.slices.slice=20m",
  ],
];

/** A fill with its time in seconds since the epoch and its signed quantity. */
export interface Fill extends FillRow {
  readonly at: number;
  readonly signed: number;
}

/**
 * Runs one of `configs/` over files of one's own, on one worker and on several,
 * and gives the fills that both have.
 */
export async function fillsOfConfig(
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<Fill[]> {
  await using desk = await Desk.make(files);
  const text = readFileSync(join(ROOT, "configs", name), "utf8")
    .replaceAll(/^( +source: \S+?)\.csv\.gz$/gm, "$1.csv")
    .replaceAll("strategies/", `${ROOT}/strategies/`);
  desk.write("it.yaml", text);
  const runs = [];
  for (const [i, args] of WAYS.entries()) {
    runs.push(await desk.run("it.yaml", { out: `runs/${i}`, args }));
  }
  const [one, several] = runs;
  assert.equal(digestOf(several), digestOf(one));
  const fills = await readFills(one.directory);
  return fills.map((fill) => ({
    ...fill,
    at: Date.parse(fill.time) / 1000,
    signed: fill.side === "buy" ? fill.quantity : -fill.quantity,
  }));
}

/** The position after each fill. */
export function positionsOf(fills: readonly Fill[]): number[] {
  let held = 0;
  return fills.map(({ signed }) => held += signed);
}
