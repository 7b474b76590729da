import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ingest, type RowsWanted } from "../formats/mod.ts";
import {
  DATA,
  dataTest,
  exactRowsOf,
  faultOf,
  inDirectory,
  requestFor,
} from "./helpers/binary_formats.ts";
import { timedRows } from "./helpers/duckdb.ts";

const format = "binance-ws";

/** A recording's lines as DuckDB reads them: `n`, `local`, the message `d`. */
function messagesOf(path: string): string {
  return `(SELECT row_number() OVER () AS n, split_part(l, ' ', 1) AS local,
      coalesce(json_extract(j, '$.data'), j) AS d
    FROM (SELECT l, substr(l, strpos(l, ' ') + 1)::JSON AS j FROM read_csv('${path}',
      columns = {'l': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', header = false, auto_detect = false, max_line_size = 1000000)))`;
}

const FILES = [
  "spot_btcusdt_20240808",
  "spot_btcusdt_20240809",
  "usdm_btcusdt_20240808",
];
const TRADES = [9_757, 10_147, 21_313];

FILES.forEach((name, i) => {
  const path = `${DATA}/btc/${name}.gz`;

  dataTest(
    `${format} ${name}: trades as DuckDB reads the JSON`,
    async (directory) => {
      const expected = await timedRows(
        `SELECT local, (d->>'p')::DOUBLE, (d->>'q')::DOUBLE, CASE d->>'m' WHEN 'true' THEN -1 ELSE 1 END
       FROM ${messagesOf(path)} WHERE d->>'e' = 'trade' ORDER BY n`,
      );
      const table = await ingest(requestFor(directory, path, { format }));
      assert.equal(table.manifest.rows, TRADES[i]);
      assert.deepEqual(exactRowsOf(table), expected);
    },
  );

  dataTest(
    `${format} ${name}: quotes are changes of the bookTicker`,
    async (directory) => {
      const expected = await timedRows(
        `SELECT local, b::DOUBLE, a::DOUBLE, bs::DOUBLE, "as"::DOUBLE FROM (
         SELECT *, lag((b, a, bs, "as")) OVER (ORDER BY n) AS before FROM (
           SELECT n, local, d->>'b' AS b, d->>'a' AS a, d->>'B' AS bs, d->>'A' AS "as"
           FROM ${messagesOf(path)} WHERE d->>'B' IS NOT NULL))
       WHERE before IS DISTINCT FROM (b, a, bs, "as") ORDER BY n`,
      );
      assert.ok(expected.length > 10_000);
      const request = requestFor(directory, path, { format, rows: "quotes" });
      assert.deepEqual(exactRowsOf(await ingest(request)), expected);
    },
  );
});

dataTest(
  `${format}: the exchange's clock, and how far the local one is behind it`,
  async (directory) => {
    const path = `${DATA}/btc/${FILES[0]}.gz`;
    const read = async (clock: "local" | "exchange", rows: RowsWanted) =>
      exactRowsOf(
        await ingest(requestFor(directory, path, { format, clock, rows })),
      );
    const local = await read("local", "trades");
    const exchange = await read("exchange", "trades");
    const ahead = exchange.map(([time], i) =>
      Number(BigInt(time) - BigInt(local[i][0])) / 1e6
    ).sort((a, b) => a - b);
    assert.ok(ahead[0] > 1_000 && ahead[ahead.length - 1] < 1_300);
    assert.deepEqual(
      exchange.map((row) => row.slice(1)),
      local.map((row) => row.slice(1)),
    );
    const both = await read("exchange", "trades_with_quotes");
    assert.ok(both.length > 9_700);
    const fault = await faultOf(read("exchange", "quotes"));
    assert.equal(fault.code, "bad_data");
    assert.equal(fault.line, 3);
    assert.match(fault.hint ?? "", /clock: local/);
  },
);

dataTest(
  `${format}: two files over midnight are one source`,
  async (directory) => {
    const { manifest } = await ingest(
      requestFor(directory, `${DATA}/btc/spot_btcusdt_2024080*.gz`, { format }),
    );
    assert.equal(manifest.rows, 9_757 + 10_147);
    assert.equal(manifest.partitions.length, 2);
  },
);

async function inFile(
  lines: readonly string[],
  run: (path: string, directory: string) => Promise<void>,
) {
  await inDirectory(async (directory) => {
    const path = join(directory, "a.gz");
    await Deno.writeFile(path, gzipSync(lines.join("\n")));
    await run(path, directory);
  });
}

const trade = (event: string, symbol: string, price: string, more = "") =>
  `{"e":"${event}","E":1700000000001,"s":"${symbol}","p":"${price}","q":"2","T":1700000000000,"m":false${more}}`;
const ticker = (bid: string) =>
  `{"u":1,"s":"X","b":"${bid}","B":"1","a":"9","A":"2"}`;

Deno.test(`${format}: what is no market trade or tick is passed over`, () =>
  inFile([
    `1 ${trade("aggTrade", "X", "5")}`,
    `2 ${trade("trade", "X", "5")}`,
    `3 ${trade("aggTrade", "X", "6", ',"X":"MARKET"')}`,
    `4 ${trade("aggTrade", "X", "0", ',"X":"NA"')}`,
    `5 {"result":null,"id":1}`,
    `6 {"lastUpdateId":1,"bids":[],"asks":[]}`,
    `7 {"e":"markPriceUpdate","s":"X","p":"1"}`,
    `8 {"e":"depthUpdate","s":"X","b":[],"a":[]}`,
  ], async (path, directory) => {
    const table = await ingest(requestFor(directory, path, { format }));
    assert.deepEqual(exactRowsOf(table), [[1n, 5, 2, 1], [3n, 6, 2, 1]]);
  }));

Deno.test(`${format}: a trade carries the quote before it`, () =>
  inFile([
    `1 ${trade("trade", "X", "5")}`,
    `2 {"stream":"x@bookTicker","data":${ticker("8")}}`,
    `3 ${ticker("8.5")}`,
    `4 ${trade("trade", "X", "9")}`,
  ], async (path, directory) => {
    const table = await ingest(
      requestFor(directory, path, { format, rows: "trades_with_quotes" }),
    );
    assert.deepEqual(exactRowsOf(table), [[4n, 9, 2, 1, 8.5, 9, 1, 2]]);
  }));

Deno.test(`${format}: lines that do not parse are bad rows with their place`, () => {
  const bad = [
    `{"e":"trade"}`,
    `99999999999999999999 ${trade("trade", "X", "5")}`,
    `2 ${trade("trade", "X", "5").slice(0, 40)}`,
    `3 {"e":"depthUpdate","b":[["1"`,
    `4 {"e":"trade","s":"X"}`,
    `5 ${trade("trade", "X", "oops")}`,
    `6 ${ticker("")}`,
  ];
  return inFile(
    [`1 ${trade("trade", "X", "5")}`, ...bad],
    async (path, directory) => {
      const { manifest, directory: table } = await ingest(
        requestFor(directory, path, {
          format,
          on_bad_tick: "quarantine",
          max_bad: 1,
        }),
      );
      assert.deepEqual(manifest.quality.rejected, { unparsable: 6, nan: 1 });
      const [, ...found] = Deno.readTextFileSync(join(table, "quarantine.csv"))
        .trim().split("\n");
      assert.deepEqual(
        found.map((line) => line.split(",")[1]),
        ["2", "3", "4", "5", "6", "7", "8"],
      );
      assert.ok(found[0].endsWith(`unparsable,"{""e"":""trade""}"`));
    },
  );
});

Deno.test(`${format}: of several symbols one must be named`, () =>
  inFile([
    `1 ${trade("trade", "AAA", "5")}`,
    `2 ${trade("trade", "BBB", "6")}`,
  ], async (path, directory) => {
    const fault = await faultOf(
      ingest(requestFor(directory, path, { format })),
    );
    assert.equal(fault.line, 2);
    assert.match(fault.message, /holds AAA and BBB$/);
    const table = await ingest(
      requestFor(directory, path, { format, symbol: "bbb" }),
    );
    assert.deepEqual(exactRowsOf(table), [[2n, 6, 2, 1]]);
  }));

Deno.test(`${format}: a recording that is read as CSV is recognised`, () =>
  inFile([`1700000000000000000 ${trade("trade", "X", "5")}`], async (
    path,
    directory,
  ) => {
    const fault = await faultOf(
      ingest(requestFor(directory, path, { format: "csv" })),
    );
    assert.match(fault.message, /it holds binance-ws$/);
    assert.equal(fault.hint, "set format: binance-ws");
  }));
