import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { parquetWriteBuffer } from "hyparquet-writer";
import { firstRow } from "../stages/compare/first_row.ts";
import {
  codesOf,
  Desk,
  pipelineText,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";

const PRICES = walkPrices(900);

/** Trades by a moving average; the first number is its length. */
function cross(code = "fast.value > slow.value"): string {
  return strategyText(`{
    params: { length: param.int({ default: 20, min: 1 }) },
    indicators: ({ price }, { length }) => ({ fast: sma(price, 5), slow: sma(price, length) }),
    onTick({ fast, slow }, broker) {
      if (slow.ready) broker.target(${code} ? 1 : -1);
    },
  }`);
}

async function deskOf(): Promise<Desk> {
  return await Desk.make({
    "it.yaml": pipelineText(),
    "data/ticks.csv": ticksText(PRICES),
    "strategy.ts": cross(),
  });
}

/** What `compare --json` says of runs `a` and `b`. */
async function compared(desk: Desk, code: number) {
  const ended = await desk.call(["compare", "runs/a", "runs/b", "--json"]);
  assert.equal(ended.code, code, ended.err);
  return JSON.parse(ended.out);
}

Deno.test("runs that are the same on other workers have the same results", async () => {
  await using desk = await deskOf();
  await desk.run("it.yaml", { out: "runs/a" });
  await desk.run("it.yaml", { out: "runs/b", args: ["--workers", "2"] });
  const { same, inputs, figures, stages, a, b } = await compared(desk, 0);
  assert.equal(same, true);
  assert.deepEqual([inputs, figures, stages], [[], {}, []]);
  assert.equal(a.digest, b.digest);
  const { out, code } = await desk.call(["compare", "runs/a", "runs/b"]);
  assert.equal(code, 0);
  assert.match(out, /^The same inputs$/m);
  assert.match(out, /^The same results$/m);
});

Deno.test("a parameter that differs is named, and the first rows that it changed", async () => {
  await using desk = await deskOf();
  const one = await desk.run("it.yaml", { out: "runs/a" });
  const set = (length: number) => [
    "--set",
    `stages.trader.params.length=${length}`,
  ];
  const two = await desk.run("it.yaml", { out: "runs/b", args: set(30) });
  const { same, inputs, figures, stages } = await compared(desk, 1);
  assert.equal(same, false);
  assert.deepEqual(inputs, [{
    what: "config",
    where: "stages.trader.params.length",
    // left to the strategy
    a: null,
    b: "30",
  }]);
  assert.deepEqual(figures.fills, {
    a: one.result.fills,
    b: two.result.fills,
  });
  assert.deepEqual(figures["metrics.trades.sqn"], {
    a: one.result.metrics.trades.sqn,
    b: two.result.metrics.trades.sqn,
  });
  assert.equal(figures.run_s, undefined);
  const [{ stage, fills, orders, trades, equity }] = stages;
  assert.equal(stage, "results");
  assert.equal(fills.row, 0);
  // The longer average is ready ten ticks later.
  assert.equal(Date.parse(fills.a.time) + 10_000, Date.parse(fills.b.time));
  assert.ok(fills.columns.includes("time"));
  assert.equal(fills.a.price, PRICES[20]);
  assert.equal(fills.b.price, PRICES[30]);
  for (const difference of [orders, trades, equity]) {
    assert.ok(difference.columns.length > 0);
  }
  const { out } = await desk.call(["compare", "runs/a", "runs/b"]);
  assert.match(out, /^ {2}stages\.trader\.params\.length: none → 30$/m);
  assert.match(out, /^ {2}fills +[\d,]+ +[\d,]+ +[+-][\d,]+$/m);
  assert.match(out, /^The first fill that differs is number 1$/m);
  assert.match(out, /^ {2}a {2}(buy|sell) 1 ES at .*Z$/m);
});

Deno.test("a run that goes on longer differs where the other has ended", async () => {
  await using desk = await deskOf();
  await desk.run("it.yaml", { out: "runs/a" });
  desk.write("data/ticks.csv", ticksText([...PRICES, ...walkPrices(300, 2)]));
  await desk.run("it.yaml", { out: "runs/b" });
  const { inputs, stages: [{ fills }] } = await compared(desk, 1);
  assert.deepEqual(
    inputs.map(({ what, where }: { what: string; where: string }) => [
      what,
      where,
    ]),
    [["data", "ticks"]],
  );
  assert.match(inputs[0].a, /^[0-9a-f]{16} \(900 rows\)$/);
  assert.match(inputs[0].b, /^[0-9a-f]{16} \(1200 rows\)$/);
  assert.equal(fills.a, null);
  assert.deepEqual(fills.columns, []);
  assert.ok(Date.parse(fills.b.time) > Date.UTC(2024, 2, 4, 14, 45));
});

Deno.test("another strategy's code is told, even when it changes nothing", async () => {
  await using desk = await deskOf();
  await desk.run("it.yaml", { out: "runs/a" });
  desk.write("strategy.ts", cross("!(fast.value <= slow.value)"));
  await desk.run("it.yaml", { out: "runs/b" });
  const { same, inputs } = await compared(desk, 0);
  assert.equal(same, true);
  assert.equal(inputs.length, 1);
  assert.equal(inputs[0].what, "code");
  assert.equal(inputs[0].where, "trader");
  desk.write("strategy.ts", cross("fast.value < slow.value"));
  rmSync(desk.at("runs/b"), { recursive: true });
  await desk.run("it.yaml", { out: "runs/b" });
  const { stages: [{ fills }] } = await compared(desk, 1);
  assert.deepEqual([fills.a.side, fills.b.side].sort(), ["buy", "sell"]);
  assert.ok(fills.columns.includes("side"));
});

Deno.test("aggregators are compared one by one", async () => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText().replace(
      "run:",
      `  other: { kind: worker, from: slices, strategy: strategy.ts, workers: 1 }
  more: { kind: aggregator, from: other }
run:`,
    ),
    "data/ticks.csv": ticksText(PRICES),
    "strategy.ts": cross(),
  });
  await desk.run("it.yaml", { out: "runs/a" });
  await desk.run("it.yaml", {
    out: "runs/b",
    args: ["--set", "stages.other.params.length=7"],
  });
  const { stages } = await compared(desk, 1);
  assert.deepEqual(stages.map(({ stage }: { stage: string }) => stage), [
    "results",
    "more",
  ]);
  assert.equal(stages[0].fills, null);
  assert.notEqual(stages[1].fills, null);
});

Deno.test("the first row that differs is found in any group of a file", async () => {
  const a = await Deno.makeTempDir();
  const b = await Deno.makeTempDir();
  try {
    const file = (
      directory: string,
      prices: readonly number[],
      rows: number,
    ) => {
      const data = prices.map((_, i) => BigInt(i));
      const bytes = parquetWriteBuffer({
        columnData: [
          { name: "order", data, type: "INT64" },
          { name: "price", data: [...prices], type: "DOUBLE" },
        ],
        rowGroupSize: rows,
      });
      Deno.writeFileSync(`${directory}/fills.parquet`, new Uint8Array(bytes));
    };
    const prices = Array.from({ length: 100 }, (_, i) => i / 4);
    file(a, prices, 40);
    for (const at of [0, 57, 99]) {
      file(b, prices.with(at, -1), 30);
      assert.deepEqual(await firstRow(a, b, "fills"), {
        row: at,
        columns: ["price"],
        a: { order: String(at), price: at / 4 },
        b: { order: String(at), price: -1 },
      });
    }
    file(b, prices, 100);
    assert.equal(await firstRow(a, b, "fills"), null);
    file(b, prices.slice(0, 99), 100);
    assert.deepEqual(await firstRow(a, b, "fills"), {
      row: 99,
      columns: [],
      a: { order: "99", price: 99 / 4 },
      b: null,
    });
    assert.equal(await firstRow(a, b, "orders"), null);
  } finally {
    for (const path of [a, b]) await Deno.remove(path, { recursive: true });
  }
});

Deno.test("what is no finished run is refused, with what it lacks", async () => {
  await using desk = await deskOf();
  await desk.run("it.yaml", { out: "runs/a" });
  await desk.run("it.yaml", { out: "runs/b" });
  const refused = async (...args: string[]) => {
    const ended = await desk.call(["compare", ...args]);
    assert.equal(ended.code, 2, ended.err);
    assert.deepEqual(codesOf(ended), ["no_run"]);
    assert.equal(ended.out, "");
    return ended.err;
  };
  assert.match(
    await refused("runs/a", "runs/c"),
    /^Cannot compare runs\/c: there is no such directory/,
  );
  assert.match(await refused("runs", "runs/a"), /runs: it has no plan\.json/);
  rmSync(desk.at("runs/b/result.json"));
  const unfinished = await refused("runs/a", "runs/b");
  assert.match(unfinished, /^Cannot compare runs\/b: it has no result\.json/);
  assert.match(unfinished, /run --resume runs\/b/);
  desk.write("runs/b/result.json", "{");
  assert.match(await refused("runs/b", "runs/a"), /result\.json is not JSON/);
  desk.write("runs/b/result.json", "{}");
  assert.match(await refused("runs/b", "runs/a"), /result\.json has no digest/);
  const { code } = await desk.call(["compare", "runs/a"]);
  assert.equal(code, 2);
});
