import assert from "node:assert/strict";
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

const SESSIONS = 12;
const OPEN = Date.UTC(2024, 3, 1, 13, 30) / 1000;
/** Days of the sessions, weekends left out. */
const DAYS = Array.from(
  { length: SESSIONS },
  (_, i) => i + 2 * Math.floor(i / 5),
);

/** Trades; from a session on they may be others. */
function ticks(otherFrom = SESSIONS): string {
  const lines = ["time,price"];
  let seed = 5;
  let price = 20_000;
  for (const [session, day] of DAYS.entries()) {
    if (session === otherFrom) seed ^= 0x5bd1e995;
    for (let i = 0; i < 900; i++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      // It drifts, and turns now and then, so that lengths differ.
      const drift = Math.sin((session * 900 + i) / 170) > 0 ? 1 : -1;
      price += [drift, 0, -1, 1, drift, 0, 1, -1][seed >>> 29];
      lines.push(`${OPEN + day * 86_400 + i * 26},${price / 4}`);
    }
  }
  return lines.join("\n") + "\n";
}

function pipeline(worker: string): string {
  return `name: walk
instruments:
  ES: { tick_size: 0.25, multiplier: 50, commission: { per_contract: 2 }, session: nyse }
stages:
  ticks:
    kind: loader
    instrument: ES
    source: ticks.csv
    columns: { time: { column: time, unit: s }, price: price }
  slices: { kind: dispatcher, from: ticks, slice: 2h }
  cross:
    kind: worker
    from: slices
${worker.replaceAll(/^/gm, "    ")}
  results: { kind: aggregator, from: cross, report: false }
`;
}

const WALK = `strategy: ${join(ROOT, "strategies/sma_cross.ts")}
flat_at_close: 1m
sweep:
  params: { fast: [2, 5, 12], slow: [15, 40, 90] }
  objective: net_profit
walk_forward: { train: 4 sessions, test: 2 sessions, embargo: 1 session }
`;

async function windowsOf({ directory }: Finished) {
  return await readParquet(join(directory, "windows.parquet"));
}

Deno.test("a walk forward tests what it chose, from flat with warm indicators", async () => {
  await using desk = await Desk.make({
    "ticks.csv": ticks(),
    "walk.yaml": pipeline(WALK),
  });
  const walk = await desk.run("walk.yaml", { args: ["--workers", "1"] });
  const { walk_forward: told } = walk.result;
  assert.equal(told.windows.length, 4);
  assert.deepEqual(told.windows[0].train, ["2024-04-01", "2024-04-04"]);
  assert.deepEqual(told.windows[0].test, ["2024-04-08", "2024-04-09"]);
  // Flat at every close, so a session's result does not depend on the others:
  // a window must be the sum of its sessions in a run of all of them.
  const rows = await windowsOf(walk);
  for (const [w, window] of told.windows.entries()) {
    const { fast, slow } = window.params;
    const out = `runs/alone-${fast}-${slow}`;
    if (!desk.has(out)) {
      desk.write(
        "alone.yaml",
        pipeline(
          WALK.replace(
            /sweep:[^]*/,
            `params: { fast: ${fast}, slow: ${slow} }`,
          ),
        ),
      );
      await desk.run("alone.yaml", { out });
    }
    const daily = await readParquet(desk.at(out, "daily.parquet"));
    const net = ([first, last]: [string, string]) =>
      daily.filter(({ date }) => {
        const day = (date as Date).toISOString().slice(0, 10);
        return day >= first && day <= last;
      }).reduce((sum, day) => sum + Number(day.net), 0);
    assert.ok(Math.abs(net(window.test) - window.net_profit) < 1e-6);
    assert.ok(Math.abs(net(window.train) - window.train_objective) < 1e-6);
    // The best of the training, and no other.
    const own = rows.filter((row) => Number(row.window) === w);
    assert.equal(own.length, 9);
    const best = Math.max(...own.map((row) => Number(row.train_objective)));
    assert.equal(best, window.train_objective);
    assert.equal(
      own.find(({ rank }) => Number(rank) === 1)?.test_objective,
      window.test_objective,
    );
  }
  const sum = told.windows.reduce(
    (all: number, { net_profit }: { net_profit: number }) => all + net_profit,
    0,
  );
  assert.ok(Math.abs(walk.result.net_profit - sum) < 1e-6);
  const equity = await readParquet(join(walk.directory, "equity.parquet"));
  assert.ok(
    Math.abs(Number(equity.at(-1)?.equity) - walk.result.final_equity) < 1e-9,
  );
  assert.match(walk.out, /best of 9 sets in each of 4 windows/);

  for (const workers of ["3"]) {
    const other = await desk.run("walk.yaml", {
      out: `runs/${workers}`,
      args: ["--workers", workers],
    });
    assert.equal(other.result.digest, walk.result.digest);
    assert.deepEqual(other.result.walk_forward, told);
    assert.deepEqual(await windowsOf(other), rows);
  }
});

Deno.test("ticks after a training cannot change what it chose", async () => {
  await using desk = await Desk.make({
    "ticks.csv": ticks(),
    "walk.yaml": pipeline(WALK),
  });
  const before = await desk.run("walk.yaml");
  const windows = before.result.walk_forward.windows;
  // From the embargo of the second window on everything is other.
  desk.write("ticks.csv", ticks(6));
  const after = await desk.run("walk.yaml", { out: "runs/other" });
  const others = after.result.walk_forward.windows;
  for (const w of [0, 1]) {
    assert.equal(others[w].set, windows[w].set);
    assert.equal(others[w].train_objective, windows[w].train_objective);
  }
  assert.notEqual(others[1].test_objective, windows[1].test_objective);
  assert.notEqual(others[2].train_objective, windows[2].train_objective);
});

const HOLDER = strategyText(`{
  params: {
    length: param.int({ default: 5, min: 1 }),
    last: param.int({ default: 1000000, min: 0 }),
  },
  indicators: ({ price }, { length }) => ({ price, mean: sma(price, length) }),
  state: { seen: 0 },
  onTick({ price, mean }, broker, state, { params }) {
    if (++state.seen > params.last) throw new Error("seen too much");
    if (state.seen === 1 && broker.position !== 0) throw new Error("not flat");
    // Warm from the first row on, and never flat again.
    if (state.seen === 1 && !mean.ready && params.length === 300) {
      throw new Error("cold");
    }
    if (mean.ready) broker.target(price.value > mean.value ? 1 : -1);
  },
}`);

Deno.test("a window begins flat, warm and with fresh state, and closes what it holds", async () => {
  await using desk = await Desk.make({
    "ticks.csv": ticks(),
    "strategy.ts": HOLDER,
    "walk.yaml": pipeline(`strategy: strategy.ts
sweep: { method: list, sets: [{ length: 40 }, { length: 300 }, { length: 6, last: 100 }] }
walk_forward: { train: 3 sessions, test: 2 sessions }
`),
  });
  const { directory, result } = await desk.run("walk.yaml");
  const rows = await readParquet(join(directory, "windows.parquet"));
  const of = (window: number, set: number) =>
    rows.find((row) =>
      Number(row.window) === window && Number(row.set) === set
    )!;
  // Nothing lies before the first training: it begins cold.
  assert.match(String(of(0, 1).train_error), /^cold/);
  assert.equal(of(0, 1).test_error, "");
  assert.equal(of(1, 1).train_error, "");
  // State is that of a beginning in each window.
  for (const window of [0, 1, 2]) {
    assert.match(String(of(window, 2).train_error), /^seen too much .*tick/);
    assert.match(String(of(window, 2).test_error), /^seen too much/);
  }
  assert.equal(result.walk_forward.windows.length, 5);
  // What is open at a window's end is closed there: fills come out even.
  const fills = await readParquet(join(directory, "fills.parquet"));
  const left = fills.reduce(
    (sum, { side, quantity }) =>
      sum + (side === "buy" ? 1 : -1) * Number(quantity),
    0,
  );
  assert.equal(left, 0);
  const orders = await readParquet(join(directory, "orders.parquet"));
  assert.ok(orders.every(({ status }) => status !== "open"));
});

Deno.test("a walk that cannot be is refused", async () => {
  await using desk = await Desk.make({
    "ticks.csv": ticks(),
    "long.yaml": pipeline(WALK.replace("4 sessions", "40 sessions")),
    "alone.yaml": pipeline(WALK.replace(/sweep:\n.*\n.*\n/, "")),
    "odd.yaml": pipeline(WALK.replace("4 sessions", "4 weeks")),
  });
  const long = await desk.call(["run", "long.yaml"]);
  assert.equal(long.code, 65);
  assert.match(
    long.err,
    /Cannot walk forward: current sessions are 12, a window takes 40 sessions and 2 sessions/,
  );
  const alone = await desk.call(["check", "alone.yaml"]);
  assert.equal(alone.code, 78);
  assert.deepEqual(codesOf(alone), ["missing_key"]);
  const odd = await desk.call(["check", "odd.yaml"]);
  assert.equal(odd.code, 78);
  assert.match(odd.err, /a span such as 20 sessions, 1 session, 12h or 30d/);
});

Deno.test("a killed walk forward goes on to the same digest", async () => {
  await using desk = await Desk.make({
    "ticks.csv": ticks(),
    "walk.yaml": pipeline(WALK),
  });
  const whole = await desk.run("walk.yaml", { args: ["--workers", "2"] });
  let recalled = 0;
  for (let k = 0; k < 4 && recalled === 0; k++) {
    const out = `runs/killed-${k}`;
    await desk.call(["run", "walk.yaml", "--out", out, "--workers", "2"], {
      onStart(process) {
        const timer = setInterval(() => {
          if (!desk.has(out, "journal", "cross", `${3 + k}-of-16`)) return;
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
    if (desk.has(out, "result.json")) continue;
    const ended = await desk.call(["run", "--resume", out, "--workers", "1"]);
    assert.equal(ended.code, 0, ended.err);
    assert.equal(digestOf(ended), whole.result.digest);
    recalled += JSON.parse(desk.read(out, "result.json")).recalled;
  }
  assert.ok(recalled > 0, "no run was killed between its slices");
});
