import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Desk,
  digestOf,
  type Finished,
  pipelineText,
  readParquet,
  ROOT,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";
import { esDays } from "../formats/samples/es_days.ts";
import { esSession } from "../formats/samples/es_session.ts";
import { ES_SEED } from "../formats/samples/mod.ts";

/** `configs/es.yaml` over the first sessions of its own sample, at most so many trades each. */
async function esDesk(sessions: number, trades: number): Promise<Desk> {
  const desk = await Desk.make();
  for (const [index, day] of esDays(ES_SEED).slice(0, sessions).entries()) {
    const lines = new TextDecoder().decode(
      esSession(ES_SEED, index, day).bytes,
    ).split("\n");
    desk.write(`ticks/${index}.csv`, lines.slice(0, trades + 1).join("\n"));
  }
  const text = readFileSync(join(ROOT, "configs/es.yaml"), "utf8");
  assert.match(text, /flat_at_close: 1m/);
  const near = text
    .replace("strategies/sma_cross.ts", join(ROOT, "strategies/sma_cross.ts"))
    .replace("data/es/*.csv.gz", "ticks/*.csv");
  desk.write("es.yaml", near);
  desk.write("es-overnight.yaml", near.replace(/ {4}flat_at_close: 1m\n/, ""));
  return desk;
}

/** What of a result must not depend on how it was run. */
const FIGURES = [
  "digest",
  "name",
  "ticks",
  "orders",
  "fills",
  "cancelled",
  "rejected",
  "trades",
  "net_profit",
  "commission",
  "final_equity",
  "max_drawdown",
  "max_drawdown_amount",
  "sharpe",
  "sortino",
  "profit_factor",
  "expectancy",
  "win_rate",
  "data",
  "slices",
  "filtered",
];

function comparable({ result }: Finished): Record<string, unknown> {
  for (const key of FIGURES) assert.ok(key in result, key);
  return Object.fromEntries(FIGURES.map((key) => [key, result[key]]));
}

const WAYS = [
  ["--workers", "1"],
  ["--workers", "2"],
  ["--workers", "3"],
  ["--workers", "3", "--set", "run.batch_rows=1000"],
];

async function assertSameOnAnyWorkers(
  desk: Desk,
  file: string,
  ways: readonly (readonly string[])[] = WAYS,
): Promise<Finished[]> {
  const runs: Finished[] = [];
  for (const [i, args] of ways.entries()) {
    runs.push(await desk.run(file, { out: `runs/${file}-${i}`, args }));
  }
  const [first, ...others] = runs;
  for (const [i, other] of others.entries()) {
    const way = ways[i + 1].join(" ");
    assert.equal(digestOf(other), digestOf(first), way);
    assert.deepEqual(comparable(other), comparable(first), way);
    for (const name of ["fills.parquet", "equity.parquet"]) {
      assert.deepEqual(
        await readParquet(join(other.directory, name)),
        await readParquet(join(first.directory, name)),
        `${name}, ${way}`,
      );
    }
  }
  return runs;
}

Deno.test("configs/es.yaml gives one result on 1, 2 and 3 workers, in any batches", async () => {
  await using desk = await esDesk(3, 12_000);
  const runs = await assertSameOnAnyWorkers(desk, "es.yaml");
  const { result } = runs[0];
  assert.equal(result.slices, 3);
  assert.equal(result.workers, 1);
  assert.equal(result.ticks + result.filtered, 36_000);
  assert.ok(result.fills > 50, `fills are ${result.fills}`);
});

Deno.test("it gives one result when positions are held from slice to slice", async () => {
  await using desk = await esDesk(3, 12_000);
  const runs = await assertSameOnAnyWorkers(desk, "es-overnight.yaml", [
    ...WAYS,
    ["--workers", "3", "--set", "stages.slices.warmup=0s"],
    ["--workers", "3", "--set", "stages.slices.warmup=2h"],
  ]);
  const session = runs[0];
  const slices = [];
  for (const workers of ["1", "3"]) {
    slices.push(
      await desk.run("es-overnight.yaml", {
        out: `runs/slices-${workers}`,
        args: ["--workers", workers, "--set", "stages.slices.slice=10m"],
      }),
    );
  }
  assert.ok(slices[0].result.slices > 3);
  // Slices are no part of a result, so even another cut gives the same one.
  for (const run of slices) assert.equal(digestOf(run), digestOf(session));
});

/** Counts, so that no guess is ever right. */
const NEVER = strategyText(`{
  indicators: ({ price }) => ({ price }),
  state: { seen: 0 },
  onTick(_series, broker, state) {
    state.seen++;
    broker.target(state.seen % 7 < 3 ? 1 : -1);
  },
}`);

Deno.test("a strategy that never forgets gives one result, and says what it cost", async () => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText({ dispatcher: "slice: 1m, warmup: 30 ticks" }),
    "strategy.ts": NEVER,
    "data/ticks.csv": ticksText(walkPrices(600)),
  });
  const runs = await assertSameOnAnyWorkers(desk, "it.yaml");
  const [one, ...several] = runs;
  assert.equal(one.result.slices, 10);
  assert.deepEqual(one.result.reruns, { slices: 0, rows: 0, met: 0 });
  assert.match(one.out, /10 slices on 1 worker, none run again/);
  for (const { result, out } of several) {
    const { slices, rows } = result.reruns;
    assert.equal(rows, 60 * slices);
    const share = (100 * rows / 600).toFixed(1);
    const told = slices === 0
      ? "none run again"
      : `${slices} run again (${share} % of ticks)`;
    assert.ok(out.includes(told), out);
  }
  assert.ok(several.some(({ result }) => result.reruns.slices > 0));
});

Deno.test("chance comes from the seed, not from the workers", async () => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText({ dispatcher: "slice: 1m, warmup: 1 ticks" }),
    "strategy.ts": strategyText(`{
  indicators: ({ price }) => ({ price }),
  onTick(_series, broker, _state, context) {
    if (context.random() < 0.2) broker.target(context.random() < 0.5 ? 1 : -1);
  },
}`),
    "data/ticks.csv": ticksText(walkPrices(600)),
  });
  const [one] = await assertSameOnAnyWorkers(desk, "it.yaml", [
    ["--workers", "1"],
    ["--workers", "3"],
  ]);
  assert.ok(one.result.fills > 20);
  const other = await desk.run("it.yaml", {
    out: "runs/other",
    args: ["--set", "run.seed=8"],
  });
  assert.notEqual(digestOf(other), digestOf(one));
});
