import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  codesOf,
  Desk,
  digestOf,
  type Finished,
  readParquet,
  ROOT,
  strategyText,
} from "./helpers/cli.ts";

/** Six sessions of trades on a grid of 0.25, with sizes and the quotes they hit. */
function marketFiles(): Record<string, string> {
  const trades = ["time,price,size,side"];
  const quotes = ["time,bid,ask,bid_size,ask_size"];
  let seed = 11;
  const next = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0);
  let price = 20_000;
  const open = Date.UTC(2024, 3, 1, 13, 30) / 1000;
  for (const day of [0, 1, 2, 3, 4, 7]) {
    for (let i = 0; i < 2500; i++) {
      const time = open + day * 86_400 + i * 9;
      price += [-1, 0, 0, 1][next() >>> 30];
      const bid = price / 4 - 0.25;
      const sizes = [1 + (next() >>> 29), 1 + (next() >>> 29)];
      if (i % 2 === 0) {
        quotes.push(`${time},${bid},${bid + 0.25},${sizes.join(",")}`);
      }
      const buys = next() >>> 31;
      const at = buys ? bid + 0.25 : bid;
      trades.push(`${time + 1},${at},${1 + (next() >>> 30)},${buys ? 1 : -1}`);
    }
  }
  return {
    "trades.csv": trades.join("\n") + "\n",
    "quotes.csv": quotes.join("\n") + "\n",
  };
}

interface Worker {
  readonly strategy: string;
  readonly rest?: string;
  readonly quotes?: boolean;
}

function pipeline({ strategy, rest = "", quotes = false }: Worker): string {
  return `name: swept
instruments:
  ES: { tick_size: 0.25, multiplier: 50, commission: { per_contract: 2 }, session: nyse }
stages:
  trades:
    kind: loader
    instrument: ES
    source: trades.csv
    columns: { time: { column: time, unit: s }, price: price, size: size, side: side }
${
    quotes
      ? `  quotes:
    kind: loader
    instrument: ES
    source: quotes.csv
    columns: { time: { column: time, unit: s }, bid: bid, ask: ask, bid_size: bid_size, ask_size: ask_size }
`
      : ""
  }  slices: { kind: dispatcher, from: ${
    quotes ? "[trades, quotes]" : "trades"
  }, slice: 2h }
  trader:
    kind: worker
    from: slices
    strategy: ${strategy}
    ${rest}
  results: { kind: aggregator, from: trader, report: false }
`;
}

const shipped = (name: string) => join(ROOT, "strategies", `${name}.ts`);

const WORKERS: Readonly<Record<string, Worker & { sets: string[] }>> = {
  sma_cross: {
    strategy: shipped("sma_cross"),
    rest: "flat_at_close: 1m",
    sets: ["fast: 3, slow: 20", "fast: 5, slow: 20", "fast: 5, slow: 60"],
  },
  opening_range: {
    strategy: shipped("opening_range"),
    rest: "{ fills: through, latency: 5ms }",
    sets: [
      "minutes: 5, target: 1, stop: 0.5",
      "minutes: 15, target: 2, stop: 1",
    ],
  },
  hft15: {
    strategy: shipped("hft15"),
    sets: [
      "fast: 20, slow: 200, enter: 9, least: 1",
      "fast: 20, slow: 300, enter: 10, least: 2",
    ],
  },
  market_maker: {
    strategy: shipped("market_maker"),
    quotes: true,
    rest:
      "{ fills: { model: queue, cancels: power, exponent: 2 }, latency: { entry: 10ms, cancel: 10ms, notice: 5ms } }",
    sets: ["quantity: 1, limit: 3, skew: 1", "quantity: 2, limit: 6, skew: 2"],
  },
};

/** Keys of a flow mapping, as lines of the worker. */
function lines(rest: string | undefined): string {
  return (rest ?? "").replace(/^\{ (.*) \}$/, "$1")
    .replaceAll(/, (?=(?:latency|fills):)/g, "\n    ");
}

async function rowsOf({ directory }: Finished) {
  const rows = await readParquet(join(directory, "sweep.parquet"));
  return rows.toSorted((a, b) => Number(a.set) - Number(b.set));
}

for (const [name, { sets, rest, ...worker }] of Object.entries(WORKERS)) {
  Deno.test(`each set of ${name} has the digest of a run with just its parameters`, async () => {
    await using desk = await Desk.make(marketFiles());
    const sweep = `sweep: { method: list, sets: [${
      sets.map((set) => `{ ${set} }`).join(", ")
    }], objective: net_profit }`;
    const own = lines(rest);
    desk.write(
      "sweep.yaml",
      pipeline({ ...worker, rest: `${own}\n    ${sweep}` }),
    );
    const last = sets.length - 1;
    desk.write(
      "alone.yaml",
      pipeline({ ...worker, rest: `${own}\n    params: { ${sets[last]} }` }),
    );
    const swept = await desk.run("sweep.yaml");
    const alone = await desk.run("alone.yaml", { out: "runs/alone" });
    const rows = await rowsOf(swept);
    assert.equal(rows.length, sets.length);
    assert.equal(rows[last].digest, alone.result.digest);
    assert.equal(rows[last].net_profit, alone.result.net_profit);
    assert.ok(Number(rows[last].fills) > 5, `${rows[last].fills} fills`);
    assert.notEqual(rows[0].digest, rows[last].digest);
  });
}

const MANY = {
  strategy: shipped("sma_cross"),
  rest: `sweep:
      params: { fast: [2, 4, 8], slow: { from: 10, to: 40, count: 3, scale: log } }
      where: fast * 2 <= slow
      objective: net_profit / max(1, trades)`,
};

Deno.test("a sweep is the same on one worker and on many, and verify says so", async () => {
  await using desk = await Desk.make(marketFiles());
  desk.write("sweep.yaml", pipeline(MANY));
  const one = await desk.run("sweep.yaml", { args: ["--workers", "1"] });
  const three = await desk.run("sweep.yaml", {
    out: "runs/three",
    args: ["--workers", "3"],
  });
  const eleven = await desk.run("sweep.yaml", {
    out: "runs/eleven",
    args: ["--workers", "11"],
  });
  assert.equal(three.result.digest, one.result.digest);
  assert.equal(eleven.result.digest, one.result.digest);
  assert.deepEqual(three.result.sweep, one.result.sweep);
  assert.deepEqual(await rowsOf(eleven), await rowsOf(one));
  assert.equal(one.result.sweep.sets, 8);
  assert.match(one.out, /^ {2}best of 8 sets: fast \d, slow \d\d$/m);
  // The files of the best set are there, and the journal is gone.
  const best = one.result.sweep.top[0];
  const fills = await readParquet(join(one.directory, "fills.parquet"));
  assert.equal(fills.length, best.figures.fills);
  assert.ok(!existsSync(join(one.directory, "journal")));
  const { code, out, err } = await desk.call(["verify", "sweep.yaml"]);
  assert.equal(code, 0, err);
  assert.match(out, /7 runs, one result/);
});

/** Throws on its row `last`, and has no averages of length 13. */
const FRAGILE = strategyText(`{
  params: {
    length: param.int({ default: 5, min: 1 }),
    last: param.int({ default: 1000000, min: 0 }),
  },
  indicators({ price }, { length }) {
    if (length === 13) throw new Error("13 brings bad luck");
    return { price, mean: sma(price, length) };
  },
  state: { seen: 0 },
  onTick({ price, mean }, broker, state, { params }) {
    if (++state.seen > params.last) throw new Error("seen too much");
    if (mean.ready) broker.target(price.value > mean.value ? 1 : -1);
  },
}`);

Deno.test("sets that fail are reported with their place, and the others go on", async () => {
  await using desk = await Desk.make({
    ...marketFiles(),
    "strategy.ts": FRAGILE,
  });
  const sets = [
    "{ length: 5 }",
    "{ length: 6, last: 7000 }",
    "{ length: 13 }",
    "{ length: 9 }",
  ];
  const sweep = (all: readonly string[]) =>
    pipeline({
      strategy: "strategy.ts",
      rest: `sweep: { method: list, keep: all, sets: [${all.join(", ")}] }`,
    });
  desk.write("some.yaml", sweep(sets));
  desk.write("none.yaml", sweep(sets.slice(1, 2)));
  const some = await desk.run("some.yaml", { args: ["--workers", "2"] });
  const { sweep: told } = some.result;
  assert.equal(told.failed, 2);
  assert.equal(told.first_error.message, "seen too much");
  assert.match(some.out, /2 of 4 sets failed, the first: seen too much/);
  const rows = await rowsOf(some);
  assert.equal(rows[0].error, "");
  assert.match(
    String(rows[1].error),
    /^seen too much \(strategy\.ts:\d+\), tick 7000$/,
  );
  assert.match(
    String(rows[2].error),
    /13 brings bad luck \(strategy\.ts:\d+\)/,
  );
  assert.equal(rows[1].digest, "");
  assert.equal(rows[1].sharpe, null);
  assert.deepEqual(
    readdirSync(join(some.directory, "sets")).toSorted(),
    ["0", "3"],
  );
  const serial = await desk.run("some.yaml", {
    out: "runs/serial",
    args: ["--workers", "1"],
  });
  assert.equal(serial.result.digest, some.result.digest);

  const failed = await desk.call(["run", "none.yaml", "--out", "runs/none"]);
  assert.equal(failed.code, 1);
  assert.deepEqual(codesOf(failed), ["strategy_threw"]);
  assert.match(
    failed.err,
    /all of its 1 sets failed, the first with "seen too much"/,
  );
  const left = await readParquet(desk.at("runs/none/sweep.parquet"));
  assert.match(String(left[0].error), /seen too much/);
});

Deno.test("a sweep with mistakes is refused with their places", async () => {
  await using desk = await Desk.make(marketFiles());
  desk.write(
    "wrong.yaml",
    pipeline({
      strategy: shipped("sma_cross"),
      rest: `sweep:
      params: { fsat: [2, 4], slow: [0, 10] }
      where: fast < slw
      objective: shrape`,
    }),
  );
  const { code, err } = await desk.call(["check", "wrong.yaml"]);
  assert.equal(code, 78);
  for (
    const text of [
      "wrong.yaml:16:17: Cannot sweep fsat: the strategy has fast, slow, quantity [bad_param]",
      'did you mean "fast"?',
      "wrong.yaml:16:31: Cannot use parameter slow: current value is 0",
      "wrong.yaml:17:14: ",
      'did you mean "slow"?',
      "wrong.yaml:18:18: ",
      'did you mean "sharpe"?',
    ]
  ) assert.ok(err.includes(text), `${text}\n${err}`);
});

Deno.test("a killed sweep goes on to the same digest, with other workers too", async () => {
  await using desk = await Desk.make(marketFiles());
  desk.write("sweep.yaml", pipeline(MANY));
  const whole = await desk.run("sweep.yaml", { args: ["--workers", "2"] });
  await desk.run("sweep.yaml", { out: "runs/timed", args: ["--workers", "2"] });
  let recalled = 0;
  for (const [k, workers] of [1, 5].entries()) {
    const out = `runs/killed-${k}`;
    const journal = desk.at(out, "journal", "trader");
    await desk.call(["run", "sweep.yaml", "--out", out, "--workers", "2"], {
      onStart(process) {
        // As soon as something of both bundles is kept.
        const timer = setInterval(() => {
          const kept = existsSync(journal) &&
            readdirSync(journal, { recursive: true }).length > 6 + k;
          if (!kept) return;
          clearInterval(timer);
          try {
            process.kill("SIGKILL");
          } catch {
            // It was faster.
          }
        }, 1);
        process.status.then(() => clearInterval(timer));
      },
    });
    if (existsSync(desk.at(out, "result.json"))) {
      rmSync(desk.at(out), { recursive: true });
      continue;
    }
    const ended = await desk.call(
      ["run", "--resume", out, "--workers", String(workers)],
    );
    assert.equal(ended.code, 0, ended.err);
    assert.equal(digestOf(ended), whole.result.digest);
    recalled += JSON.parse(desk.read(out, "result.json")).recalled;
  }
  assert.ok(recalled > 0, "no run was killed between its slices");
});

Deno.test("a strategy that keeps a parameter in its module is found out", async () => {
  await using desk = await Desk.make({
    ...marketFiles(),
    "strategy.ts": `const memo = { size: 1 };
function keep(into: { size: number }, size: number) {
  into.size = size;
}
${
      strategyText(`{
  params: { size: param.int({ default: 1, min: 1 }) },
  indicators({ price }, { size }) {
    keep(memo, size);
    return { price, mean: sma(price, 5) };
  },
  onTick({ price, mean }, broker) {
    if (mean.ready) broker.target(price.value > mean.value ? memo.size : 0);
  },
}`)
    }`,
  });
  desk.write(
    "sweep.yaml",
    pipeline({
      strategy: "strategy.ts",
      rest: "sweep: { params: { size: [1, 2, 3] } }",
    }),
  );
  const args = ["run", "sweep.yaml", "--workers", "1"];
  const { code, err } = await desk.call(args);
  assert.equal(code, 1);
  assert.match(err, /\[hidden_state\]/);
});
