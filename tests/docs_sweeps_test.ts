import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { SAMPLES } from "../formats/samples/mod.ts";
import { param } from "../engine/mod.ts";
import { writeTable } from "../stages/aggregator/output.ts";
import type { Judgement } from "../stages/aggregator/sweep/judge.ts";
import { rankRows } from "../stages/aggregator/sweep/leaderboard.ts";
import { sweepColumns } from "../stages/aggregator/sweep/sweep_columns.ts";
import { windowColumns } from "../stages/aggregator/sweep/window_columns.ts";
import { valuesOf } from "../stages/sweep/values.ts";
import { type Segment, windowsOf } from "../stages/sweep/windows.ts";
import { breakwater, ROOT } from "./helpers/cli.ts";
import { duckdb } from "./helpers/duckdb.ts";
import { blocksOf, tableOf } from "./helpers/markdown.ts";

const PAGE = Deno.readTextFileSync(join(ROOT, "docs/sweeps.md"));
const WALK = Deno.readTextFileSync(join(ROOT, "docs/walk_forward.md"));

Deno.test("docs: ranges have the values of the table", () => {
  for (const [range, values] of tableOf(PAGE, "In YAML", 1)) {
    const all = valuesOf(
      parse(range.replaceAll("`", "")),
      param.int({ default: 1 }),
    );
    assert.equal(all.join(", "), values, range);
  }
});

Deno.test("docs: the query of sweep.parquet runs on one", async () => {
  const figures = { sharpe: 1.5, trades: 7, net_profit: 2, sortino: null };
  const row = (set: number, fast: number, sharpe: number | null) => ({
    set,
    params: { fast, slow: 9, kind: "sma" },
    objective: sharpe,
    figures: sharpe === null ? null : { ...figures, sharpe } as never,
    digest: sharpe === null ? null : "d",
    fault: sharpe === null
      ? { code: "strategy_threw", message: "no", tick: 4 } as const
      : null,
  });
  const ranked = rankRows([row(0, 5, 1), row(1, 5, 2), row(2, 6, null)]);
  assert.deepEqual(ranked.map(({ set }) => set), [1, 0, 2]);
  const directory = await Deno.makeTempDir();
  try {
    const path = join(directory, "sweep.parquet");
    writeTable(path, sweepColumns(ranked));
    const sql = blocksOf(PAGE).find(({ language }) => language === "sql");
    const found = await duckdb(
      (sql?.text ?? "").replace("'sweep.parquet'", `'${path}'`),
    );
    assert.deepEqual(
      Object.entries(found).map(([name, values]) => [name, ...values]),
      [["param_fast", 5], ["sharpe", 1.5], ["trades", 7]],
    );
    const all = await duckdb(
      `SELECT count(*) AS n, count(objective) AS known, max(rank) AS last,
        count(*) FILTER (error = 'no, tick 4') AS failed FROM '${path}'`,
    );
    assert.deepEqual(Object.values(all).map(([n]) => n), [3, 2, 3, 1]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("docs: the keys of overfitting are all told of", () => {
  const keys: Record<keyof Judgement, true> = {
    trials: true,
    sharpe_variance: true,
    expected_max_sharpe: true,
    probabilistic_sharpe: true,
    deflated_sharpe: true,
    pbo: true,
    loss_probability: true,
    pbo_blocks: true,
    pbo_splits: true,
    stability: true,
  };
  const told = tableOf(PAGE, "How far to believe it")
    .flatMap(([cell]) => cell.match(/\w+/g) ?? []);
  assert.deepEqual(told.toSorted(), Object.keys(keys).toSorted());
});

Deno.test("docs: windows are those of the table", () => {
  const sessions = Array.from({ length: 10 }, (_, day) => ({
    date: String(day),
    open: day * 86_400e9,
    close: day * 86_400e9 + 3600e9,
  }));
  const text = ({ first, last }: Segment) =>
    last - first === 1 ? String(first) : `${first}–${last - 1}`;
  for (const [also, shown] of tableOf(WALK, "In YAML", 1)) {
    const terms = parse(`{ ${also.replaceAll("`", "")} }`);
    const windows = windowsOf({
      train: "3 sessions",
      test: "2 sessions",
      anchored: false,
      ...terms,
    }, sessions);
    assert.equal(
      windows.map(({ train, test }) => `${text(train)}, ${text(test)}`)
        .join("; "),
      shown,
      also,
    );
  }
});

Deno.test("docs: the query of windows.parquet runs on one", async () => {
  const side = (objective: number | null) => ({
    objective,
    net_profit: 1,
    trades: 2,
    error: "",
  });
  const rows = [[1, 2], [2, 4], [3, 6], [null, 1]].map(([a, b], set) => ({
    window: 0,
    set,
    rank: set + 1,
    params: { fast: set },
    train: side(a),
    test: side(b),
  }));
  const directory = await Deno.makeTempDir();
  try {
    const path = join(directory, "windows.parquet");
    writeTable(path, windowColumns(rows));
    const sql = blocksOf(WALK).find(({ language }) => language === "sql");
    const found = await duckdb(
      (sql?.text ?? "").replace("'windows.parquet'", `'${path}'`),
    );
    assert.ok(Math.abs(found.kept[0] - 1) < 1e-12);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

const missing = !existsSync(join(ROOT, SAMPLES.es.directory, "SAMPLE.md"));
if (missing) console.log("Skipped: the sample of ES is not there, run it once");

for (const [page, config] of [[PAGE, "es-sweep"], [WALK, "es-walk-forward"]]) {
  Deno.test({
    name: `docs: configs/${config}.yaml prints what its page says`,
    ignore: missing,
    async fn() {
      const shown = blocksOf(page).find(({ language }) => language === "text");
      const out = await Deno.makeTempDir();
      try {
        const args = ["run", `configs/${config}.yaml`, "--out", out];
        const set = ["--set", "stages.results.report=false"];
        const ended = await breakwater([...args, ...set], { cwd: ROOT });
        assert.equal(ended.code, 0, ended.err);
        assert.equal(steady(ended.out), steady(shown?.text ?? ""));
      } finally {
        await Deno.remove(out, { recursive: true });
      }
    },
  });
}

/** Leaves out what differs from one machine or minute to another. */
function steady(text: string): string {
  return text
    .replaceAll(/in [\d.]+ s \([\d.]+ M .*\), [\d.]+ s/g, "in T s, T s")
    .replaceAll(/on \d+ workers?.*/g, "on N workers")
    .replaceAll(/^ {2}about [\d.]+ times as fast.*\n/gm, "")
    .replaceAll(/^ {2}run .*$/gm, "  run DIRECTORY")
    .replaceAll(/^ {2}report .*\n/gm, "")
    .replaceAll(/^digest .*\n/gm, "")
    .trim();
}
