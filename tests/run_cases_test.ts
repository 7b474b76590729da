import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Desk,
  digestOf,
  ENGINE,
  type FillRow,
  readFills,
} from "./helpers/cli.ts";

const CASES = "tests/cases/runs";

/** What an aggregator of a case must leave. */
interface ExpectedResult {
  readonly fills: readonly FillRow[];
  readonly figures: Readonly<Record<string, number | null>>;
}

/** `expected.json`. */
interface Expected {
  /** By aggregator. */
  readonly results: Readonly<Record<string, ExpectedResult>>;
  readonly data?: readonly Readonly<Record<string, unknown>>[];
  readonly filtered?: number;
  readonly slices?: number;
  /** Lines of the source that were set aside, with their kinds. */
  readonly quarantine?: readonly (readonly [line: number, kind: string])[];
}

for (const name of readdirSync(CASES).sort()) {
  Deno.test(`case ${name}: the fills and figures worked out by hand`, async () => {
    await using desk = await deskOf(name);
    const expected: Expected = JSON.parse(
      readFileSync(join(CASES, name, "expected.json"), "utf8"),
    );
    const one = await desk.run("pipeline.yaml", {
      out: "runs/one",
      args: ["--workers", "1"],
    });
    const stages = Object.keys(expected.results);
    for (const [i, stage] of stages.entries()) {
      const { fills, figures } = expected.results[stage];
      const where = stages.length === 1
        ? one.directory
        : join(one.directory, stage);
      assertFills(await readFills(where), fills, stage);
      const found = i === 0 ? one.result : one.result.by_stage[stage];
      assertFigures(found, figures, stage);
    }
    for (const [i, account] of (expected.data ?? []).entries()) {
      const known = Object.keys(account).map((key) => [
        key,
        one.result.data[i][key],
      ]);
      assert.deepEqual(Object.fromEntries(known), account);
    }
    for (const key of ["filtered", "slices"] as const) {
      if (expected[key] !== undefined) {
        assert.equal(one.result[key], expected[key], key);
      }
    }
    if (expected.quarantine) {
      assert.deepEqual(quarantineOf(desk), expected.quarantine);
    }
    const three = await desk.run("pipeline.yaml", {
      out: "runs/three",
      args: ["--workers", "3", "--set", "run.batch_rows=1"],
    });
    assert.equal(digestOf(three), digestOf(one));
  });
}

/** A case in a working directory of its own; its strategy finds the engine. */
async function deskOf(name: string): Promise<Desk> {
  const desk = await Desk.make();
  for (const file of readdirSync(join(CASES, name))) {
    const text = readFileSync(join(CASES, name, file), "utf8");
    desk.write(file, text.replace("../../../../engine/mod.ts", ENGINE));
  }
  assert.ok(existsSync(desk.at("pipeline.yaml")));
  return desk;
}

/** Line and kind of every row that was set aside. */
function quarantineOf(desk: Desk): [number, string][] {
  const [table] = readdirSync(desk.at("store"));
  const [head, ...lines] = desk.read("store", table, "quarantine.csv")
    .trimEnd().split("\n");
  assert.equal(head, "file,line,kind,row");
  return lines.map((text) => {
    const [, line, kind] = text.split(",");
    return [Number(line), kind];
  });
}

/** Prices are exact; a commission is a product of decimals. */
function assertFills(
  found: readonly FillRow[],
  expected: readonly FillRow[],
  stage: string,
): void {
  const round = (fill: FillRow) => ({
    ...fill,
    commission: Number(fill.commission.toFixed(9)),
  });
  assert.deepEqual(found.map(round), expected, stage);
}

/** To the last digit that a decimal calculation by hand can give. */
function assertFigures(
  found: Readonly<Record<string, unknown>>,
  figures: ExpectedResult["figures"],
  stage: string,
): void {
  for (const [key, value] of Object.entries(figures)) {
    const is = found[key];
    if (typeof value === "number" && typeof is === "number") {
      const scale = Math.max(1e-6, Math.abs(value));
      if (Math.abs(is - value) <= 1e-9 * scale + 1e-10) continue;
    }
    assert.equal(is, value, `${stage}: ${key}`);
  }
}
