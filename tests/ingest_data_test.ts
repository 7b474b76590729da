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
