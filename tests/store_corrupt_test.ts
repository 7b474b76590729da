import assert from "node:assert/strict";
import { join } from "node:path";
import { FormatError } from "../formats/error.ts";
import { TableReader, TableWriter } from "../formats/store/mod.ts";

const ROWS = 70_000;

async function withTable(
  run: (
    table: { directory: string; file: string; manifest: string },
  ) => void | Promise<void>,
) {
  const store = await Deno.makeTempDir();
  try {
    const writer = await TableWriter.create({
      store,
      key: "ES-1",
      instrument: "ES",
      columns: ["price"],
      stamp: "event",
      source: { made_by: "csv", files: [], fingerprint: "f", synthetic: false },
    });
    const time = BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(i));
    writer.append([new Float64Array(ROWS).fill(7)], time, ROWS);
    const quality = { read: ROWS, kept: ROWS, rejected: {}, quarantine: null };
    const { directory, manifest } = writer.publish({ quality });
    const file = join(directory, manifest.partitions[0].path);
    await run({ directory, file, manifest: join(directory, "manifest.json") });
  } finally {
    await Deno.remove(store, { recursive: true });
  }
}

function readAll(directory: string) {
  using reader = TableReader.open(directory);
  const into = [new Float64Array(65_536), new Float64Array(65_536)];
  reader.batches.forEach((_, i) => reader.readBatch(i, ["price"], into, 0n));
}

function faultOf(run: () => void): FormatError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof FormatError, String(error));
    assert.equal(error.code, "corrupt_store");
    assert.match(error.hint ?? "", /^delete the directory .* and run again$/);
    return error;
  }
  assert.fail("nothing was thrown");
}

Deno.test("a flipped byte in any buffer is found, with its offset", async () => {
  await withTable(({ directory, file }) => {
    readAll(directory);
    const { partitions } = TableReader.open(directory).manifest;
    for (const batch of partitions[0].batches) {
      for (const { offset, bytes } of batch.buffers) {
        const data = Deno.readFileSync(file);
        data[offset + bytes - 3] ^= 1;
        Deno.writeFileSync(file, data);
        const fault = faultOf(() => readAll(directory));
        assert.equal(fault.file, file);
        assert.equal(fault.offset, offset);
        data[offset + bytes - 3] ^= 1;
        Deno.writeFileSync(file, data);
      }
    }
    readAll(directory);
  });
});

Deno.test("a file that was cut or has grown is found", async () => {
  await withTable(({ directory, file }) => {
    const { size } = Deno.statSync(file);
    Deno.truncateSync(file, size - 100_000);
    const fault = faultOf(() => readAll(directory));
    assert.equal(fault.file, file);
    assert.equal(fault.offset, size - 100_000);
    Deno.truncateSync(file, size + 8);
    assert.equal(faultOf(() => readAll(directory)).offset, size);
    Deno.removeSync(file);
    assert.equal(faultOf(() => readAll(directory)).offset, 0);
  });
});

Deno.test("what the system refuses is no fault of the store", async () => {
  await withTable(({ directory, file }) => {
    Deno.removeSync(file);
    Deno.symlinkSync(file, file);
    assert.throws(
      () => readAll(directory),
      (error) => error instanceof Error && !(error instanceof FormatError),
    );
  });
});

Deno.test("a reader of many days keeps a bounded number of files open", async () => {
  const store = await Deno.makeTempDir();
  try {
    const writer = await TableWriter.create({
      store,
      key: "ES-1",
      instrument: "ES",
      columns: ["price"],
      stamp: "event",
      source: { made_by: "csv", files: [], fingerprint: "f", synthetic: false },
    });
    const days = 150;
    const time = BigInt64Array.from(
      { length: days },
      (_, i) => BigInt(i) * 86_400_000_000_000n,
    );
    const prices = Float64Array.from(time, Number);
    writer.append([prices], time, days);
    const quality = { read: days, kept: days, rejected: {}, quarantine: null };
    const { directory } = writer.publish({ quality });
    using reader = TableReader.open(directory);
    assert.equal(reader.manifest.partitions.length, days);
    const read = Array.from({ length: 2 * days }, (_, i) => {
      const into = [new Float64Array(1), new Float64Array(1)];
      reader.readBatch(i % days, ["price"], into, 0n);
      return into[1][0];
    });
    assert.deepEqual(read, [...prices, ...prices]);
    if (Deno.build.os !== "linux") return;
    const { stdout } = new Deno.Command("ls", {
      args: ["-l", `/proc/${Deno.pid}/fd`],
    }).outputSync();
    const open = new TextDecoder().decode(stdout).split("\n")
      .filter((line) => line.includes(store));
    assert.ok(open.length > 0 && open.length <= 64, `${open.length} open`);
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("a file that shrinks while it is open is found", async () => {
  await withTable(({ directory, file }) => {
    using reader = TableReader.open(directory);
    const into = [new Float64Array(65_536), new Float64Array(65_536)];
    reader.readBatch(0, ["price"], into, 0n);
    Deno.truncateSync(file, 4096);
    const fault = faultOf(() => reader.readBatch(1, ["price"], into, 0n));
    assert.ok((fault.offset ?? 0) >= 4096);
  });
});

Deno.test("an edited manifest is found", async () => {
  await withTable(({ directory, manifest }) => {
    const text = Deno.readTextFileSync(manifest);
    const edits: [string | RegExp, string][] = [
      [/"rows":70000/, '"rows":70001'],
      [/"version":1/, '"version":2'],
      [/"crc32":(\d+)/, '"crc32":1'],
      [/"offset":(\d+)/, '"offset":9999999'],
      [/"offset":(\d+)/, '"offset":7'],
      [/"first":"0"/, '"first":"1"'],
      [/"path":"instrument/, '"path":"../instrument'],
      [/"columns":\["price"\]/, '"columns":["price","size"]'],
    ];
    for (const [from, to] of edits) {
      assert.match(text, from as RegExp);
      Deno.writeTextFileSync(manifest, text.replace(from, to));
      const fault = faultOf(() => readAll(directory));
      assert.equal(fault.file, manifest);
      assert.ok((fault.offset ?? -1) >= 0);
    }
    Deno.writeTextFileSync(manifest, text.slice(0, 300));
    assert.ok((faultOf(() => readAll(directory)).offset ?? 0) > 0);
    Deno.removeSync(manifest);
    assert.equal(faultOf(() => readAll(directory)).file, manifest);
  });
});

Deno.test("what a killed process left is removed, what is being made is not", async () => {
  const store = await Deno.makeTempDir();
  try {
    const options = {
      store,
      key: "ES-1",
      instrument: "ES",
      columns: [],
      stamp: "event",
      source: { made_by: "csv", files: [], fingerprint: "f", synthetic: false },
    } as const;
    const dead = join(store, ".making-ES-1-999999-abcdefgh");
    Deno.mkdirSync(dead);
    Deno.writeTextFileSync(join(dead, "lock"), "");
    const live = await TableWriter.create(options);
    const other = await TableWriter.create(options);
    assert.throws(() => Deno.statSync(dead), Deno.errors.NotFound);
    assert.ok(Deno.statSync(live.directory).isDirectory);
    live.abort();
    other.abort();
    assert.deepEqual([...Deno.readDirSync(store)], []);
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});
