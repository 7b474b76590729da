import assert from "node:assert/strict";
import { join } from "node:path";
import { CSV_PRESETS, type IngestRequest } from "../formats/mod.ts";
import { ingestCarried } from "../formats/join/carry.ts";
import {
  DATA,
  dataTest,
  exactRowsOf,
  faultOf,
  inDirectory,
  requestFor,
} from "./helpers/binary_formats.ts";
import { timedRows } from "./helpers/duckdb.ts";

const TRADES: Partial<IngestRequest> = {
  columns: {
    time: { column: "t", unit: "ns" },
    values: { price: { column: "p" } },
  },
};
const QUOTES: Partial<IngestRequest> = {
  columns: {
    time: { column: "t", unit: "ns" },
    values: { bid: { column: "b" }, ask: { column: "a" } },
  },
};

async function inFiles(
  trades: readonly string[],
  quotes: readonly string[],
  run: (
    request: { trades: IngestRequest; quotes: IngestRequest },
    directory: string,
  ) => Promise<void>,
) {
  await inDirectory(async (directory) => {
    const [ours, theirs] = [join(directory, "t.csv"), join(directory, "q.csv")];
    await Deno.writeTextFile(ours, `t,p\n${trades.join("\n")}\n`);
    await Deno.writeTextFile(theirs, `t,b,a\n${quotes.join("\n")}\n`);
    await run({
      trades: requestFor(directory, ours, { format: "csv", ...TRADES }),
      quotes: requestFor(directory, theirs, { format: "csv", ...QUOTES }),
    }, directory);
  });
}

Deno.test("a trade carries the last quote before its time, and not that of its time", () =>
  inFiles(
    ["10,5", "20,6", "20,7", "25,8", "40,9"],
    ["10,1,2", "12,3,4", "20,5,6", "20,7,8", "30,9,10", "50,11,12"],
    async (request, directory) => {
      const table = await ingestCarried(request);
      assert.deepEqual(exactRowsOf(table), [
        [20n, 6, 3, 4],
        [20n, 7, 3, 4],
        [25n, 8, 7, 8],
        [40n, 9, 9, 10],
      ]);
      assert.deepEqual(table.manifest.quality, {
        read: 5,
        kept: 4,
        rejected: { no_quote: 1 },
        quarantine: null,
      });
      assert.equal((await ingestCarried(request)).key, table.key);
      assert.equal(
        [...Deno.readDirSync(join(directory, "store"))].length,
        3,
      );
    },
  ));

Deno.test("bad rows of both sources are counted, and where they went is kept", () =>
  inFiles(
    ["10,5", "20,-6", "30,7"],
    ["5,1,2", "6,4,3"],
    async ({ trades, quotes }) => {
      const loose = { on_bad_tick: "quarantine", max_bad: 1 } as const;
      const table = await ingestCarried({
        trades: { ...trades, ...loose },
        quotes: { ...quotes, ...loose },
      });
      const { quality } = table.manifest;
      assert.deepEqual(quality.rejected, { non_positive_price: 1, crossed: 1 });
      assert.equal(quality.read, 4);
      assert.match(
        Deno.readTextFileSync(join(table.directory, quality.quarantine!)),
        /t\.csv,3,non_positive_price,"20,-6"/,
      );
    },
  ));

Deno.test("sources that never meet are an error, and leave no table", () =>
  inFiles(["10,5"], ["50,1,2"], async (request, directory) => {
    const fault = await faultOf(ingestCarried(request));
    assert.equal(fault.code, "bad_data");
    assert.match(fault.message, /a quote before them is 0$/);
    const left = [...Deno.readDirSync(join(directory, "store"))];
    assert.equal(left.filter(({ name }) => name.startsWith(".")).length, 0);
  }));

Deno.test("rows over the edges of batches, against a plain loop", () => {
  const at = (i: number) => 3 * i + i % 2;
  const trades = Array.from(
    { length: 70_000 },
    (_, i) => `${at(i) + 1},${i + 1}`,
  );
  const quotes = Array.from(
    { length: 140_000 },
    (_, i) => `${i + (i >> 3)},${i + 1},${i + 2}`,
  );
  return inFiles(trades, quotes, async (request) => {
    const rows = exactRowsOf(await ingestCarried(request));
    let quote = -1;
    const expected = trades.flatMap((_, i) => {
      while (
        quote + 1 < quotes.length && quote + 1 + (quote + 1 >> 3) < at(i) + 1
      ) {
        quote++;
      }
      return quote < 0
        ? []
        : [[BigInt(at(i) + 1), i + 1, quote + 1, quote + 2]];
    });
    assert.deepEqual(rows, expected);
  });
});

dataTest(
  "Tardis trades with Tardis quotes, as DuckDB's ASOF JOIN",
  async (directory) => {
    const file = (kind: string) =>
      `${DATA}/btc/tardis_binance-futures_BTCUSDT_${kind}_10k.csv`;
    const expected = await timedRows(
      `SELECT (t.timestamp::BIGINT * 1000)::VARCHAR, t.price, t.amount,
       CASE t.side WHEN 'buy' THEN 1 WHEN 'sell' THEN -1 ELSE 0 END,
       q.bid_price, q.ask_price, q.bid_amount, q.ask_amount
     FROM (SELECT *, row_number() OVER () AS n FROM read_csv('${
        file("trades")
      }')) t
     ASOF JOIN (
       SELECT timestamp, last(bid_price ORDER BY n) AS bid_price, last(ask_price ORDER BY n) AS ask_price,
         last(bid_amount ORDER BY n) AS bid_amount, last(ask_amount ORDER BY n) AS ask_amount
       FROM (SELECT *, row_number() OVER () AS n FROM read_csv('${
        file("quotes")
      }')) GROUP BY 1
     ) q ON t.timestamp > q.timestamp ORDER BY t.n`,
    );
    assert.ok(expected.length > 1_000, `${expected.length} rows`);
    const side = (rows: "trades" | "quotes") =>
      requestFor(directory, file(rows), {
        format: "csv",
        ...CSV_PRESETS.tardis[rows],
      });
    const table = await ingestCarried({
      trades: side("trades"),
      quotes: side("quotes"),
    });
    assert.deepEqual(exactRowsOf(table), expected);
  },
);
