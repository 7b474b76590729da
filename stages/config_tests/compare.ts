import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import type { StageIssue } from "../../pipeline/contract/mod.ts";
import type { ConfigTest, ExpectedFill } from "./section.ts";
import { instantOf } from "./ticks.ts";

/** A fill as a test writes it. */
export type ActualFill = Required<ExpectedFill>;

/** The fills of a run directory. */
export async function fillsOf(directory: string): Promise<ActualFill[]> {
  const bytes = await readFile(join(directory, "fills.parquet"));
  const rows = await parquetReadObjects({
    file: new Uint8Array(bytes).buffer,
    parsers: { timestampFromNanoseconds: (ns: bigint) => ns },
  });
  return rows.map((row) => ({
    time: Temporal.Instant.fromEpochNanoseconds(BigInt(row.time)).toString(),
    side: row.side === "buy" ? "buy" : "sell",
    quantity: Number(row.quantity),
    price: Number(row.price),
    instrument: String(row.instrument),
    commission: Number(row.commission),
  }));
}

/** Times of expected fills that are none; paths count from the test. */
export function fillIssues({ fills }: ConfigTest): StageIssue[] {
  return fills.flatMap(({ time }, index) =>
    instantOf(time) !== undefined ? [] : [{
      code: "bad_value" as const,
      path: ["fills", index, "time"],
      message: `Cannot read the time: current value is ${JSON.stringify(time)}`,
      hint: "write 2024-03-04T14:30:00Z",
    }]
  );
}

/** The first way in which fills are not the expected ones; undefined: none. */
export function firstMiss(
  expected: readonly ExpectedFill[],
  actual: readonly ActualFill[],
): string | undefined {
  for (const [index, fill] of expected.entries()) {
    const found = actual[index];
    if (found === undefined) break;
    for (const name of Object.keys(fill) as (keyof ExpectedFill)[]) {
      const want = fill[name];
      if (want === undefined || isSame(name, want, found[name])) continue;
      return `fill ${index}: ${name} is ${found[name]}, expected ${want}`;
    }
  }
  if (expected.length === actual.length) return undefined;
  return `there are ${actual.length} fills, expected ${expected.length}`;
}

function isSame(
  name: keyof ExpectedFill,
  want: string | number,
  found: string | number,
): boolean {
  return name === "time"
    ? instantOf(want) === instantOf(found)
    : Object.is(want, found);
}

/**
 * Fills as YAML that can be pasted into a test.
 *
 * @param expected tells which columns the test looks at
 */
export function fillsYaml(
  actual: readonly ActualFill[],
  expected: readonly ExpectedFill[],
): string {
  if (actual.length === 0) return "fills: []\n";
  const several = new Set(actual.map(({ instrument }) => instrument)).size > 1;
  const names = ["time", "side", "quantity", "price"] as (keyof ActualFill)[];
  if (several || expected.some((fill) => fill.instrument !== undefined)) {
    names.push("instrument");
  }
  if (expected.some((fill) => fill.commission !== undefined)) {
    names.push("commission");
  }
  const lines = actual.map((fill) =>
    `  - { ${
      names.map((name) => `${name}: ${scalar(fill[name])}`).join(", ")
    } }`
  );
  return `fills:\n${lines.join("\n")}\n`;
}

/** A name may look like something else: `123`, `on`. */
function scalar(value: string | number): string {
  if (typeof value === "number") return String(value);
  return /^[A-Za-z][\w.-]*$|^\d{4}-/.test(value) &&
      !/^(?:true|null|yes|no|on|off|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
