import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import {
  codesOf,
  Desk,
  digestOf,
  type Ended,
  pipelineText,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";

const ROWS = 120;
const PRICES = walkPrices(ROWS);
const TICKS = ticksText(PRICES);

/** 30 ticks a slice, so four slices. */
const PIPELINE = pipelineText({
  dispatcher: "slice: 30s, warmup: 10s",
  run: "seed: 7, watchdog: 3s",
});

/** Runs `onTick` over the ticks; the statement stands on line 6. */
async function runTick(
  statement: string,
  { workers = 1, head = "" }: { workers?: number; head?: string } = {},
): Promise<Ended> {
  await using desk = await deskOf(`${head}{
  indicators: ({ price }) => ({ price }),
  onTick({ price }, broker, state, context) { void [price, broker, state, context];
    ${statement}
  },
}`);
  const ended = await desk.call(
    ["run", "pipeline.yaml", "--quiet", "--workers", String(workers)],
    { limit: 15_000 },
  );
  if (ended.code !== 0) assertNoResult(desk);
  return ended;
}

function deskOf(body: string): Promise<Desk> {
  return Desk.make({
    "pipeline.yaml": PIPELINE,
    "data/ticks.csv": TICKS,
    "strategy.ts": strategyText(body),
  });
}

/** A run that failed leaves nothing that reads like a result. */
function assertNoResult(desk: Desk): void {
  if (!desk.has("runs")) return;
  for (const name of readdirSync(desk.at("runs"), { recursive: true })) {
    assert.doesNotMatch(String(name), /result\.json/);
  }
}

/** Second 75 of the walk: in the third slice. */
const LATER = "context.time === Date.UTC(2024, 2, 4, 14, 31, 15) % 864e5 * 1e6";

Deno.test("a strategy that throws ends the run, at its line, slice, tick and time, on any workers", async () => {
  const statement = `if (${LATER}) throw new RangeError("too far");`;
  const one = await runTick(statement);
  assert.equal(one.code, 1);
  assert.deepEqual(one.err.split("\n"), [
    "too far [strategy_threw]",
    `  strategy.ts:7:${5 + statement.indexOf("new RangeError")}`,
    "  stage trader, slice 2, tick 75, 2024-03-04T14:31:15.000000000Z",
    "",
  ]);
  const three = await runTick(statement, { workers: 3 });
  assert.equal(three.code, 1);
  assert.equal(three.err, one.err);
});

Deno.test("of several throws the first in event time counts, whoever meets another first", async () => {
  const statement =
    `if (context.time % 60e9 === 15e9) throw new Error(String(context.instant));`;
  const ended = await runTick(statement, { workers: 3 });
  assert.equal(ended.code, 1);
  assert.match(ended.err, /^2024-03-04T14:30:15Z \[strategy_threw\]/);
  assert.match(ended.err, /slice 0, tick 15, /);
});

Deno.test("a throw in a guess that the serial run never meets is no failure", async () => {
  await using desk = await deskOf(`{
  indicators: ({ price }) => ({ price }),
  state: { seen: 0 },
  onTick({ price }, broker, state, context) {
    // Only the serial run has seen every tick.
    if (context.time !== (52_200 + state.seen) * 1e9) {
      throw new Error("begun in the middle");
    }
    state.seen++;
    broker.target(price.value > 5000 ? 1 : -1);
  },
}`);
  const one = await desk.run("pipeline.yaml", {
    out: "runs/one",
    args: ["--workers", "1"],
  });
  // Whether a slice begins from a guess is a race, so it gets some chances.
  let reruns = 0;
  for (let attempt = 0; attempt < 6 && reruns === 0; attempt++) {
    const three = await desk.run("pipeline.yaml", {
      out: `runs/three-${attempt}`,
      args: ["--workers", "3"],
    });
    assert.equal(digestOf(three), digestOf(one));
    assert.equal(three.result.ticks, ROWS);
    reruns = three.result.reruns.slices;
  }
  assert.ok(reruns > 0);
});

Deno.test("what is thrown need not be an error", async () => {
  for (const thrown of ['"text"', "null", "new Error()"]) {
    const { code, err } = await runTick(`throw ${thrown};`);
    assert.equal(code, 1, thrown);
    assert.match(err, /^\S+ \[strategy_threw\]\n {2}strategy\.ts/, thrown);
  }
});

Deno.test("a promise that nobody listens to ends the run at its line", async () => {
  const ended = await runTick(`Promise.reject(new Error("unheard"));`);
  assert.equal(ended.code, 1);
  assert.match(
    ended.err,
    /^unheard \[strategy_threw\]\n {2}strategy\.ts:7:\d+\n/,
  );
});

Deno.test("a misused broker is an error at the strategy's own line", async () => {
  const ended = await runTick("broker.buy(-1);");
  assert.equal(ended.code, 1);
  assert.match(ended.err, /\[strategy_threw\]\n {2}strategy\.ts:7:12\n/);
});

Deno.test("a strategy that spins is named and the process ends", async () => {
  const ended = await runTick(`while (${LATER});`, { workers: 2 });
  assert.equal(ended.code, 1);
  assert.deepEqual(codesOf(ended), ["strategy_stuck"]);
  const place = /stage trader, slice (\d+), tick (\d+)/.exec(ended.err);
  assert.ok(place, ended.err);
  assert.equal(place[1], "2");
  // The batch in which it spins begins with the slice.
  assert.ok(Number(place[2]) >= 50 && Number(place[2]) <= 75, place[2]);
});

for (
  const statement of [
    "Date.now();",
    'Deno.readTextFileSync("/etc/hostname");',
    'fetch("http://127.0.0.1:9999/");',
    "Deno.exit(0);",
  ]
) {
  Deno.test(`a strategy that calls ${statement} is refused at its line`, async () => {
    const ended = await runTick(statement);
    assert.equal(ended.code, 1, ended.err);
    assert.deepEqual(codesOf(ended), ["forbidden"]);
    const [, place, scene, hint, end] = ended.err.split("\n");
    assert.match(place, /^ {2}strategy\.ts:7:\d+$/);
    assert.match(scene, /^ {2}stage trader, slice 0, tick 0, /);
    // What to do instead.
    assert.match(hint, /^ {2}\S/);
    assert.equal(end, "");
  });
}

const REFUSED: readonly string[] = [
  "Date.now()",
  "Date()",
  "new Date()",
  "new (new Date(0).constructor as DateConstructor)()",
  "performance.now()",
  'performance.mark("now")',
  "Temporal.Now.instant()",
  "Math.random()",
  "crypto.randomUUID()",
  "crypto.getRandomValues(new Uint8Array(4))",
  'Deno.readTextFileSync("/etc/hostname")',
  'Deno.writeTextFileSync("note.txt", "")',
  'Deno.env.get("HOME")',
  "Deno.hostname()",
  'new Deno.Command("ls").outputSync()',
  'Deno.dlopen("libc.so.6", {})',
  'fetch("http://127.0.0.1:9999/")',
  'new WebSocket("ws://127.0.0.1:9999/")',
  'new Worker("data:text/javascript,")',
  'new BroadcastChannel("all")',
  "setTimeout(() => {}, 1)",
  "setInterval(() => {}, 1)",
  "queueMicrotask(() => {})",
  "Deno.exit(0)",
  "self.close()",
  "Reflect.construct(Date, [])",
  "Performance.prototype.now.call(performance)",
  "performance.timeOrigin",
  "JSON.stringify(performance)",
  'new Intl.DateTimeFormat("en", { timeStyle: "long" }).format()',
  "Intl.DateTimeFormat().formatToParts()",
  "Crypto.prototype.randomUUID.call(crypto)",
  "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)",
  "new WeakRef({})",
  "new FinalizationRegistry(() => {})",
  "new MessageChannel()",
  "AbortSignal.timeout(1)",
  'self.postMessage({ type: "finished" })',
  'self.addEventListener("message", () => {})',
  "process.hrtime()",
  'process.getBuiltinModule("node:os")',
  "navigator.hardwareConcurrency",
  "Deno.pid",
  "Deno.memoryUsage()",
];

const ALLOWED: readonly string[] = [
  "new Date(0).getTime()",
  "Date.UTC(2024, 0, 1)",
  "new Date(0) instanceof Date",
  "context.instant.toString()",
  "context.random()",
  "Math.sqrt(2)",
  "structuredClone({ a: 1 })",
  'new Intl.NumberFormat("de").format(1.5)',
  "new Intl.DateTimeFormat().format(0)",
];

Deno.test("a strategy is refused clocks, chance, files, network, processes, threads and timers", async () => {
  const calls = [...REFUSED, ...ALLOWED].map((call) =>
    `[${JSON.stringify(call)}, () => ${call}]`
  );
  const ended = await runTick(
    `const calls: [string, () => unknown][] = [${calls.join(", ")}];
    for (const [name, call] of price.value === ${PRICES[0]} ? calls : []) {
      try { call(); console.log("allowed " + name); }
      catch (error) {
        const { code, name: kind } = error as { code?: string; name: string };
        console.log((code === "forbidden" || kind === "NotCapable" ? "refused " : kind + " ") + name);
      }
    }`,
  );
  assert.equal(ended.code, 0, ended.err);
  const told = ended.err.split("\n");
  for (const call of REFUSED) assert.ok(told.includes(`refused ${call}`), call);
  for (const call of ALLOWED) assert.ok(told.includes(`allowed ${call}`), call);
});

Deno.test("what a strategy writes does not depend on the machine's language", async () => {
  await using desk = await deskOf(`{
  indicators: ({ price }) => ({ price }),
  onTick({ price }, _broker, _state, context) {
    if (price.value !== ${PRICES[0]}) return;
    const date = new Date(0);
    console.log(JSON.stringify([
      (1234.5).toLocaleString(), [1.5].toLocaleString(), date.toLocaleString(),
      new Intl.NumberFormat().format(1234.5), context.instant.toLocaleString(),
      ["z", "ä"].sort((a, b) => a.localeCompare(b)),
      new Intl.DateTimeFormat().resolvedOptions().timeZone,
    ]));
  },
}`);
  const said: string[] = [];
  for (const LC_ALL of ["en_US.UTF-8", "de_DE.UTF-8", "sv_SE.UTF-8"]) {
    const { err } = await desk.call(["run", "pipeline.yaml", "--quiet"], {
      env: { LC_ALL, LANG: LC_ALL, TZ: "Asia/Tokyo" },
    });
    said.push(err.split("\n")[0]);
  }
  assert.match(said[0], /1,234\.5/);
  assert.deepEqual(new Set(said).size, 1, said.join("\n"));
});

Deno.test("what a strategy prints leaves standard output to the result", async () => {
  const ended = await runTick(
    `if (${LATER}) console.log("noticed", price.value);`,
  );
  assert.equal(ended.code, 0, ended.err);
  assert.doesNotMatch(ended.out, /noticed/);
  assert.match(ended.err, /^noticed \d+/m);
});

interface BadModule {
  readonly text: string;
  /** In the text of the problem. */
  readonly says: RegExp;
}

const BAD_MODULES: Readonly<Record<string, BadModule>> = {
  "throws at load": {
    text: 'const levels = [1, 2];\nthrow new Error("no levels");\n',
    says: /no levels \(strategy\.ts:2:7\)/,
  },
  "does not parse": {
    text: "const x = 1;\nconst y = ;\n",
    says: /Expression expected \(strategy\.ts:2:11\)/,
  },
  "imports what is not there": {
    text: 'import "./other.ts";\n',
    says: /other\.ts.* \(strategy\.ts:1:8\)/,
  },
  "exports something else": {
    text: "export default { onTick() {} };\n",
    says: /its default export is no strategy/,
  },
  "exports nothing": {
    text: "export const mine = 1;\n",
    says: /its default export is no strategy/,
  },
  "throws in its indicators": {
    text: strategyText(
      '{ indicators() { throw new Error("none today"); }, onTick() {} }',
    ),
    says: /none today \(strategy\.ts:4:\d+\)/,
  },
  "has no callback": {
    text: strategyText("{ indicators: ({ price }) => ({ price }) }"),
    says: /onTick/,
  },
  "waits in its callback": {
    text: strategyText(
      "{ indicators: ({ price }) => ({ price }), async onTick() {} }",
    ),
    says: /async/,
  },
  "spins at load": {
    text: "while (true);\n",
    says: /3s/,
  },
  "reads the clock at load": {
    text: "export const begun = Date.now();\n",
    says: /Date\.now\(\).*\(strategy\.ts:1:27\)/,
  },
  "reads a file at load": {
    text: 'export const text = Deno.readTextFileSync("/etc/hostname");\n',
    says: /read access.*\(strategy\.ts:1:26\)/,
  },
};

for (const [what, { text, says }] of Object.entries(BAD_MODULES)) {
  Deno.test(`a strategy that ${what} is a problem of the pipeline file`, async () => {
    await using desk = await Desk.make({
      "pipeline.yaml": PIPELINE,
      "data/ticks.csv": TICKS,
      "strategy.ts": text,
    });
    const ended = await desk.call(["check", "pipeline.yaml"], {
      limit: 10_000,
    });
    assert.equal(ended.code, 78, ended.err);
    const [first] = ended.err.split("\n");
    assert.match(first, /^pipeline\.yaml:11:51: .*\[bad_module\]$/);
    assert.match(first, says);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(ended.err, /[\x1b·]/);
  });
}

Deno.test("a strategy that imports from another folder is told what it may import", async () => {
  for (const head of ['import "../lib/half.ts"', 'await import("./near.ts")']) {
    await using desk = await Desk.make({
      "pipeline.yaml": PIPELINE,
      "data/ticks.csv": TICKS,
      "lib/half.ts": "export const half = 0.5;\n",
      "mine/near.ts": 'export * from "../lib/half.ts";\n',
      "mine/strategy.ts": `${head};\n`,
    });
    const ended = await desk.call([
      "check",
      "pipeline.yaml",
      "--set",
      "stages.trader.strategy=mine/strategy.ts",
    ]);
    assert.equal(ended.code, 78, ended.err);
    assert.match(ended.err, /it imports ".*half\.ts", which lies elsewhere/);
    assert.match(ended.err, /from its own folder and from engine\/ only/);
    assert.doesNotMatch(ended.err, /--allow/);
  }
});

Deno.test("a strategy that is not there is a problem of the pipeline file", async () => {
  await using desk = await deskOf("{}");
  const ended = await desk.call([
    "run",
    "pipeline.yaml",
    "--set",
    "stages.trader.strategy=strategies/none.ts",
  ]);
  assert.equal(ended.code, 78);
  assert.match(ended.err, /strategies\/none\.ts.*\[bad_module\]/);
  assert.ok(!desk.has("store"));
});

Deno.test("wrong parameters are all named before anything runs", async () => {
  await using desk = await deskOf(`{
  params: { fast: param.int({ default: 2, min: 1 }), on: param.bool({ default: true }) },
  indicators: ({ price }, { fast }) => ({ average: sma(price, fast) }),
  onTick() {},
}`);
  const ended = await desk.call([
    "run",
    "pipeline.yaml",
    "--set",
    "stages.trader.params.fast=0",
    "--set",
    "stages.trader.params.fats=3",
    "--set",
    "stages.trader.params.on=1",
  ]);
  assert.equal(ended.code, 78);
  assert.deepEqual(codesOf(ended), ["bad_param", "bad_param", "bad_param"]);
  assert.ok(!desk.has("store"));
  assert.ok(!desk.has("runs"));
});

Deno.test("a column that the ticks lack is named before anything runs", async () => {
  await using desk = await deskOf(`{
  indicators: ({ price, size }) => ({ price, size }),
  onTick() {},
}`);
  const ended = await desk.call(["run", "pipeline.yaml"]);
  assert.equal(ended.code, 78);
  assert.deepEqual(codesOf(ended), ["missing_column"]);
  assert.match(ended.err, /^pipeline\.yaml:11:51: .*"size"/);
  assert.ok(!desk.has("store"));
});
