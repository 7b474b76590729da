import assert from "node:assert/strict";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { TableReader, TableWriter } from "../formats/store/mod.ts";
import { BATCH_ROWS, type TableSource } from "../formats/table.ts";

const SOURCE: TableSource = {
  made_by: "custom",
  files: [],
  fingerprint: "0f",
  synthetic: true,
};
const START = 1_709_510_400_000_000_000n; // 2024-03-04T00:00:00Z
const HALF_DAY = 43_200_000_000_000n;

/** Two and a half days, over 65,536 rows a day, appended in uneven pieces. */
async function makeTable(store: string, rows = 400_000) {
  const step = (5n * HALF_DAY) / BigInt(rows);
  const time = BigInt64Array.from(
    { length: rows },
    (_, i) => START + step * BigInt(i),
  );
  const price = Float64Array.from({ length: rows }, (_, i) => 100 + i / 4);
  const size = Float64Array.from({ length: rows }, (_, i) => i % 7);
  const writer = await TableWriter.create({
    store,
    key: "ES-0123456789ab",
    instrument: "ES",
    columns: ["price", "size"],
    stamp: "event",
    source: SOURCE,
  });
  for (let at = 0; at < rows;) {
    const count = Math.min(rows - at, 1 + (at % 5000) * 3);
    writer.append(
      [price.subarray(at, at + count), size.subarray(at, at + count)],
      time.subarray(at, at + count),
      count,
    );
    at += count;
  }
  const quality = { read: rows, kept: rows, rejected: {}, quarantine: null };
  return { table: writer.publish({ quality }), time, price, size, step };
}

Deno.test("a table holds what was appended, by day and batch", async () => {
  const store = await Deno.makeTempDir();
  try {
    const { table, time, price, size } = await makeTable(store);
    assert.deepEqual([...Deno.readDirSync(store)].map((e) => e.name), [
      "ES-0123456789ab",
    ]);
    const { partitions } = table.manifest;
    assert.deepEqual(partitions.map((p) => p.path), [
      "instrument=ES/date=2024-03-04/ticks.arrow",
      "instrument=ES/date=2024-03-05/ticks.arrow",
      "instrument=ES/date=2024-03-06/ticks.arrow",
    ]);
    assert.deepEqual(partitions.map((p) => p.rows), [160_000, 160_000, 80_000]);
    for (const { batches } of partitions) {
      assert.ok(batches.slice(0, -1).every((b) => b.rows === BATCH_ROWS));
    }
    using reader = TableReader.open(table.directory);
    assert.deepEqual(reader.manifest, table.manifest);
    const pool = new SharedArrayBuffer(3 * BATCH_ROWS * 8);
    const into = [0, 1, 2].map((i) =>
      new Float64Array(pool, i * BATCH_ROWS * 8, BATCH_ROWS)
    );
    for (const [index, batch] of reader.batches.entries()) {
      const rows = reader.readBatch(index, ["size", "price"], into, START);
      assert.equal(rows, batch.rows);
      for (let i = 0; i < rows; i += 97) {
        assert.equal(into[0][i], Number(time[batch.row + i] - START));
        assert.equal(into[1][i], size[batch.row + i]);
        assert.equal(into[2][i], price[batch.row + i]);
      }
    }
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("rows are found by time to the nanosecond", async () => {
  const store = await Deno.makeTempDir();
  try {
    const { table, time, step } = await makeTable(store);
    using reader = TableReader.open(table.directory);
    for (const row of [0, 1, 65_535, 65_536, 159_999, 160_000, 399_999]) {
      assert.equal(reader.lowerBound(time[row]), row);
      assert.equal(reader.lowerBound(time[row] + 1n), row + 1);
      assert.equal(reader.lowerBound(time[row] - step + 1n), row);
      assert.equal(reader.timeAt(row), time[row]);
      assert.ok(reader.batches[reader.batchOf(row)].row <= row);
    }
    assert.equal(reader.lowerBound(0n), 0);
    assert.equal(reader.lowerBound(START * 2n), 400_000);
    assert.throws(() => reader.batchOf(400_000), RangeError);
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("rows of equal time are found at the first of them", async () => {
  const store = await Deno.makeTempDir();
  try {
    const writer = await TableWriter.create({
      store,
      key: "X-1",
      instrument: "X",
      columns: [],
      stamp: "event",
      source: SOURCE,
    });
    const rows = 2 * BATCH_ROWS;
    const time = new BigInt64Array(rows).fill(START);
    time.fill(START + 5n, BATCH_ROWS - 10);
    writer.append([], time, rows);
    const quality = { read: rows, kept: rows, rejected: {}, quarantine: null };
    const { directory } = writer.publish({ quality });
    using reader = TableReader.open(directory);
    assert.equal(reader.lowerBound(START), 0);
    assert.equal(reader.lowerBound(START + 1n), BATCH_ROWS - 10);
    assert.equal(reader.lowerBound(START + 5n), BATCH_ROWS - 10);
    assert.equal(reader.lowerBound(START + 6n), rows);
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("apache-arrow reads a table's file", async () => {
  const store = await Deno.makeTempDir();
  try {
    const { table, time, price } = await makeTable(store, 100_000);
    const [partition] = table.manifest.partitions;
    const bytes = await Deno.readFile(join(table.directory, partition.path));
    const arrow = tableFromIPC(bytes);
    assert.equal(arrow.numRows, partition.rows);
    assert.equal(
      String(arrow.schema),
      "Schema<{ 0: time: Timestamp<NANOSECOND, UTC>, 1: price: Float64, 2: size: Float64 }>",
    );
    assert.ok(arrow.schema.fields.every((field) => !field.nullable));
    assert.equal(arrow.schema.metadata.get("breakwater.instrument"), "ES");
    assert.equal(arrow.schema.metadata.get("breakwater.fingerprint"), "0f");
    const [first] = arrow.batches;
    assert.deepEqual(
      first.getChildAt(0)?.data[0].values.slice(0, 9),
      time.slice(0, 9),
    );
    assert.deepEqual(
      arrow.getChild("price")?.toArray(),
      price.slice(0, partition.rows),
    );
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("a writer refuses time that falls and leaves nothing when aborted", async () => {
  const store = await Deno.makeTempDir();
  try {
    const writer = await TableWriter.create({
      store,
      key: "X-1",
      instrument: "X",
      columns: [],
      stamp: "event",
      source: SOURCE,
    });
    writer.append([], BigInt64Array.of(3n, 3n, 9n), 3);
    assert.throws(() => writer.append([], BigInt64Array.of(8n), 1), {
      code: "bad_data",
    });
    assert.throws(() => writer.append([], BigInt64Array.of(9n, 10n, 9n), 3), {
      code: "bad_data",
    });
    writer.abort();
    assert.deepEqual([...Deno.readDirSync(store)], []);
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("of two writers of one key the second uses the first's table", async () => {
  const store = await Deno.makeTempDir();
  try {
    const options = {
      store,
      key: "X-1",
      instrument: "X",
      columns: ["price"],
      stamp: "event",
      source: SOURCE,
    } as const;
    const first = await TableWriter.create(options);
    const second = await TableWriter.create(options);
    const quality = { read: 1, kept: 1, rejected: {}, quarantine: null };
    first.append([Float64Array.of(1)], BigInt64Array.of(1n), 1);
    second.append([Float64Array.of(2)], BigInt64Array.of(1n), 1);
    const one = first.publish({ quality });
    const two = second.publish({ quality });
    assert.equal(two.manifest.content, one.manifest.content);
    assert.deepEqual([...Deno.readDirSync(store)].map((e) => e.name), ["X-1"]);
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});
