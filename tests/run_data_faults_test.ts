import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
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

const STRATEGY = strategyText(`{
  indicators: ({ price }) => ({ price, average: sma(price, 5) }),
  onTick({ price, average }, broker) {
    if (average.ready) broker.target(price.value > average.value ? 1 : -1);
  },
}`);

const PRICES = walkPrices(200);

function deskOf(
  ticks: string | Uint8Array | null,
  options: { source?: string; run?: string } = {},
): Promise<Desk> {
  const source = options.source ?? "data/ticks.csv";
  return Desk.make({
    "pipeline.yaml": pipelineText({ ...options, source }),
    "strategy.ts": STRATEGY,
    ...(ticks === null ? {} : { [source]: ticks }),
  });
}

function assertFailed(
  desk: Desk,
  ended: Ended,
  code: number,
  codes: readonly string[],
): void {
  assert.equal(ended.code, code, ended.err);
  assert.deepEqual(codesOf(ended), codes, ended.err);
  assert.equal(ended.out, "");
  const names = desk.has("runs")
    ? readdirSync(desk.at("runs"), { recursive: true })
    : [];
  assert.ok(!names.some((name) => String(name).endsWith("result.json")));
}

Deno.test("a source that is not there is bad data, and is named", async () => {
  await using desk = await deskOf(null);
  for (const verb of ["run", "ingest"]) {
    const ended = await desk.call([verb, "pipeline.yaml"]);
    assertFailed(desk, ended, 65, ["source_not_found"]);
    assert.match(ended.err, /data\/ticks\.csv/);
  }
  const plan = await desk.call(["plan", "pipeline.yaml"]);
  assert.equal(plan.code, 65);
});

Deno.test("a glob that matches nothing is bad data", async () => {
  await using desk = await deskOf(null, { source: "data/*.csv" });
  const ended = await desk.call(["run", "pipeline.yaml"]);
  assertFailed(desk, ended, 65, ["source_not_found"]);
});

Deno.test("a gzip file that is cut or garbled is corrupt, and leaves no table", async () => {
  const whole = new Uint8Array(gzipSync(ticksText(PRICES)));
  const cut = whole.subarray(0, whole.length - 40);
  const garbled = whole.slice();
  garbled.fill(0x55, 200, 260);
  for (const bytes of [cut, garbled]) {
    await using desk = await deskOf(bytes, { source: "data/ticks.csv.gz" });
    const ended = await desk.call(["run", "pipeline.yaml"]);
    assertFailed(desk, ended, 65, ["corrupt_file"]);
    assert.match(ended.err, /data\/ticks\.csv\.gz/);
    const left = desk.has("store") ? readdirSync(desk.at("store")) : [];
    assert.deepEqual(left, []);
  }
});

Deno.test("a bad tick fails the run at its file and line when it is to", async () => {
  const bad: (number | string)[] = [...PRICES];
  bad[99] = "NaN";
  await using desk = await deskOf(ticksText(bad), {
    run: "seed: 7, on_bad_tick: fail",
  });
  const ended = await desk.call(["run", "pipeline.yaml"]);
  assertFailed(desk, ended, 65, ["bad_data"]);
  // 99 rows before it, and the header.
  assert.match(ended.err, /\n {2}data\/ticks\.csv:101\n/);
});

Deno.test("more bad ticks than allowed fail the run", async () => {
  const bad: (number | string)[] = [...PRICES];
  bad[10] = bad[20] = bad[30] = "NaN";
  const text = ticksText(bad);
  await using desk = await deskOf(text, {
    run: "seed: 7, on_bad_tick: { policy: quarantine, max: 1% }",
  });
  assertFailed(desk, await desk.call(["run", "pipeline.yaml"]), 65, [
    "too_many_bad_ticks",
  ]);
  const ended = await desk.call([
    "run",
    "pipeline.yaml",
    "--set",
    "run.on_bad_tick.max=2%",
  ]);
  assert.equal(ended.code, 0, ended.err);
  assert.match(ended.out, /\b3\b.*\bnan\b/);
});

Deno.test("a header that lacks a column is bad data", async () => {
  await using desk = await deskOf(ticksText(PRICES).replace("price", "prize"));
  const ended = await desk.call(["run", "pipeline.yaml"]);
  assertFailed(desk, ended, 65, ["bad_data"]);
  assert.match(ended.err, /"price"/);
});

Deno.test("a file without rows is bad data", async () => {
  await using desk = await deskOf("ts,price\n");
  const ended = await desk.call(["run", "pipeline.yaml"]);
  assertFailed(desk, ended, 65, ["bad_data"]);
});

Deno.test("a byte that turned over in the store is found before a result", async () => {
  await using desk = await deskOf(ticksText(PRICES));
  await desk.run("pipeline.yaml", { out: "runs/before" });
  const [table] = readdirSync(desk.at("store"));
  const path = desk.at(
    "store",
    table,
    "instrument=ES/date=2024-03-04/ticks.arrow",
  );
  const bytes = Deno.readFileSync(path);
  const manifest = JSON.parse(desk.read("store", table, "manifest.json"));
  const [, price] = manifest.partitions[0].batches[0].buffers;
  bytes[price.offset + price.bytes - 5] ^= 1;
  Deno.writeFileSync(path, bytes);
  const ended = await desk.call(
    ["run", "pipeline.yaml", "--out", "runs/after"],
  );
  assert.equal(ended.code, 65, ended.err);
  assert.deepEqual(codesOf(ended), ["corrupt_store"]);
  assert.match(ended.err, /ticks\.arrow/);
  assert.ok(!desk.has("runs/after/result.json"));
});

Deno.test("a store that lost a file is found before a result", async () => {
  await using desk = await deskOf(ticksText(PRICES));
  await desk.run("pipeline.yaml", { out: "runs/before" });
  const [table] = readdirSync(desk.at("store"));
  Deno.removeSync(
    desk.at("store", table, "instrument=ES/date=2024-03-04/ticks.arrow"),
  );
  const ended = await desk.call(["run", "pipeline.yaml"]);
  assert.equal(ended.code, 65, ended.err);
  assert.deepEqual(codesOf(ended), ["corrupt_store"]);
});

Deno.test("a source that changed is ingested again", async () => {
  await using desk = await deskOf(ticksText(PRICES));
  const before = await desk.run("pipeline.yaml", { out: "runs/before" });
  desk.write("data/ticks.csv", ticksText([...PRICES, 4000, 4000]));
  const after = await desk.run("pipeline.yaml", { out: "runs/after" });
  assert.equal(after.result.ticks, before.result.ticks + 2);
  assert.notEqual(digestOf(after), digestOf(before));
});

Deno.test("results go to no place that cannot hold them", async () => {
  await using desk = await deskOf(ticksText(PRICES));
  desk.write("taken", "a file");
  for (const out of ["taken", "taken/within"]) {
    const ended = await desk.call(["run", "pipeline.yaml", "--out", out]);
    assertFailed(desk, ended, 1, ["output_write"]);
    assert.match(ended.err, new RegExp(out));
    // One line, no stack of ours.
    assert.equal(ended.err.trimEnd().split("\n").length, 1);
  }
  const within = await desk.call([
    "run",
    "pipeline.yaml",
    "--set",
    "run.out=taken",
  ]);
  assertFailed(desk, within, 1, ["output_write"]);
});

Deno.test("a run never mixes with another in one directory", async () => {
  await using desk = await deskOf(ticksText(PRICES));
  await desk.run("pipeline.yaml", { out: "runs/mine" });
  const before = desk.read("runs/mine/result.json");
  const ended = await desk.call(["run", "pipeline.yaml", "--out", "runs/mine"]);
  assert.equal(ended.code, 1);
  assert.deepEqual(codesOf(ended), ["output_write"]);
  assert.equal(desk.read("runs/mine/result.json"), before);
});

Deno.test("what does not fit into the memory is refused with what it needs", async () => {
  await using desk = await deskOf(ticksText(PRICES));
  const ended = await desk.call([
    "run",
    "pipeline.yaml",
    "--set",
    "run.memory=1MB",
  ]);
  assert.equal(ended.code, 78);
  assert.deepEqual(codesOf(ended), ["memory_too_small"]);
});
