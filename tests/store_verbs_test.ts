import assert from "node:assert/strict";
import { tableFromIPC as arrowTable } from "apache-arrow";
import { tableFromIPC as flechetteTable } from "@uwdata/flechette";
import { join } from "node:path";
import { existsSync } from "node:fs";
import { Desk, pipelineText, strategyText, ticksText } from "./helpers/cli.ts";
import {
  readManifest,
  TableReader,
  verifyTable,
} from "../formats/store/mod.ts";
import { ingest } from "../formats/mod.ts";
import { BATCH_ROWS } from "../formats/table.ts";

const ES = "../shared/data/es/ESM8_trades_20180507.csv.gz";
const PRICES = Array.from({ length: 100_000 }, (_, i) => 5000 + (i % 7) * 0.25);

async function deskWithStore() {
  const desk = await Desk.make({
    "it.yaml": pipelineText(),
    "strategy.ts": strategyText(
      "{ indicators: ({ price }) => ({ price }), onTick() {} }",
    ),
    "data/ticks.csv": ticksText(PRICES),
  });
  const { code, err } = await desk.call(["ingest", "it.yaml"]);
  assert.equal(code, 0, err);
  const [{ name: key }] = [...Deno.readDirSync(desk.at("store"))];
  return { desk, key };
}

Deno.test("store list says what is there, store verify reads it, and both find what is broken", async () => {
  const { desk, key } = await deskWithStore();
  await using _ = desk;
  const listed = await desk.call(["store", "list"]);
  assert.equal(listed.code, 0);
  assert.match(
    listed.out,
    new RegExp(
      `^${key}\n  ES, 100,000 rows, 2024-03-04 to 2024-03-05, [\\d.]+ MB, last used \\d{4}-\\d\\d-\\d\\d\n  csv of /.*/data/ticks.csv\n$`,
    ),
  );
  const [view] = JSON.parse((await desk.call(["store", "list", "--json"])).out);
  assert.equal(view.rows, 100_000);
  assert.equal(view.last, "2024-03-05T18:16:39.000000000Z");
  assert.deepEqual(view.files, [Deno.realPathSync(desk.at("data/ticks.csv"))]);

  const good = await desk.call(["store", "verify"]);
  assert.equal(good.code, 0, good.err);
  assert.match(
    good.out,
    /^1 tables?, [\d.]+ MB read, all as their manifests say/,
  );

  // The second batch of the second day does not exist; break the first of each.
  const { partitions } = readManifest(desk.at("store", key));
  const files = partitions.map(({ path }) => desk.at("store", key, path));
  for (const [i, file] of files.entries()) {
    const bytes = Deno.readFileSync(file);
    bytes[partitions[i].batches[0].buffers[1].offset + 5] ^= 4;
    Deno.writeFileSync(file, bytes);
  }
  const bad = await desk.call(["store", "verify"]);
  assert.equal(bad.code, 65);
  const lines = bad.err.trimEnd().split("\n");
  assert.equal(lines.length, 2);
  for (const [i, line] of lines.entries()) {
    assert.ok(line.includes(join("store", key, partitions[i].path)), line);
    assert.match(
      line,
      /checksum is [0-9a-f]{8} where .* \(batch 0\) \[corrupt_store\]$/,
    );
  }
  assert.match(bad.out, /2 problems/);

  Deno.removeSync(files[0]);
  Deno.truncateSync(files[1], 1000);
  const problems = verifyTable(desk.at("store", key));
  assert.deepEqual(problems.map(({ file, batch }) => [file, batch]), [
    [files[0], null],
    [files[1], null],
  ]);
  desk.write(`store/${key}/manifest.json`, "{");
  const unreadable = await desk.call(["store", "list"]);
  assert.equal(unreadable.code, 0);
  assert.match(unreadable.out, /Cannot read the manifest/);
  assert.equal((await desk.call(["store", "verify"])).code, 65);
});

Deno.test("store prune removes tables whose source is gone, and says first what it would do", async () => {
  const { desk, key } = await deskWithStore();
  await using _ = desk;
  const kept = await desk.call(["store", "prune"]);
  assert.equal(kept.out, "store has nothing to prune\n");
  const source = Deno.realPathSync(desk.at("data/ticks.csv"));
  Deno.removeSync(source);
  const line = `store/${key}: its source ${source} is gone\n`;
  const dry = await desk.call(["store", "prune", "--dry-run"]);
  assert.equal(dry.out, `would remove ${line}`);
  assert.ok(desk.has("store", key));
  assert.match(
    (await desk.call(["store", "list"])).out,
    /1 source files are gone/,
  );
  const done = await desk.call(["store", "prune"]);
  assert.equal(done.out, `removed ${line}`);
  assert.deepEqual([...Deno.readDirSync(desk.at("store"))], []);
  const empty = await desk.call(["store", "list"]);
  assert.equal(empty.out, "store has no tables\n");
  const none = await desk.call(["store", "list", "--store", "nowhere"]);
  assert.equal(none.code, 0);
});

Deno.test("usage of store is checked", async () => {
  await using desk = await Desk.make();
  for (const args of [["store"], ["store", "drop"], ["store", "list", "x"]]) {
    assert.equal((await desk.call(args)).code, 2, args.join(" "));
  }
  const { out, code } = await desk.call(["store", "prune", "--help"]);
  assert.equal(code, 0);
  assert.match(out, /--dry-run/);
});

Deno.test({
  name: "two readers that are not ours read the store's files of real trades",
  ignore: !existsSync(ES),
  fn: async () => {
    const store = await Deno.makeTempDir();
    try {
      const { directory, manifest } = await ingest({
        instrument: "ES",
        source: ES,
        format: "csv",
        columns: {
          time: { column: "epoch_s", unit: "s" },
          values: { price: { column: "price" } },
        },
        csv: { header: true, delimiter: "," },
        tick_size: 0.25,
        on_bad_tick: "fail",
        max_bad: 0,
        store,
        synthetic: false,
      });
      assert.equal(manifest.partitions.length, 1);
      const bytes = Deno.readFileSync(
        join(directory, manifest.partitions[0].path),
      );
      const arrow = arrowTable(bytes);
      const flechette = flechetteTable(bytes, { useBigInt: true });
      assert.equal(arrow.numRows, 74_907);
      assert.equal(flechette.numRows, 74_907);
      assert.deepEqual(flechette.names, ["time", "price"]);
      using reader = TableReader.open(directory);
      const time = new BigInt64Array(BATCH_ROWS);
      const price = new Float64Array(BATCH_ROWS);
      const prices = flechette.getChild("price").toArray();
      const others = arrow.getChild("price")?.toArray();
      for (const [index, { row }] of reader.batches.entries()) {
        const rows = reader.readRaw(index, ["price"], time, [price]);
        assert.deepEqual(
          price.slice(0, rows),
          Float64Array.from(prices.slice(row, row + rows)),
        );
        assert.deepEqual(price.slice(0, rows), others.slice(row, row + rows));
      }
      assert.equal(Math.min(...prices), 2667.75);
      assert.equal(Math.max(...prices), 2679.25);
    } finally {
      await Deno.remove(store, { recursive: true });
    }
  },
});
