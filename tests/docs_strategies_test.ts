import assert from "node:assert/strict";
import type { Series } from "../engine/mod.ts";
import { strategy } from "../engine/mod.ts";
import { Desk, pipelineText, strategyText, ticksText } from "./helpers/cli.ts";
import { noise, play, runAll, runnerOf, type Tape } from "./helpers/engine.ts";
import { blocksOf, importBlock, tableOf } from "./helpers/markdown.ts";

const PAGE = await Deno.readTextFile(
  new URL("../docs/strategies.md", import.meta.url),
);

interface Streak {
  readonly default: object;
  roc(source: Series, n: number): Series;
  streak(source: Series): Series;
}

async function streakModule(): Promise<Streak> {
  const block = blocksOf(PAGE).find(({ file }) =>
    file === "strategies/streak.ts"
  );
  assert.ok(block);
  return await importBlock(block.text) as unknown as Streak;
}

function trades(price: readonly number[] | Float64Array): Tape {
  return {
    kind: "trades",
    time: Array.from(price, (_, i) => i * 1e9),
    columns: { price },
  };
}

Deno.test("the indicators of the guide give the numbers of its table", async () => {
  const { roc, streak } = await streakModule();
  const rows: string[][] = [["price"], ["change"], ["streak"]];
  const watch = strategy({
    indicators: ({ price }) => ({
      price,
      change: roc(price, 3),
      streak: streak(price),
    }),
    onTick({ price, change, streak }) {
      rows[0].push(String(price.value));
      rows[1].push(change.ready ? change.value.toFixed(4) : "NaN");
      rows[2].push(String(streak.value));
    },
  });
  runAll({
    strategy: watch,
    tapes: [trades([100, 101, 102, 102, 103, 101, 100])],
  });
  assert.deepEqual(tableOf(PAGE, "An indicator of your own", 1), rows);
});

Deno.test("the strategy of the guide is the same however its rows are cut", async () => {
  const { default: definition } = await streakModule();
  const tape = trades(noise(9000, 3));
  const whole = runAll({ strategy: definition, tapes: [tape] });
  assert.ok(whole.record.fills.time.length > 100);
  const cut = runAll({ strategy: definition, tapes: [tape] }, {
    cut: () => 777,
  });
  assert.deepEqual(cut.record, whole.record);

  // From a guess after a warm-up, as a slice begins.
  const warmed = runnerOf({ strategy: definition, tapes: [tape] });
  warmed.record(false);
  play(warmed, [tape], { ranges: [[{ from: 3000, to: 6000 }]] });
  const through = runnerOf({ strategy: definition, tapes: [tape] });
  through.record(false);
  play(through, [tape], { ranges: [[{ from: 0, to: 6000 }]] });
  assert.deepEqual(warmed.snapshot(), through.snapshot());
});

/** How to try what the guide's table calls by another name than its code. */
const TRIES: Readonly<Record<string, string>> = {
  setTimeout: "setTimeout(() => {}, 0)",
  setInterval: "setInterval(() => {}, 1000)",
  queueMicrotask: "queueMicrotask(() => {})",
  MessageChannel: "new MessageChannel()",
  WeakRef: "new WeakRef({})",
  FinalizationRegistry: "new FinalizationRegistry(() => {})",
  fetch: 'fetch("http://127.0.0.1/")',
  WebSocket: 'new WebSocket("ws://127.0.0.1/")',
  Worker: 'new Worker("data:text/javascript,0", { type: "module" })',
};

const OUTSIDE = [
  'Deno.readTextFileSync("../../etc/hosts")',
  'Deno.readTextFileSync("data/ticks.csv")',
  'Deno.writeTextFileSync("strategy.ts", "")',
  'Deno.env.get("HOME")',
  'new Deno.Command("true").outputSync()',
];

Deno.test("docs: what is refused is refused", async () => {
  const names = tableOf(PAGE, "What is refused").flatMap(([cell]) =>
    cell.split(", ")
  ).filter((name) => /^[\w.]+( [A-Z]\w+)?(\(\))?$/.test(name))
    .filter((name) =>
      !["async", "files", "environment", "processes"].includes(name)
    );
  const tries = [...names.map((name) => TRIES[name] ?? name), ...OUTSIDE];
  const calls = tries.map((code) => `[${JSON.stringify(code)}, () => ${code}]`);
  await using desk = await Desk.make({
    "it.yaml": pipelineText().replace("strategy.ts", "strategies/strategy.ts"),
    "data/ticks.csv": ticksText([100, 101]),
    "strategies/strategy.ts": strategyText(`{
      indicators: ({ price }) => ({ price }),
      state: { seen: 0 },
      onTick(_series, _broker, state) {
        if (state.seen++ > 0) return;
        for (const [code, call] of [${calls.join(",")}]) {
          let said = "ALLOWED";
          try { call(); } catch (error) { said = error.code ?? error.name; }
          console.log("TRY " + JSON.stringify([code, said]));
        }
      },
    }`),
  });
  const { err } = await desk.run("it.yaml");
  const said = [...err.matchAll(/^TRY (.*)$/gm)].map(([, text]) =>
    JSON.parse(text) as [string, string]
  );
  const told = new Set(said.map(([code]) => code));
  assert.deepEqual([...told], tries);
  assert.ok(names.length > 10);
  for (const [code, outcome] of said) {
    assert.match(outcome, /^(forbidden|NotCapable)$/, code);
  }
});

for (const [sign, code] of [["it.yaml:11", 78], ["run twice", 1]] as const) {
  Deno.test(`docs: a strategy with memory outside of its state is refused: ${sign}`, async () => {
    const name = code === 1 ? "const mine = box; void seen; mine" : "";
    await using desk = await Desk.make({
      "it.yaml": pipelineText().replaceAll("trader", "cross"),
      "data/ticks.csv": ticksText(
        Array.from({ length: 50 }, (_, i) => 100 + i),
      ),
      "strategy.ts": `let seen = 0; const box = { seen };\n${
        strategyText(`{
        indicators: ({ price }) => ({ price }),
        onTick(_series, broker) {
          ${
          name === "" ? "if (++seen" : `${name}.seen++; if (mine.seen`
        } % 7 === 0) broker.target((seen + box.seen) % 14 === 0 ? 1 : -1);
        },
      }`)
      }`,
    });
    const ended = await desk.call(["run", "it.yaml", "--quiet"]);
    assert.equal(ended.code, code);
    const shown = blocksOf(PAGE).find(({ text }) => text.includes(sign));
    assert.equal(ended.err, shown?.text);
  });
}
