import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import {
  Desk,
  digestOf,
  pipelineText,
  readParquet,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";

const ROWS = 300;

function deskOf(): Promise<Desk> {
  return Desk.make({
    "it.yaml": pipelineText({
      name: "moving-average",
      worker: "params: { length: 9 }, workers: 2",
      dispatcher: "slice: 1m",
    }),
    "strategy.ts": strategyText(`{
  params: { length: param.int({ default: 5, min: 1 }) },
  indicators: ({ price }, { length }) => ({ price, average: sma(price, length) }),
  onTick({ price, average }, broker) {
    if (average.ready) broker.target(price.value > average.value ? 1 : -1);
  },
}`),
    "data/ticks.csv": ticksText(walkPrices(ROWS)),
  });
}

const HEX = /^[0-9a-f]{64}$/;

/** Keys that people and scripts read, with what a run of these ticks must hold. */
const NUMBERS = [
  "ticks",
  "fills",
  "orders",
  "trades",
  "net_profit",
  "commission",
  "final_equity",
  "max_drawdown",
  "workers",
  "elapsed_s",
  "prepare_s",
  "run_s",
  "ticks_per_second",
];

Deno.test("a run leaves its result, its record and what made it", async () => {
  await using desk = await deskOf();
  const { result, directory } = await desk.run("it.yaml");
  assert.match(result.digest, HEX);
  assert.equal(result.name, "moving-average");
  assert.equal(result.workers, 2);
  assert.equal(result.ticks, ROWS);
  for (const key of NUMBERS) {
    assert.ok(Number.isFinite(result[key]), `${key} is ${result[key]}`);
  }
  // One day has no deviation: not defined, so null.
  assert.equal(result.sharpe, null);
  const fills = await readParquet(`${directory}/fills.parquet`);
  assert.equal(fills.length, result.fills);
  assert.deepEqual(Object.keys(fills[0]), [
    "time",
    "submitted",
    "order",
    "instrument",
    "side",
    "quantity",
    "price",
    "commission",
    "liquidity",
    "realised",
    "mark",
    "arrival",
  ]);
  assert.ok(
    fills.every(({ time, submitted }) =>
      (time as bigint) > (submitted as bigint)
    ),
  );
  const equity = await readParquet(`${directory}/equity.parquet`);
  assert.deepEqual(Object.keys(equity[0]), ["time", "equity", "exposure"]);
  assert.equal(equity.at(-1)?.equity, result.final_equity);
  const plan = JSON.parse(desk.read("runs/it/plan.json"));
  assert.deepEqual(
    plan.stages.map(({ id }: { id: string }) => id),
    ["ticks", "slices", "trader", "results"],
  );
  assert.ok(
    readdirSync(directory).every((name) => !name.endsWith(".part")),
  );
});

Deno.test("the resolved pipeline of a run gives the same run", async () => {
  await using desk = await deskOf();
  const first = await desk.run("it.yaml", {
    out: "runs/first",
    args: ["--set", "stages.trader.params.length=4"],
  });
  const text = desk.read("runs/first/config.yaml");
  assert.match(text, /length: 4/);
  assert.match(text, /slippage_ticks: 0/);
  const again = await desk.run("runs/first/config.yaml", { out: "runs/again" });
  assert.equal(digestOf(again), digestOf(first));
  assert.equal(desk.read("runs/again/config.yaml"), text);
});

Deno.test("a run without --out makes a directory of its own each time", async () => {
  await using desk = await deskOf();
  const lines: string[] = [];
  for (let i = 0; i < 2; i++) {
    const { code, out, err } = await desk.call(["run", "it.yaml"]);
    assert.equal(code, 0, err);
    lines.push(/^ {2}run (\S+)$/m.exec(out)?.[1] ?? "");
  }
  assert.notEqual(lines[0], lines[1]);
  for (const line of lines) {
    assert.match(line, /^runs\/moving-average-\d{8}-\d{6}(-\d+)?$/);
    assert.ok(desk.has(line, "result.json"));
  }
});

Deno.test("the last line of a run is its digest", async () => {
  await using desk = await deskOf();
  const { out, err, code, result } = {
    ...await desk.run("it.yaml"),
  };
  assert.equal(code, 0);
  assert.equal(out.split("\n").at(-2), `digest ${result.digest}`);
  assert.ok(out.endsWith("\n"));
  // No progress line in less than five seconds, and no notice.
  assert.equal(err, "");
});

Deno.test("--quiet prints the digest and nothing else", async () => {
  await using desk = await deskOf();
  const { out, err } = await desk.call(["run", "it.yaml", "--quiet"]);
  assert.match(out, /^digest [0-9a-f]{64}\n$/);
  assert.equal(err, "");
  const check = await desk.call(["check", "it.yaml", "--quiet"]);
  assert.deepEqual([check.code, check.out, check.err], [0, "", ""]);
});

Deno.test("--json prints JSON and nothing else", async () => {
  await using desk = await deskOf();
  const run = await desk.call(["run", "it.yaml", "--json", "--out", "runs/it"]);
  assert.deepEqual(
    JSON.parse(run.out),
    JSON.parse(desk.read("runs/it/result.json")),
  );
  for (const verb of ["check", "plan", "graph", "ingest"]) {
    const ended = await desk.call([verb, "it.yaml", "--json"]);
    assert.equal(ended.code, 0, verb);
    assert.doesNotThrow(() => JSON.parse(ended.out), verb);
    assert.equal(ended.err, "");
  }
});

Deno.test("what is not a terminal gets no escape codes", async () => {
  await using desk = await deskOf();
  desk.write("bad.yaml", pipelineText().replace("from: ticks", "from: tikcs"));
  for (
    const args of [
      ["run", "it.yaml"],
      ["plan", "it.yaml"],
      ["check", "bad.yaml"],
      ["run", "--help"],
      ["run", "it.yaml", "--set", "stages.trader.params.length=no"],
    ]
  ) {
    for (const env of [{ NO_COLOR: "1" }, { NO_COLOR: "" }]) {
      const { out, err } = await desk.call(args, { env });
      // deno-lint-ignore no-control-regex
      assert.doesNotMatch(out + err, /[\x1b\r]/, args.join(" "));
    }
  }
});

Deno.test("a run makes no file outside of its directories", async () => {
  await using desk = await deskOf();
  const before = readdirSync(desk.path).sort();
  await desk.run("it.yaml", { out: "runs/it" });
  const after = readdirSync(desk.path).sort();
  assert.deepEqual(after, [...before, "runs", "store"].sort());
  assert.deepEqual(readdirSync(desk.at("runs")), ["it"]);
  const [table, ...others] = readdirSync(desk.at("store"));
  assert.match(table, /^ES-[0-9a-f]{12}$/);
  assert.deepEqual(others, []);
});
