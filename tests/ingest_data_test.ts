import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  ingest,
  type IngestRequest,
  type StoredTable,
  TableReader,
} from "../formats/mod.ts";
import { BATCH_ROWS } from "../formats/table.ts";

const DATA = "../shared/data";
const DAY = 86_400_000_000_000n;

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
  columns: IngestRequest["columns"],
  rest: Partial<IngestRequest> = {},
): IngestRequest {
  return {
    instrument: "X",
    source: `${DATA}/${source}`,
    format: "csv",
    columns,
    csv: { header: true, delimiter: "," },
    on_bad_tick: "fail",
    max_bad: 0,
    store,
    synthetic: false,
    ...rest,
  };
}

interface Summary {
  rows: number;
  sum: number;
  min: number;
  max: number;
}

/** What the store holds of one column, read back through the reader. */
function summary({ directory }: StoredTable, column: string): Summary {
  using reader = TableReader.open(directory);
  const into = [new Float64Array(BATCH_ROWS), new Float64Array(BATCH_ROWS)];
  const found = { rows: 0, sum: 0, min: Infinity, max: -Infinity };
  let previous = -Infinity;
  const origin = BigInt(reader.manifest.first ?? 0) / DAY * DAY;
  for (let i = 0; i < reader.batches.length; i++) {
    const rows = reader.readBatch(i, [column], into, origin);
    for (let r = 0; r < rows; r++) {
      assert.ok(into[0][r] >= previous);
      previous = into[0][r];
      found.sum += into[1][r];
      found.min = Math.min(found.min, into[1][r]);
      found.max = Math.max(found.max, into[1][r]);
    }
    found.rows += rows;
  }
  return found;
}

/** The same from the raw file, by DuckDB alone. */
async function oracle(sql: string): Promise<Summary> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql);
  const [[rows, sum, min, max]] = reader.getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return {
    rows: Number(rows),
    sum: Number(sum),
    min: Number(min),
    max: Number(max),
  };
}

function assertSame(found: Summary, expected: Summary) {
  assert.equal(found.rows, expected.rows);
  assert.equal(found.min, expected.min);
  assert.equal(found.max, expected.max);
  assert.ok(Math.abs(found.sum - expected.sum) <= 1e-9 * Math.abs(found.sum));
}

dataTest(
  "ES trades: seconds with microseconds become exact nanoseconds",
  async (store) => {
    const source = "es/ESM8_trades_20180507.csv.gz";
    const table = await ingest(
      request(store, source, {
        time: { column: "epoch_s", unit: "s" },
        values: {
          price: { column: "price" },
          size: { column: "size", default: 1 },
        },
      }, { instrument: "ES", tick_size: 0.25 }),
    );
    const { manifest } = table;
    assert.equal(manifest.rows, 74_907);
    assert.equal(manifest.first, "1525699800001533000");
    assert.equal(manifest.last, "1525712399089343000");
    assert.equal(
      manifest.partitions[0].path,
      "instrument=ES/date=2018-05-07/ticks.arrow",
    );
    const price = summary(table, "price");
    assert.equal(price.min, 2667.75);
    assert.equal(price.max, 2679.25);
    assertSame(
      price,
      await oracle(
        `SELECT count(*), sum(price), min(price), max(price) FROM read_csv('${DATA}/${source}')`,
      ),
    );
    assert.equal(summary(table, "size").sum, 74_907);
  },
);

const QUOTES = { bid: { column: "bid" }, ask: { column: "ask" } };

dataTest(
  "FXCM zips: milliseconds since midnight at a fixed offset",
  async (store) => {
    const progress: number[] = [];
    const table = await ingest(
      request(store, "eurusd/fxcm/*.zip", {
        time: { column: 0, unit: "ms_since_midnight", zone: "UTC-05:00" },
        values: { bid: { column: 1 }, ask: { column: 2 } },
      }, {
        csv: { header: false, delimiter: "," },
        on_bad_tick: "quarantine",
        max_bad: 0.2,
      }),
      { onProgress: ({ bytesRead = 0 }) => progress.push(bytesRead) },
    );
    const { manifest } = table;
    assert.equal(manifest.quality.read, 1_144_807);
    const rejected = Object.values(manifest.quality.rejected).reduce(
      (a, b) => a + b,
      0,
    );
    assert.equal(manifest.quality.kept + rejected, 1_144_807);
    // 1,787 ms after midnight of 2014-05-01 at UTC-05:00.
    assert.equal(
      manifest.first,
      String(BigInt(Date.UTC(2014, 4, 1, 5, 0, 1, 787)) * 1_000_000n),
    );
    assert.equal(manifest.source.files.length, 13);
    assert.deepEqual([...progress].sort((a, b) => a - b), progress);
    assert.equal(
      progress.at(-1),
      manifest.source.files.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    assert.deepEqual(
      [...Deno.readDirSync(table.directory)].map(({ name }) => name).sort(),
      rejected > 0
        ? ["instrument=X", "manifest.json", "quarantine.csv"]
        : ["instrument=X", "manifest.json"],
    );
    assert.equal(summary(table, "bid").rows, manifest.rows);
  },
);

dataTest("EUR/USD quotes: nanoseconds, no row lost", async (store) => {
  const source = "eurusd/EURUSD_quotes_20200130-31.csv.gz";
  const table = await ingest(
    request(store, source, {
      time: { column: "ts_ns", unit: "ns" },
      values: QUOTES,
    }),
  );
  assert.equal(table.manifest.rows, 99_308);
  assert.equal(table.manifest.first, "1580380071336000000");
  assert.equal(table.manifest.partitions.length, 2);
  for (const column of ["bid", "ask"]) {
    assertSame(
      summary(table, column),
      await oracle(
        `SELECT count(*), sum(${column}), min(${column}), max(${column}) FROM read_csv('${DATA}/${source}')`,
      ),
    );
  }
});

dataTest(
  "HistData: a pattern and a zone without daylight saving",
  async (store) => {
    const source = "eurusd/histdata_EURUSD_tick_20200101.csv";
    const table = await ingest(
      request(store, source, {
        time: {
          column: 0,
          unit: "iso",
          pattern: "%Y%m%d %H%M%S%g",
          zone: "EST",
        },
        values: { bid: { column: 1 }, ask: { column: 2 } },
      }, { csv: { header: false, delimiter: "," } }),
    );
    assert.equal(table.manifest.rows, 9_500);
    assert.equal(
      table.manifest.first,
      String(BigInt(Date.UTC(2020, 0, 1, 22, 0, 0, 65)) * 1_000_000n),
    );
    assertSame(
      summary(table, "ask"),
      await oracle(
        `SELECT count(*), sum(column2), min(column2), max(column2) FROM read_csv('${DATA}/${source}', header = false)`,
      ),
    );
  },
);

dataTest(
  "Tardis trades and quotes: microseconds, sides by a map",
  async (store) => {
    const trades = "btc/tardis_binance-futures_BTCUSDT_trades_10k.csv";
    const table = await ingest(
      request(store, trades, {
        time: { column: "timestamp", unit: "us" },
        values: {
          price: { column: "price" },
          size: { column: "amount" },
          side: { column: "side", map: { buy: 1, sell: -1 } },
        },
      }, { tick_size: 0.01 }),
    );
    assert.equal(table.manifest.rows, 9_999);
    assert.equal(table.manifest.first, "1582329602111000000");
    assertSame(
      summary(table, "size"),
      await oracle(
        `SELECT count(*), sum(amount), min(amount), max(amount) FROM read_csv('${DATA}/${trades}')`,
      ),
    );
    assertSame(
      summary(table, "side"),
      await oracle(
        `SELECT count(*), sum(CASE side WHEN 'buy' THEN 1 ELSE -1 END), -1, 1 FROM read_csv('${DATA}/${trades}')`,
      ),
    );
    const quotes = "btc/tardis_binance-futures_BTCUSDT_quotes_10k.csv";
    const book = await ingest(
      request(store, quotes, {
        time: { column: "timestamp", unit: "us" },
        values: {
          bid: { column: "bid_price" },
          ask: { column: "ask_price" },
          bid_size: { column: "bid_amount" },
          ask_size: { column: "ask_amount" },
        },
      }),
    );
    assert.equal(book.manifest.rows, 9_999);
    assertSame(
      summary(book, "ask_size"),
      await oracle(
        `SELECT count(*), sum(ask_amount), min(ask_amount), max(ask_amount) FROM read_csv('${DATA}/${quotes}')`,
      ),
    );
  },
);
