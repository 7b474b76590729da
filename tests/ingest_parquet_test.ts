import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  CSV_PRESETS,
  FormatError,
  ingest,
  type IngestRequest,
  type RowsWanted,
} from "../formats/mod.ts";

const DATA = "../shared/data";

async function inStore(run: (directory: string) => Promise<void>) {
  const directory = await Deno.makeTempDir();
  try {
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function request(
  directory: string,
  source: string,
  rest: Partial<IngestRequest>,
): IngestRequest {
  return {
    instrument: "X",
    source,
    format: "parquet",
    columns: {
      time: { column: "ts", unit: "ns" },
      values: { price: { column: "px" } },
    },
    csv: { header: true, delimiter: "," },
    on_bad_tick: "fail",
    max_bad: 0,
    store: join(directory, "store"),
    synthetic: false,
    ...rest,
  };
}

async function write(path: string, select: string) {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

Deno.test("Parquet: times of every type come out to the nanosecond", async () => {
  const at = "1709562600000000000 + i * 1001";
  const types = [
    [at, "ns"],
    [`make_timestamp_ns(${at})`, "iso"],
    [`make_timestamp_ns(${at})::VARCHAR`, "iso"],
  ] as const;
  for (const [sql, unit] of types) {
    await inStore(async (directory) => {
      const path = join(directory, "a.parquet");
      await write(
        path,
        `SELECT ${sql} AS ts, (18000 + i * 0.25)::DECIMAL(12, 2) AS px FROM range(5000) t(i)`,
      );
      const { manifest } = await ingest(
        request(directory, path, {
          tick_size: 0.25,
          columns: {
            time: { column: "ts", unit },
            values: { price: { column: "px" } },
          },
        }),
      );
      assert.equal(manifest.rows, 5000);
      assert.equal(manifest.first, "1709562600000000000");
      assert.equal(manifest.last, "1709562600005003999");
    });
  }
});

Deno.test("Parquet: bad rows are counted by kind", () =>
  inStore(async (directory) => {
    const path = join(directory, "a.parquet");
    await write(
      path,
      "SELECT * FROM (VALUES (1::BIGINT, 5.0), (NULL, 5.0), (2, NULL), (3, -1.0), (4, 6.0), (3, 6.0)) t(ts, px)",
    );
    const { manifest } = await ingest(
      request(directory, path, { on_bad_tick: "quarantine", max_bad: 1 }),
    );
    assert.deepEqual(manifest.quality, {
      read: 6,
      kept: 2,
      rejected: {
        unparsable: 1,
        nan: 1,
        non_positive_price: 1,
        out_of_order: 1,
      },
      quarantine: "quarantine.csv",
    });
  }));

Deno.test("Parquet: a cut or damaged file, and a wrong name, are clear errors", () =>
  inStore(async (directory) => {
    const path = join(directory, "a.parquet");
    await write(
      path,
      "SELECT i AS ts, 1.5 + hash(i) % 1000 AS px FROM range(20000) t(i)",
    );
    const whole = await Deno.readFile(path);
    await assert.rejects(
      ingest(request(directory, path, {
        columns: {
          time: { column: "time", unit: "ns" },
          values: { price: { column: "px" } },
        },
      })),
      (error) =>
        error instanceof FormatError && error.code === "bad_data" &&
        error.message.endsWith("current columns are ts, px"),
    );
    await Deno.writeFile(path, whole.subarray(0, 900));
    await assert.rejects(
      ingest(request(directory, path, {})),
      (error) =>
        error instanceof FormatError && error.code === "corrupt_file" &&
        error.offset === 900,
    );
    const damaged = whole.slice();
    damaged.fill(0xff, damaged.length - 60, damaged.length - 8);
    await Deno.writeFile(path, damaged);
    await assert.rejects(
      ingest(request(directory, path, {})),
      (error) => error instanceof FormatError && error.code === "corrupt_file",
    );
  }));

const FILES: readonly (readonly [string, RowsWanted, string, number])[] = [
  ["histdata", "quotes", "eurusd/histdata_EURUSD_tick_20200101.csv", 9_500],
  ["tardis", "trades", "btc/tardis_*_trades_10k.csv", 9_999],
  ["tardis", "quotes", "btc/tardis_*_quotes_10k.csv", 9_999],
];

for (const [name, rows, source, expected] of FILES) {
  const present = existsSync(DATA);
  Deno.test({
    name: `preset ${name}: ${rows}${
      present ? "" : ` (skipped: ${DATA} is absent)`
    }`,
    ignore: !present,
    fn: () =>
      inStore(async (directory) => {
        const preset = CSV_PRESETS[name][rows];
        assert.ok(preset);
        const { manifest } = await ingest(
          request(directory, `${DATA}/${source}`, { format: "csv", ...preset }),
        );
        assert.equal(manifest.rows, expected);
      }),
  });
}

const LINES = [
  [
    "truefx",
    "quotes",
    "a.csv",
    "EUR/USD,20200102 00:00:00.123,1.12,1.13",
    "1577923200123000000",
  ],
  [
    "binance-agg-trades",
    "trades",
    "a.csv",
    "1,42000.5,0.25,1,2,1577923200123,true,true",
    "1577923200123000000",
  ],
  [
    "dukascopy-csv",
    "quotes",
    "a.csv",
    "timestamp,askPrice,bidPrice,askVolume,bidVolume\n1577923200123,1.13,1.12,1,2",
    "1577923200123000000",
  ],
  // 09:30 in New York, the day after summer time began.
  [
    "lean",
    "trades",
    "20240311_trade.csv",
    "34200000,1805000,100,Q,0,0",
    "1710163800000000000",
  ],
] as const;

for (const [name, rows, file, text, time] of LINES) {
  Deno.test(`preset ${name}: ${rows} of a line`, () =>
    inStore(async (directory) => {
      const path = join(directory, file);
      await Deno.writeTextFile(path, `${text}\n`);
      const preset = CSV_PRESETS[name][rows];
      assert.ok(preset);
      const { manifest } = await ingest(
        request(directory, path, { format: "csv", ...preset }),
      );
      assert.equal(manifest.rows, 1);
      assert.equal(manifest.first, time);
    }));
}
