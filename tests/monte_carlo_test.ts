import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { maxDrawdown, quantileOf } from "../engine/metrics/mod.ts";
import {
  circularBootstrap,
  type PathMethod,
  simulate,
  stationaryBootstrap,
  tradeBootstrap,
  tradeShuffle,
  tradeSkip,
  usualBlock,
} from "../engine/monte_carlo/mod.ts";
import {
  Desk,
  digestOf,
  pipelineText,
  readParquet,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";
import { tableOf } from "./helpers/markdown.ts";

const CAPITAL = 1000;

function pathsOf(method: PathMethod, paths: number): number[][] {
  return Array.from({ length: paths }, (_, index) => {
    const equity = new Float64Array(method.steps);
    method.make(index, equity, null);
    return [...equity];
  });
}

const nets = fc.array(fc.integer({ min: -50, max: 60 }), {
  minLength: 1,
  maxLength: 40,
});
const seeds = fc.integer({ min: 0, max: 1e6 });

Deno.test("trades in another order end where they ended, and are the same trades", () => {
  fc.assert(fc.property(nets, seeds, (list, seed) => {
    const options = { capital: CAPITAL, seed };
    const method = tradeShuffle(Float64Array.from(list), options);
    for (const equity of pathsOf(method, 5)) {
      const steps = equity.map((value, i) =>
        value - (i === 0 ? CAPITAL : equity[i - 1])
      );
      assert.deepEqual(
        steps.sort((a, b) => a - b),
        list.toSorted((a, b) => a - b),
      );
    }
  }));
});

Deno.test("their end is the same to the last bit when sums round", () => {
  const list = Float64Array.from({ length: 500 }, (_, i) => Math.sin(i) / 3);
  const method = tradeShuffle(list, { capital: 0.1, seed: 1 });
  const end = list.reduce((sum, net) => sum + net, 0.1);
  for (const equity of pathsOf(method, 50)) assert.equal(equity.at(-1), end);
});

Deno.test("none left out is what happened, all left out is nothing", () => {
  fc.assert(fc.property(nets, seeds, (list, seed) => {
    const values = Float64Array.from(list);
    const options = { capital: CAPITAL, seed };
    let now = CAPITAL;
    const actual = list.map((net) => now += net);
    const [none] = pathsOf(tradeSkip(values, { ...options, skip: 0 }), 1);
    assert.deepEqual(none, actual);
    const [all] = pathsOf(tradeSkip(values, { ...options, skip: 1 }), 1);
    assert.ok(all.every((value) => value === CAPITAL));
  }));
});

Deno.test("as many trades are left out as the chance says", () => {
  const ones = new Float64Array(200).fill(1);
  const options = { capital: 0, seed: 3, skip: 0.3 };
  const ends = pathsOf(tradeSkip(ones, options), 400).map((equity) =>
    equity.at(-1)!
  );
  const mean = ends.reduce((sum, end) => sum + end, 0) / ends.length;
  // 140 expected, four standard errors of √(200 · 0.3 · 0.7 / 400)
  assert.ok(Math.abs(mean - 140) < 4 * Math.sqrt(42 / 400), `${mean}`);
});

Deno.test("drawn trades have the mean and the spread of the sample", () => {
  const list = Float64Array.from(
    { length: 60 },
    (_, i) => 10 * Math.sin(i) + 1,
  );
  const n = list.length;
  const mean = list.reduce((sum, net) => sum + net, 0) / n;
  const variance = list.reduce((sum, net) => sum + (net - mean) ** 2, 0) / n;
  const paths = 4000;
  const method = tradeBootstrap(list, { capital: CAPITAL, seed: 11 });
  const ends = pathsOf(method, paths).map((equity) => equity.at(-1)! - CAPITAL);
  const found = ends.reduce((sum, end) => sum + end, 0) / paths;
  // a sum of n draws has a variance of n · variance
  const error = Math.sqrt(n * variance / paths);
  assert.ok(Math.abs(found - n * mean) < 4 * error, `${found - n * mean}`);
  const spread = ends.reduce((sum, end) => sum + (end - found) ** 2, 0) / paths;
  assert.ok(Math.abs(spread / (n * variance) - 1) < 4 * Math.sqrt(2 / paths));
});

Deno.test("three drawn trades come out as often as a count of all draws says", () => {
  const list = [-7, 2, 11];
  const expected = new Map<number, number>();
  for (const a of list) {
    for (const b of list) {
      for (const c of list) {
        const end = a + b + c;
        expected.set(end, (expected.get(end) ?? 0) + 1 / 27);
      }
    }
  }
  const paths = 20_000;
  const method = tradeBootstrap(Float64Array.from(list), {
    capital: 0,
    seed: 5,
  });
  const found = new Map<number, number>();
  for (const equity of pathsOf(method, paths)) {
    const end = equity.at(-1)!;
    found.set(end, (found.get(end) ?? 0) + 1 / paths);
  }
  assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort());
  for (const [end, share] of expected) {
    const error = Math.sqrt(share * (1 - share) / paths);
    assert.ok(Math.abs(found.get(end)! - share) < 4 * error, `${end}`);
  }
});

Deno.test("drawdowns of four trades come out as often as in all of their orders", () => {
  const list = [-30, 50, -20, 10];
  const orders = list.flatMap((a, i) =>
    list.flatMap((b, j) =>
      list.flatMap((c, k) =>
        list.flatMap((d, l) =>
          new Set([i, j, k, l]).size < 4 ? [] : [[a, b, c, d]]
        )
      )
    )
  );
  assert.equal(orders.length, 24);
  const depth = (equity: readonly number[]) =>
    maxDrawdown(equity, CAPITAL)!.amount;
  const exact = orders.map((order) => {
    let now = CAPITAL;
    return depth(order.map((net) => now += net));
  });
  const paths = 12_000;
  const options = { capital: CAPITAL, seed: 9 };
  const found = pathsOf(tradeShuffle(Float64Array.from(list), options), paths)
    .map(depth);
  for (const value of new Set(exact)) {
    const share = exact.filter((other) => other === value).length / 24;
    const seen = found.filter((other) => other === value).length / paths;
    const error = Math.sqrt(share * (1 - share) / paths);
    assert.ok(
      Math.abs(seen - share) < 4 * error,
      `${value}: ${seen}, ${share}`,
    );
  }
  assert.deepEqual(new Set(found), new Set(exact));
});

/** The sessions that a history is made of: their returns are their numbers. */
function sessionsOf(
  make: typeof stationaryBootstrap,
  sessions: number,
  block: number,
  paths: number,
): number[][] {
  const returns = Float64Array.from({ length: sessions }, (_, i) => i);
  const method = make(returns, { capital: 1, seed: 2, block });
  return Array.from({ length: paths }, (_, index) => {
    const kept = new Float64Array(sessions);
    method.make(index, new Float64Array(sessions), kept);
    return [...kept];
  });
}

Deno.test("blocks of one length hold sessions that follow one another", () => {
  const starts: number[] = [];
  for (const path of sessionsOf(circularBootstrap, 30, 7, 300)) {
    for (const [i, session] of path.entries()) {
      if (i % 7 === 0) starts.push(session);
      else assert.equal(session, (path[i - 1] + 1) % 30);
    }
  }
  assert.equal(new Set(starts).size, 30);
});

Deno.test("blocks of random length have the mean length that was asked for", () => {
  const paths = sessionsOf(stationaryBootstrap, 500, 8, 60);
  let breaks = 0;
  for (const path of paths) {
    for (let i = 1; i < path.length; i++) {
      if (path[i] !== (path[i - 1] + 1) % 500) breaks++;
    }
  }
  // A new block goes on by chance once in 500 times.
  const share = 1 / 8 * (1 - 1 / 500);
  const count = 60 * 499;
  const error = Math.sqrt(share * (1 - share) / count);
  assert.ok(Math.abs(breaks / count - share) < 4 * error, `${breaks / count}`);
  assert.deepEqual([1, 2, 20, 250, 1000].map(usualBlock), [1, 1, 3, 6, 10]);
});

Deno.test("one block as long as all sessions turns them round", () => {
  const returns = Float64Array.from({ length: 12 }, (_, i) => (i - 5) / 100);
  const end = returns.reduce((value, r) => value * (1 + r), CAPITAL);
  const options = { capital: CAPITAL, seed: 4, block: 12 };
  for (const path of pathsOf(circularBootstrap(returns, options), 20)) {
    assert.ok(Math.abs(path.at(-1)! - end) < 1e-9);
  }
});

Deno.test("a seed gives its histories, each by its number", () => {
  const list = Float64Array.from({ length: 30 }, (_, i) => i - 12);
  const make = (seed: number) =>
    pathsOf(tradeBootstrap(list, { capital: CAPITAL, seed }), 4);
  assert.deepEqual(make(7), make(7));
  assert.notDeepEqual(make(7), make(8));
  const [first, second] = make(7);
  assert.notDeepEqual(first, second);
  const method = tradeBootstrap(list, { capital: CAPITAL, seed: 7 });
  const alone = new Float64Array(30);
  method.make(1, alone, null);
  assert.deepEqual([...alone], second);
});

Deno.test("spreads and bands are quantiles of the histories", () => {
  const list = Float64Array.from({ length: 700 }, (_, i) => 20 * Math.cos(i));
  const method = tradeBootstrap(list, { capital: CAPITAL, seed: 6 });
  const paths = pathsOf(method, 200);
  let now = CAPITAL;
  const actual = list.map((net) => now += net);
  const options = { paths: 200, capital: CAPITAL, actual, daily: null };
  const found = simulate(method, options);
  assert.ok(found);
  const ends = paths.map((path) => path.at(-1)!);
  const { final_equity, max_drawdown, bands } = found;
  assert.equal(final_equity.p25, quantileOf(ends, 0.25));
  assert.equal(final_equity.actual, actual.at(-1));
  assert.equal(
    final_equity.rank,
    ends.filter((end) => end <= actual[699]).length / 200,
  );
  assert.equal(
    max_drawdown.p5,
    quantileOf(paths.map((path) => maxDrawdown(path, CAPITAL)!.fraction), 0.05),
  );
  assert.equal(
    found.loss_probability,
    ends.filter((end) => end < CAPITAL).length / 200,
  );
  assert.equal(bands.step.length, 257);
  assert.deepEqual([bands.step[0], bands.step[256]], [0, 700]);
  for (const p of [1, 100, 256]) {
    const done = bands.step[p];
    const here = paths.map((path) => path[done - 1]);
    assert.equal(bands.levels[4][p], quantileOf(here, 0.95));
    assert.equal(bands.actual[p], actual[done - 1]);
  }
  assert.ok(bands.levels.every((level) => level[0] === CAPITAL));
  assert.equal(
    simulate(tradeBootstrap(new Float64Array(0), { capital: 1, seed: 1 }), {
      ...options,
      actual: new Float64Array(0),
    }),
    null,
  );
});

const PAGE = new URL("../docs/metrics.md", import.meta.url);

Deno.test("a run leaves its histories, the same on any number of workers", async () => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText({
      instrument: "tick_size: 0.25, multiplier: 50, session: always",
      dispatcher: "slice: 10m",
    }).replace(
      "kind: aggregator,",
      "kind: aggregator, monte_carlo: { paths: 50, skip: 0.5 },",
    ),
    "data/ticks.csv": ticksText(walkPrices(4000)),
    "strategy.ts": strategyText(`{
      indicators: ({ price }) => ({ fast: sma(price, 5), slow: sma(price, 40) }),
      onTick({ fast, slow }, broker) {
        if (slow.ready) broker.target(fast.value > slow.value ? 1 : -1);
      },
    }`),
  });
  const one = await desk.run("it.yaml");
  const three = await desk.run("it.yaml", {
    out: "runs/three",
    args: ["--workers", "3"],
  });
  assert.equal(digestOf(three), digestOf(one));
  const { monte_carlo } = one.result;
  assert.deepEqual(three.result.monte_carlo, monte_carlo);
  const [rows, others] = await Promise.all(
    [one, three].map(({ directory }) =>
      readParquet(join(directory, "monte_carlo.parquet"))
    ),
  );
  assert.deepEqual(others, rows);
  const { methods } = monte_carlo;
  assert.deepEqual(
    Object.keys(methods),
    [...new Set(rows.map(({ method }) => method))],
  );
  const { final_equity } = methods.trade_shuffle;
  assert.equal(final_equity.p5, final_equity.p95);
  const last = rows.findLast(({ method }) => method === "trade_skip");
  assert.equal(last?.step, one.result.trades);
  assert.equal(last?.p50, methods.trade_skip.final_equity.p50);
  // One session: no deviation.
  assert.equal(methods.circular_bootstrap.sharpe.p50, null);

  const page = await Deno.readTextFile(PAGE);
  const columns = tableOf(page, "Other histories", 1)
    .flatMap(([names]) => names.split(", "));
  assert.deepEqual(columns, Object.keys(rows[0]));
  const named = tableOf(page, "Other histories").map(([name]) => name);
  assert.deepEqual(named, Object.keys(methods));
  for (const key of Object.keys(methods.circular_bootstrap)) {
    assert.ok(page.includes(`\`${key}\``), key);
  }

  const other = await desk.run("it.yaml", {
    out: "runs/other",
    args: ["--set", "run.seed=8"],
  });
  assert.notDeepEqual(other.result.monte_carlo, monte_carlo);
});
