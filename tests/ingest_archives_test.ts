import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import {
  expandSource,
  FormatError,
  ingest,
  type IngestRequest,
  locate,
  TableReader,
} from "../formats/mod.ts";

const ROWS = 300_000;
let cached: string | undefined;

/** `t,p` with a row a millisecond from 2024-03-04 00:00 UTC. */
function csv(from = 0, rows = ROWS): string {
  if (from === 0 && rows === ROWS && cached) return cached;
  const lines = Array.from(
    { length: rows },
    (_, i) => `${1_709_510_400_000 + from + i},${100 + (i * 7 % 40) / 4}`,
  );
  const text = `t,p\n${lines.join("\n")}\n`;
  if (from === 0 && rows === ROWS) cached = text;
  return text;
}

async function withDirectory(
  run: (path: (name: string) => string, store: string) => Promise<void>,
) {
  const root = await Deno.makeTempDir();
  try {
    await run((name) => join(root, name), join(root, "store"));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function request(source: string, store: string): IngestRequest {
  return {
    instrument: "X",
    source,
    format: "csv",
    columns: {
      time: { column: "t", unit: "ms" },
      values: { price: { column: "p" } },
    },
    csv: { header: true, delimiter: "," },
    tick_size: 0.25,
    on_bad_tick: "fail",
    max_bad: 0,
    store,
    synthetic: false,
  };
}

async function faultOf(promise: Promise<unknown>): Promise<FormatError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  assert.fail("nothing was thrown");
}

function names(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

Deno.test("plain, gzip, zstd and zip give equal content", async () => {
  await withDirectory(async (path, store) => {
    const text = csv();
    const bytes = new TextEncoder().encode(text);
    await Deno.writeFile(path("a.csv"), bytes);
    await Deno.writeFile(path("a.csv.gz"), new Uint8Array(gzipSync(bytes)));
    await Deno.writeFile(
      path("a.csv.zst"),
      new Uint8Array(zstdCompressSync(bytes)),
    );
    await Deno.writeFile(
      path("a.zip"),
      new Uint8Array(zipSync({ "in/": new Uint8Array(), "in/a.csv": bytes })),
    );
    await Deno.writeFile(
      path("b.zip"),
      new Uint8Array(zipSync({
        "2.csv": [strToU8(csv(200_000, 100_000)), { level: 0 }],
        "1.csv": strToU8(csv(0, 200_000)),
      })),
    );
    const contents = new Set<string>();
    for (const name of ["a.csv", "a.csv.gz", "a.csv.zst", "a.zip"]) {
      const { manifest } = await ingest(request(path(name), store));
      assert.equal(manifest.rows, ROWS);
      contents.add(manifest.content);
    }
    assert.equal(contents.size, 1);
    const parts = await ingest(request(path("b.zip"), store));
    assert.equal(parts.manifest.rows, ROWS);
    using reader = TableReader.open(parts.directory);
    assert.equal(reader.timeAt(ROWS - 1), 1_709_510_699_999_000_000n);
  });
});

Deno.test("a cut or damaged archive is a corrupt file with an offset", async () => {
  await withDirectory(async (path, store) => {
    const bytes = new TextEncoder().encode(csv());
    const packed = {
      "a.gz": gzipSync(bytes),
      "a.zst": zstdCompressSync(bytes, {
        params: { [constants.ZSTD_c_checksumFlag]: 1 },
      }),
      "a.zip": zipSync({ "a.csv": bytes }),
    };
    for (const [name, good] of Object.entries(packed)) {
      const cut = good.slice(0, good.length - 20);
      const half = good.slice(0, good.length >> 1);
      const flipped = new Uint8Array(good);
      flipped[good.length >> 1] ^= 0x10;
      for (const bad of [cut, half, flipped]) {
        await Deno.writeFile(path(name), new Uint8Array(bad));
        const fault = await faultOf(ingest(request(path(name), store)));
        assert.equal(fault.code, "corrupt_file", `${name}: ${fault.message}`);
        assert.equal(fault.file, path(name));
        // Only of a damaged zstd file nobody knows where.
        if (bad !== flipped || name !== "a.zst") {
          assert.ok((fault.offset ?? -1) >= 0);
        }
        assert.deepEqual(names(store), []);
      }
    }
  });
});

Deno.test("an abort leaves nothing behind, wherever it comes", async () => {
  await withDirectory(async (path, store) => {
    await Deno.writeTextFile(path("a.csv"), csv());
    const bytes = new TextEncoder().encode(csv());
    await Deno.writeFile(path("a.gz"), new Uint8Array(gzipSync(bytes)));
    for (const name of ["a.csv", "a.gz"]) {
      for (const after of [1, 2, 4]) {
        const controller = new AbortController();
        let calls = 0;
        const fault = await faultOf(
          ingest(request(path(name), store), {
            signal: controller.signal,
            onProgress: () => ++calls === after && controller.abort(),
          }),
        );
        assert.equal(fault.code, "interrupted");
        assert.deepEqual(names(store), []);
      }
    }
    const { manifest } = await ingest(request(path("a.csv"), store));
    assert.equal(manifest.rows, ROWS);
  });
});

Deno.test("two ingests of one source at a time give one table", async () => {
  await withDirectory(async (path, store) => {
    await Deno.writeTextFile(path("a.csv"), csv());
    const [one, two] = await Promise.all([
      ingest(request(path("a.csv"), store)),
      ingest(request(path("a.csv"), store)),
    ]);
    assert.deepEqual(one, two);
    assert.deepEqual(names(store), [one.key]);
  });
});

Deno.test("a table is found again until the source or the options change", async () => {
  await withDirectory(async (path, store) => {
    await Deno.writeTextFile(path("a.csv"), csv(0, 100));
    const wanted = request(path("a.csv"), store);
    assert.equal(locate(wanted).cached, false);
    const table = await ingest(wanted);
    const found = locate(wanted);
    assert.deepEqual([found.cached, found.key, found.directory], [
      true,
      table.key,
      table.directory,
    ]);
    assert.match(found.key, /^X-[0-9a-f]{12}$/);
    assert.equal(table.manifest.source.fingerprint, found.fingerprint);
    let calls = 0;
    const again = await ingest(wanted, { onProgress: () => calls++ });
    assert.deepEqual(again, table);
    assert.equal(calls, 0);
    assert.equal(locate({ ...wanted, tick_size: 0.5 }).cached, false);
    assert.equal(locate({ ...wanted, on_bad_tick: "drop" }).cached, false);
    const pair = await ingest({ ...wanted, instrument: "BTC/USDT" });
    assert.match(pair.key, /^BTC%2FUSDT-[0-9a-f]{12}$/);
    assert.equal(pair.manifest.instrument, "BTC/USDT");
    using reader = TableReader.open(pair.directory);
    assert.equal(reader.timeAt(99), 1_709_510_400_099_000_000n);
    await Deno.utime(path("a.csv"), 1, 1);
    assert.equal(locate(wanted).cached, false);
  });
});

Deno.test("globs give files by name", async () => {
  await withDirectory(async (path) => {
    await Deno.mkdir(path("in/deep"), { recursive: true });
    for (const name of ["in/b.csv", "in/a.csv", "in/deep/c.csv", "in/d.gz"]) {
      await Deno.writeTextFile(path(name), "x");
    }
    const found = (glob: string) =>
      expandSource(path(glob)).map((file) => relative(path(""), file.path));
    assert.deepEqual(found("in/*.csv"), ["in/a.csv", "in/b.csv"]);
    assert.deepEqual(found("in/**/*.csv"), [
      "in/a.csv",
      "in/b.csv",
      "in/deep/c.csv",
    ]);
    assert.deepEqual(found("in/{a,d}.*"), ["in/a.csv", "in/d.gz"]);
    assert.deepEqual(found("in/?.gz"), ["in/d.gz"]);
    assert.deepEqual(found("in/b.csv"), ["in/b.csv"]);
    assert.throws(() => expandSource(path("in")), { code: "source_not_found" });
    assert.throws(() => expandSource(path("no/where.csv")), {
      code: "source_not_found",
    });
  });
});
