import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { join } from "node:path";
import {
  FormatError,
  ingest,
  type IngestRequest,
  ROW_COLUMNS,
  type RowsWanted,
  type StoredTable,
  TableReader,
} from "../formats/mod.ts";
import { BATCH_ROWS } from "../formats/table.ts";

const DATA = "../shared/data";

function dataTest(name: string, run: (store: string) => Promise<void>) {
  const present = existsSync(DATA);
  Deno.test({
    name: present ? name : `${name} (skipped: ${DATA} is absent)`,
    ignore: !present,
    fn: async () => {
      const store = await Deno.makeTempDir();
      try {
        await run(store);
      } finally {
        await Deno.remove(store, { recursive: true });
      }
    },
  });
}

function request(
  store: string,
  source: string,
  format: string,
  rows: RowsWanted = "trades",
  rest: Partial<IngestRequest> = {},
): IngestRequest {
  return {
    instrument: "X",
    source,
    format,
    rows,
    columns: { time: { column: 0, unit: "iso" }, values: {} },
    csv: { header: true, delimiter: "," },
    on_bad_tick: "fail",
    max_bad: 0,
    store,
    synthetic: false,
    ...rest,
  };
}

/** All values of the store's columns, and times as milliseconds of a day. */
function readAll({ directory, manifest }: StoredTable) {
  using reader = TableReader.open(directory);
  const names = manifest.columns;
  const origin = BigInt(manifest.first ?? 0) / 86_400_000_000_000n *
    86_400_000_000_000n;
  const into = [...names, "time"].map(() => new Float64Array(BATCH_ROWS));
  const rows: number[][] = [];
  for (let i = 0; i < reader.batches.length; i++) {
    const count = reader.readBatch(i, names, into, origin);
    for (let r = 0; r < count; r++) rows.push(into.map((array) => array[r]));
  }
  return rows;
}

const ES_MBO = `${DATA}/es/esh4-glbx-mdp3-20231225.mbo.dbn.zst`;

dataTest("DBN mbo v1: the trades of the ES order feed", async (store) => {
  const table = await ingest(
    request(store, ES_MBO, "dbn", "trades", { tick_size: 0.25 }),
  );
  const rows = readAll(table);
  assert.equal(rows.length, 2_973);
  assert.equal(rows.reduce((sum, row) => sum + row[2], 0), 9_892);
  assert.equal(Math.min(...rows.map((row) => row[1])), 4800.25);
  assert.equal(Math.max(...rows.map((row) => row[1])), 4811.75);
});

dataTest("DBN mbo v1: the book ends in the known quote", async (store) => {
  const table = await ingest(
    request(store, ES_MBO, "dbn", "quotes", { tick_size: 0.25 }),
  );
  const rows = readAll(table);
  assert.deepEqual(rows.at(-1)?.slice(1), [4810, 4810.25, 22, 28]);
  assert.equal(table.manifest.quality.read, rows.length);
});

dataTest(
  "DBN mbo v1: each trade carries the quote before it",
  async (store) => {
    const rows = readAll(
      await ingest(request(store, ES_MBO, "dbn", "trades_with_quotes")),
    );
    const aggressors = rows.filter(([, , , side]) => side !== 0);
    const at = aggressors.filter(([, price, , side, bid, ask]) =>
      side > 0 ? price >= ask : price <= bid
    );
    assert.ok(rows.length > 2_800, `${rows.length} rows`);
    assert.ok(
      at.length > 0.99 * aggressors.length,
      `${at.length} of ${aggressors.length} trades at the quote or through it`,
    );
  },
);

dataTest("DBN v3 of every schema with ticks", async (store) => {
  const found: Record<string, number> = {};
  for (const schema of ["trades", "tbbo", "mbp-1", "mbp-10", "bbo-1s"]) {
    const rows = schema === "trades" || schema === "tbbo" ? "trades" : "quotes";
    const table = await ingest(
      request(
        store,
        `${DATA}/dbn/glbx/test_data.${schema}.dbn.zst`,
        "dbn",
        rows,
      ),
    );
    found[schema] = table.manifest.rows;
    for (const row of readAll(table)) {
      const price = row[1];
      assert.ok(price > 3600 && price < 3800, `${schema} ${price}`);
    }
  }
  assert.ok(Object.values(found).every((rows) => rows >= 1 && rows <= 4));
});

dataTest("Dukascopy bi5: 48 hours of quotes", async (store) => {
  const table = await ingest(
    request(store, `${DATA}/eurusd/dukascopy-2019/**/*.bi5`, "bi5", "quotes", {
      tick_size: 1e-5,
    }),
  );
  assert.equal(table.manifest.rows, 266_219);
  assert.ok(BigInt(table.manifest.first ?? 0) >= 1549238400000000000n);
  assert.ok(BigInt(table.manifest.last ?? 0) < 1549411200000000000n);
});

dataTest(
  "ITCH 5.0: replay gives the tops of the expected book",
  async (store) => {
    const rows = readAll(
      await ingest(
        request(
          store,
          `${DATA}/nasdaq/DERIVED_ARL_20250717.itch50`,
          "itch",
          "quotes",
        ),
      ),
    );
    const [head, ...lines] = new TextDecoder().decode(
      gunzipSync(Deno.readFileSync(`${DATA}/nasdaq/mbp10_expected.csv.gz`)),
    ).trim().split("\n").map((line) => line.split(","));
    const at = ["bid_px_00", "ask_px_00", "bid_sz_00", "ask_sz_00"].map((
      name,
    ) => head.indexOf(name));
    const expected: string[] = [];
    let last = "";
    for (const line of lines) {
      const top = at.map((i) => Number(line[i] || NaN));
      const isQuote = top[0] <= top[1];
      const text = isQuote ? top.join(" ") : "";
      if (isQuote && text !== last) expected.push(text);
      last = text;
    }
    const found = rows.map((row) => row.slice(1).join(" "));
    assert.ok(expected.length > 100);
    assert.deepEqual(found, expected);
  },
);

dataTest("a file of another format is named", async (store) => {
  await assert.rejects(
    ingest(request(store, ES_MBO, "itch")),
    (error) =>
      error instanceof FormatError && error.code === "bad_data" &&
      /it holds dbn/.test(error.message),
  );
});

const SMALL: readonly (readonly [string, string, RowsWanted])[] = [
  ["dbn", `${DATA}/dbn/glbx/test_data.mbp-1.dbn.zst`, "quotes"],
  ["bi5", `${DATA}/eurusd/dukascopy-2019/01/04/02h_ticks.bi5`, "quotes"],
  ["itch", `${DATA}/nasdaq/DERIVED_ARL_20250717.itch50`, "trades"],
];

for (const [format, source, rows] of SMALL) {
  dataTest(
    `${format}: a cut file is an error with its offset`,
    async (store) => {
      const place = join(store, "EURUSD/2019/01/04");
      await Deno.mkdir(place, { recursive: true });
      const path = join(place, source.replace(/^.*\//, ""));
      const bytes = await Deno.readFile(source);
      await Deno.writeFile(path, bytes.subarray(0, bytes.length / 2));
      await assert.rejects(
        ingest(request(join(store, "store"), path, format, rows)),
        (error) =>
          error instanceof FormatError && error.code === "corrupt_file" &&
          error.file === path && error.offset !== undefined,
      );
    },
  );

  dataTest(
    `${format}: changed bytes never crash or lose a row`,
    async (store) => {
      const inputs = Number(Deno.env.get("FUZZ_INPUTS") ?? 25);
      const place = join(store, "EURUSD/2019/01/04");
      await Deno.mkdir(place, { recursive: true });
      const path = join(place, source.replace(/^.*\//, ""));
      const whole = await Deno.readFile(source);
      let seed = 7;
      const random = (below: number) => {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor(seed / 2 ** 32 * below);
      };
      let stored = 0;
      for (let i = 0; i < inputs; i++) {
        const bytes = whole.slice(
          0,
          whole.length - (i % 4 === 0 ? random(40) : 0),
        );
        for (let n = 1 + random(4); n > 0; n--) {
          bytes[random(bytes.length)] = random(256);
        }
        await Deno.writeFile(path, bytes);
        const to = join(store, `store${i}`);
        try {
          const { manifest } = await ingest(
            request(to, path, format, rows, {
              on_bad_tick: "quarantine",
              max_bad: 1,
            }),
          );
          const { read, kept, rejected } = manifest.quality;
          const bad = Object.values(rejected).reduce((sum, n) => sum + n, 0);
          assert.equal(read, kept + bad);
          assert.equal(manifest.rows, kept);
          assert.deepEqual(manifest.columns, ROW_COLUMNS[rows]);
          stored++;
        } catch (error) {
          assert.ok(error instanceof FormatError, `input ${i}: ${error}`);
        }
      }
      assert.ok(stored < inputs, "every damaged file was taken");
    },
  );
}
