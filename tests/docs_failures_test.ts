import assert from "node:assert/strict";
import {
  existsSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { EXIT, exitCodeOf, FAULT_CODES } from "../pipeline/contract/mod.ts";
import {
  Desk,
  digestOf,
  type Ended,
  pipelineText,
  ROOT,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";
import { smallDisk } from "./helpers/small_disk.ts";
import { blocksOf, tableOf } from "./helpers/markdown.ts";

const PAGE = await Deno.readTextFile(
  new URL("../docs/failures.md", import.meta.url),
);

/** The block of the page that holds a code, numbers and hashes left out. */
function shown(code: string, n = 0): string {
  const found = blocksOf(PAGE).filter(({ text }) => text.includes(`[${code}]`));
  return plain(found[n].text);
}

function plain(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{8,}\b/g, "#")
    .replaceAll(/(?<=checksum is |manifest says )\S+/g, "#")
    .replaceAll(/\d[\d,.]*/g, "0");
}

/** Every way to end leaves a directory without a result, in bounded time. */
function assertShown(ended: Ended, exit: number, code: string, n = 0): void {
  assert.equal(ended.code, exit, ended.err);
  const lines = plain(ended.err).split("\n");
  const text = lines.filter((line) => !line.startsWith("Finished slices"))
    .join("\n");
  assert.equal(text, shown(code, n));
  assert.ok(ended.seconds < 25, `${ended.seconds} s`);
}

Deno.test("docs: every fault has its exit code, and what to do", () => {
  const rows = tableOf(PAGE, "When a run fails", 1);
  const told = rows.map(([code, exit, what, way]) => {
    assert.ok(what && way, code);
    return [code, Number(exit)];
  });
  const known = FAULT_CODES.map((code) => [
    code,
    exitCodeOf({ code, message: "" }),
  ]);
  assert.deepEqual(told.toSorted(), known.toSorted());
  const exits = tableOf(PAGE, "When a run fails").map(([exit]) => Number(exit));
  assert.deepEqual(exits, Object.values(EXIT));
});

function deskOf(
  body: string,
  { rows = 120, run = "", head = "", slice = "30s" } = {},
): Promise<Desk> {
  return Desk.make({
    "it.yaml": pipelineText({
      dispatcher: `slice: ${slice}, warmup: 10s`,
      run: `seed: 7${run}`,
    }),
    "data/ticks.csv": ticksText(walkPrices(rows)),
    "strategy.ts": head + strategyText(body),
  });
}

const RUN = ["run", "it.yaml", "--quiet", "--out", "runs/it"];

Deno.test("docs: a strategy that throws", async () => {
  await using desk = await deskOf(`{
  indicators: ({ price }) => ({ price }),
  onTick(_series, _broker, _state, context) {
    if (context.time === (52_200 + 75) * 1e9) throw new RangeError("too far");
  },
}`);
  assertShown(await desk.call(RUN), 1, "strategy_threw");
  assert.ok(!desk.has("runs/it/result.json"));
});

Deno.test("docs: a strategy that never comes back", async () => {
  await using desk = await deskOf(
    `{
  indicators: ({ price }) => ({ price }),
  onTick(_series, _broker, _state, context) {
    while (context.time === (52_200 + 75) * 1e9);
  },
}`,
    { run: ", watchdog: 3s" },
  );
  assertShown(await desk.call(RUN), 1, "strategy_stuck");
});

/** A pipeline with a stage of one's own, whose module has `text` on line 5. */
async function custom(text: string): Promise<Desk> {
  const mod = new URL("../stages/custom/mod.ts", import.meta.url).href;
  const desk = await deskOf(
    "{ indicators: ({ price }) => ({ price }), onTick() {} }",
  );
  desk.write(
    "mine.ts",
    `import { transform } from "${mod}";
export default transform({
  begin() {
    return (row, emit) => {
      ${text}
      emit({ price: Number(row.price) });
    };
  },
});
`,
  );
  const yaml = desk.read("it.yaml").replace("from: ticks, ", "from: changed, ")
    .replace(
      "  slices:",
      "  changed: { kind: ./mine.ts, from: ticks, columns: [price] }\n  slices:",
    ).replace("seed: 7", "seed: 7, watchdog: 2s");
  desk.write("it.yaml", yaml);
  return desk;
}

Deno.test("docs: a worker that ends with an error", async () => {
  await using desk = await custom(
    "if (row.price) {\n  queueMicrotask(() => {\n    // late\n    throw new Error('lost'); }); }",
  );
  const ended = await desk.call(RUN);
  assert.equal(ended.code, 1);
  assert.match(ended.err, /\[worker_died\]/);
  const text = ended.err.slice(ended.err.indexOf("Cannot go on"));
  assertShown({ ...ended, err: text }, 1, "worker_died");
});

Deno.test("docs: a worker that goes without a word", async () => {
  await using desk = await custom("self.close(); for (;;);");
  const [run, ingest] = await Promise.all([
    desk.call(RUN),
    desk.call(["ingest", "it.yaml", "--set", "run.store=other"]),
  ]);
  assertShown(run, 1, "worker_stuck");
  assertShown(ingest, 1, "worker_stuck");
});

for (
  const [what, statement] of [
    ["event by event", "mine.push(new Float64Array(10_000).fill(1));"],
    [
      "within one event",
      "for (;;) mine.push(new Float64Array(10_000).fill(1));",
    ],
  ]
) {
  Deno.test(`docs: memory that grows ${what}`, async () => {
    await using desk = await deskOf(
      `{
  indicators: ({ price }) => ({ price }),
  onTick(_series, _broker) {
    const mine = box;
    ${statement}
  },
}`,
      {
        head: "const box: Float64Array[] = [];\n",
        rows: 20_000,
        slice: "session",
        run: ", memory: 64MB",
      },
    );
    const ended = await desk.call(RUN);
    // Before the first row counts there is none to name.
    const err = ended.err.includes(", tick")
      ? ended.err
      : ended.err.replace("slice 0", "slice 0, tick 0");
    assertShown({ ...ended, err }, 1, "memory_exceeded");
  });
}

const DAY = 86_400_000;

/** Three sessions of 2,000 ticks, each its own file of the store. */
function threeDays(): string {
  const begin = Date.UTC(2024, 2, 4, 14, 30);
  const prices = walkPrices(6000);
  const rows = prices.map((price, i) => {
    const time = begin + Math.floor(i / 2000) * DAY + (i % 2000) * 1000;
    return `${new Date(time).toISOString()},${price}`;
  });
  return `ts,price\n${rows.join("\n")}\n`;
}

const SLOW = `{
  params: { work: param.int({ default: 0, min: 0 }) },
  indicators: ({ price }) => ({ price, average: sma(price, 30) }),
  state: { sum: 0 },
  onTick({ price, average }, broker, state, { params }) {
    for (let i = 0; i < params.work; i++) state.sum = (state.sum + i) % 97;
    state.sum = 0;
    if (average.ready) broker.target(price.value > average.value ? 1 : -1);
  },
}`;

for (const how of ["changed", "cut"] as const) {
  Deno.test(`docs: a store that is ${how} under a run, which resumes once it is whole`, async () => {
    await using desk = await deskOf(SLOW, { slice: "session" });
    desk.write("data/ticks.csv", threeDays());
    const whole = digestOf(
      await desk.call([
        "run",
        "it.yaml",
        "--set",
        "stages.trader.params.work=0",
      ]),
    );
    const [table] = readdirSync(desk.at("store"));
    const path = desk.at(
      "store",
      table,
      "instrument=ES/date=2024-03-06/ticks.arrow",
    );
    const before = readFileSync(path);
    const manifest = JSON.parse(desk.read("store", table, "manifest.json"));
    const [, price] = manifest.partitions[2].batches[0].buffers;
    let timer: ReturnType<typeof setInterval> | undefined;
    const ended = await desk.call(
      [...RUN, "--set", "stages.trader.params.work=5000"],
      {
        onStart: () => {
          timer = setInterval(() => {
            if (!existsSync(desk.at("runs/it/plan.json"))) return;
            clearInterval(timer);
            if (how === "cut") return truncateSync(path, price.offset);
            const bytes = Uint8Array.from(before);
            bytes[price.offset + 9] ^= 1;
            writeFileSync(path, bytes);
          }, 5);
        },
      },
    );
    clearInterval(timer);
    assert.equal(ended.code, 65, ended.err);
    assert.match(ended.err, /^ {2}stage ticks, slice 2, tick \d,\d{3}$/m);
    if (how === "changed") assertShown(ended, 65, "corrupt_store");
    writeFileSync(path, before);
    const resumed = await desk.call(["run", "--resume", "runs/it"]);
    assert.equal(resumed.code, 0, resumed.err);
    assert.equal(digestOf(resumed), whole);
  });
}

Deno.test("docs: a disk that is full, at the results and at the store", async (t) => {
  await using desk = await deskOf(SLOW, { rows: 20_000, slice: "session" });
  const grow = await smallDisk(desk.at("disk"), 64 * 1024);
  if (!grow) {
    console.warn(`skipped ${t.name}: no small disk can be mounted here`);
    return;
  }
  try {
    const out = ["run", "it.yaml", "--quiet", "--out", "disk/run"];
    const full = await desk.call(out);
    assertShown(full, 1, "output_write");
    const store = ["--set", "run.store=disk/store"];
    const ingest = await desk.call(["ingest", "it.yaml", ...store]);
    assert.equal(ingest.code, 1, ingest.err);
    assert.match(ingest.err, /\[(?:store|output)_write\]/);
    await grow(64 * 1024 * 1024);
    const again = await desk.call(["ingest", "it.yaml", ...store]);
    assert.equal(again.code, 0, again.err);
    const resumed = await desk.call(["run", "--resume", "disk/run"]);
    const whole = await desk.call(["run", "it.yaml"]);
    assert.equal(digestOf(resumed), digestOf(whole));
  } finally {
    await new Deno.Command("umount", { args: [desk.at("disk")] }).output();
  }
});

for (
  const [signal, times] of [["SIGINT", 1], ["SIGINT", 2], [
    "SIGHUP",
    1,
  ]] as const
) {
  Deno.test(`docs: ${signal} ${times} times keeps the journal, which resumes`, async () => {
    await using desk = await deskOf(SLOW, { rows: 600, slice: "10s" });
    const work = ["--set", "stages.trader.params.work=30000"];
    const ended = await desk.call([...RUN, ...work], {
      onStart: async (process) => {
        const journal = desk.at("runs/it/journal/trader");
        while (!existsSync(journal) || readdirSync(journal).length < 3) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        for (let i = 0; i < times; i++) process.kill(signal);
      },
    });
    assert.equal(ended.code, 130, ended.err);
    const kept = readdirSync(desk.at("runs/it/journal/trader")).length;
    if (times === 1) {
      const { text } = blocksOf(PAGE).find(({ text }) =>
        text.includes("[interrupted]")
      )!;
      assert.ok(ended.err.endsWith(text.split("\n")[1] + "\n"), ended.err);
    }
    const resumed = await desk.call(["run", "--resume", "runs/it"]);
    const { recalled } = JSON.parse(desk.read("runs/it/result.json"));
    assert.ok(recalled >= 3 && recalled === kept, `${recalled} of ${kept}`);
    const whole = await desk.call(["run", "it.yaml", ...work]);
    assert.equal(digestOf(resumed), digestOf(whole));
  });
}

Deno.test("whoever stops reading what a verb prints breaks nothing", async () => {
  await using desk = await deskOf(SLOW);
  const { code, stderr } = await new Deno.Command("sh", {
    args: [
      "-c",
      `"$0" run -A --unstable-worker-options "$1" plan it.yaml | true; exit 0`,
      Deno.execPath(),
      `${ROOT}main.ts`,
    ],
    cwd: desk.path,
  }).output();
  assert.equal(code, 0);
  assert.equal(new TextDecoder().decode(stderr), "");
});
