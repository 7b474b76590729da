import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import {
  Desk,
  digestOf,
  pipelineText,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";
import { blocksOf } from "./helpers/markdown.ts";
import { smallDisk } from "./helpers/small_disk.ts";

interface Line {
  readonly "@timestamp": string;
  readonly level: string;
  readonly message: string;
  readonly stage?: string;
  readonly worker?: number;
  readonly slice?: number;
}

/** 120 ticks in four slices; prints at the 15th second of each minute. */
const BODY = `{
  indicators: ({ price }) => ({ price }),
  onTick({ price }, broker, _state, context) {
    if (context.time % 60e9 === 15e9) {
      console.log("at %s, price %d", context.instant, price.value, { a: 1 });
      console.warn("careful");
      console.debug("closely");
    }
    broker.target(price.value > 5000 ? 1 : -1);
  },
}`;

function deskOf(body = BODY): Promise<Desk> {
  return Desk.make({
    "it.yaml": pipelineText({ dispatcher: "slice: 30s, warmup: 1s" }),
    "data/ticks.csv": ticksText(walkPrices(120)),
    "strategy.ts": strategyText(body),
  });
}

function linesOf(text: string): Line[] {
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

const PRINTED = /^at 2024-03-04T14:3[01]:15Z, price \d+(\.\d+)? \{ a: 1 \}$/;

Deno.test("one log holds what all workers did and printed", async () => {
  await using desk = await deskOf();
  const { err } = await desk.run("it.yaml", { args: ["--workers", "2"] });
  // What a strategy prints is shown as it is; nothing else is.
  const shown = err.trimEnd().split("\n");
  assert.ok(
    shown.every((line) =>
      PRINTED.test(line) || ["careful", "closely"].includes(line)
    ),
    err,
  );
  const lines = linesOf(desk.read("runs/it/log.jsonl"));
  assert.match(lines[0].message, /^it began$/);
  assert.match(lines.at(-1)!.message, /^done: 120 ticks in .*, digest \w{64}$/);
  const times = lines.map((line) => Date.parse(line["@timestamp"]));
  assert.ok(times.every((time) => Math.abs(time - Date.now()) < 60_000));
  const printed = lines.filter(({ message }) => PRINTED.test(message));
  assert.ok(printed.length >= 2);
  for (const { level, stage, worker, slice } of printed) {
    assert.equal(level, "INFO");
    assert.equal(stage, "trader");
    assert.ok(worker === 0 || worker === 1);
    assert.ok(slice === 0 || slice === 2, `slice ${slice}`);
  }
  const levels = new Set(lines.map(({ level }) => level));
  assert.deepEqual([...levels].sort(), ["DEBUG", "INFO", "WARN"]);
  // Every slice's end is there, with who ran it.
  const ran = lines.filter(({ message }) => /^ran 30 rows/.test(message));
  assert.deepEqual(
    [...new Set(ran.map(({ slice }) => slice))].sort(),
    [0, 1, 2, 3],
  );
});

Deno.test("--log-level shows the log from a level on, as text or as JSON", async () => {
  await using desk = await deskOf();
  const call = (out: string, ...args: string[]) =>
    desk.call(["run", "it.yaml", "--quiet", "--out", out, ...args]);
  const text = await call("a", "--log-level", "info");
  assert.match(text.err, /^\d\d:\d\d:\d\d\.\d{3} info {4}it began$/m);
  assert.match(text.err, /^\S+ info {4}trader\[0\] slice 0: at 2024/m);
  assert.match(text.err, /^\S+ warning trader\[0\] slice 2: careful$/m);
  assert.doesNotMatch(text.err, /closely/);
  const warnings = await call("b", "--log-level", "warning");
  assert.ok(
    warnings.err.trimEnd().split("\n").every((line) => /careful$/.test(line)),
  );
  const json = await call("c", "--log-level", "debug", "--log", "json");
  assert.deepEqual(linesOf(json.err), linesOf(desk.read("c/log.jsonl")));
  assert.equal(digestOf(json), digestOf(text));
  const wrong = await call("d", "--log-level", "loud");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /debug, info, warning, error/);
});

Deno.test("the log of a run that failed ends with its fault, and goes on when it is resumed", async () => {
  await using desk = await deskOf(`{
  indicators: ({ price }) => ({ price }),
  onTick({ price }, _broker, _state, context) {
    if (context.time === (52_200 + 75) * 1e9) throw new Error("too far");
  },
}`);
  const { code } = await desk.call(["run", "it.yaml", "--out", "it"]);
  assert.equal(code, 1);
  const lines = linesOf(desk.read("it/log.jsonl"));
  const { level, message, stage, slice } = lines.at(-1)!;
  assert.deepEqual([level, message, stage, slice], [
    "ERROR",
    "too far",
    "trader",
    2,
  ]);
  await desk.call(["run", "--resume", "it"]);
  const more = linesOf(desk.read("it/log.jsonl"));
  assert.deepEqual(more.slice(0, lines.length), lines);
  assert.ok(more.length > lines.length);
  const json = await desk.call([
    "run",
    "it.yaml",
    "--log",
    "json",
    "--set",
    "run.out=it/log.jsonl",
  ]);
  assert.equal(json.code, 1);
  assert.match(json.err, /"level":"ERROR".*"code":"output_write"/);
});

Deno.test("a strategy that prints without end neither waits nor fills the memory", async () => {
  await using desk = await deskOf(`{
  indicators: ({ price }) => ({ price }),
  onTick({ price }, broker) {
    for (let i = 0; i < 2000; i++) console.log("again", i);
    broker.target(price.value > 5000 ? 1 : -1);
  },
}`);
  const { err } = await desk.run("it.yaml");
  const lines = err.split("\n").length;
  assert.ok(lines > 50_000 && lines < 700_000, `${lines} lines`);
});

Deno.test("a stage of one's own and check print to standard error", async () => {
  await using desk = await deskOf();
  const mod = new URL("../stages/custom/mod.ts", import.meta.url).href;
  desk.write(
    "mine.ts",
    `import { transform } from "${mod}";
console.log("loaded");
export default transform({ begin: () => (row, emit) => emit({ price: Number(row.price) }) });
`,
  );
  desk.write(
    "it.yaml",
    desk.read("it.yaml").replace("from: ticks, ", "from: mine, ").replace(
      "  slices:",
      "  mine: { kind: ./mine.ts, from: ticks, columns: [price] }\n  slices:",
    ),
  );
  const checked = await desk.call(["check", "it.yaml", "--quiet"]);
  assert.deepEqual([checked.code, checked.out, checked.err], [
    0,
    "",
    "loaded\n",
  ]);
  const { out } = await desk.call(["run", "it.yaml", "--json"]);
  assert.ok(JSON.parse(out).digest);
});

Deno.test("a full disk ends the log, not the run", async (t) => {
  await using desk = await deskOf();
  const grow = await smallDisk(desk.at("disk"), 256 * 1024);
  if (!grow) {
    console.warn(`skipped ${t.name}: no small disk can be mounted here`);
    return;
  }
  try {
    const noisy = BODY.replace(
      "broker.target(",
      'for (let i = 0; i < 50; i++) console.log("x".repeat(200)); broker.target(',
    );
    desk.write("strategy.ts", strategyText(noisy));
    const ended = await desk.call(["run", "it.yaml", "--out", "disk/it"]);
    // The results may not fit either; the log alone is never the reason.
    assert.ok(ended.code === 0 || /output_write/.test(ended.err));
    assert.ok(existsSync(desk.at("disk/it/log.jsonl")));
  } finally {
    await new Deno.Command("umount", { args: [desk.at("disk")] }).output();
  }
});

Deno.test("docs: lines of the log look as the page shows them", async () => {
  const page = await Deno.readTextFile(
    new URL("../docs/failures.md", import.meta.url),
  );
  const blocks = blocksOf(page);
  const plain = (text: string) =>
    text.replaceAll(/[\d.:TZ-]*\d[\d.:TZ-]*/g, "0").replaceAll(
      /at 0.*$/gm,
      "0",
    );
  await using desk = await deskOf();
  const { err } = await desk.call([
    ...["run", "it.yaml", "--out", "it", "--log-level", "debug"],
  ]);
  const said = plain(err).split("\n");
  const [shown] = blocks.filter(({ text }) => text.includes("it began"));
  for (const line of plain(shown.text).trimEnd().split("\n")) {
    assert.ok(said.includes(line), `${line}\n${err}`);
  }
  const json = blocks.find(({ language }) => language === "json")!;
  const keys = Object.keys(JSON.parse(json.text));
  const printed = linesOf(desk.read("it/log.jsonl")).find(({ message }) =>
    PRINTED.test(message)
  );
  assert.deepEqual(Object.keys(printed!), keys);
});
