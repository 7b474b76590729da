import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { OrderBook } from "../formats/book/order_book.ts";
import { ingest } from "../formats/mod.ts";
import {
  DATA,
  dataTest,
  exactRowsOf,
  faultOf,
  inDirectory,
  requestFor,
} from "./helpers/binary_formats.ts";
import { timedRows } from "./helpers/duckdb.ts";

const AAPL = `${DATA}/lobster/AAPL_2012-06-21_34200000_57600000_message_10.csv`;
const MSFT = `${DATA}/lobster/MSFT_2012-06-21_34200000_37800000_message_50.csv`;
/** Midnight in New York of the files' date. */
const MIDNIGHT = 1_340_251_200_000_000_000n;

function lines(path: string): string[][] {
  return Deno.readTextFileSync(path).trim().split("\n").map((line) =>
    line.trim().split(",")
  );
}

function bookOf(path: string): string {
  return path.replace("_message_", "_orderbook_");
}

for (const path of [AAPL, MSFT]) {
  dataTest(
    `LOBSTER ${basename(path)}: trades as DuckDB reads them`,
    async (directory) => {
      const expected = await timedRows(
        `SELECT (${MIDNIGHT}::HUGEINT + (column0::DECIMAL(28, 9) * 1000000000)::HUGEINT)::VARCHAR, column4::DOUBLE / 10000, column3::DOUBLE, -column5::DOUBLE
       FROM read_csv('${path}', header = false, all_varchar = true) WHERE column1 IN ('4', '5')`,
      );
      const table = await ingest(
        requestFor(directory, path, { format: "lobster", tick_size: 0.0001 }),
      );
      assert.deepEqual(exactRowsOf(table), expected);
    },
  );

  dataTest(
    `LOBSTER ${basename(path)}: quotes are changes of the first level`,
    async (directory) => {
      const messages = lines(path);
      const expected: number[][] = [];
      let last = "";
      lines(bookOf(path)).forEach(([ask, askSize, bid, bidSize], i) => {
        const quote = [bid, ask, bidSize, askSize].join();
        if (quote !== last && i < messages.length) {
          expected.push([+bid / 1e4, +ask / 1e4, +bidSize, +askSize]);
        }
        last = quote;
      });
      const request = requestFor(directory, path, {
        format: "lobster",
        rows: "quotes",
      });
      assert.deepEqual(
        exactRowsOf(await ingest(request)).map((row) => row.slice(1)),
        expected,
      );
    },
  );

  dataTest(
    `LOBSTER ${basename(path)}: a visible trade is at the quote before it`,
    async (directory) => {
      const table = await ingest(requestFor(directory, path, {
        format: "lobster",
        rows: "trades_with_quotes",
      }));
      const visible = lines(path).slice(1).filter(([, type]) =>
        type === "4" || type === "5"
      );
      const rows = exactRowsOf(table);
      assert.equal(rows.length, visible.length);
      rows.forEach(([, price, , side, bid, ask], i) => {
        if (visible[i][1] === "5") return;
        assert.equal(price, side === 1 ? ask : bid, `trade ${i}`);
      });
    },
  );
}

/**
 * Replays the orders from the first row of the books on. What lies below the
 * last level is not in the file, so a level that comes up is taken from it. Ten
 * levels are left and come back too often: there each row is replayed alone.
 */
function replay(path: string, { alone }: { alone: boolean }) {
  const messages = lines(path);
  const rows = lines(bookOf(path)).map((row) => row.map(Number));
  const depth = rows[0].length / 4;
  const found = { exact: 0, last: 0, other: 0 };
  const book = new OrderBook();
  const seed = (row: readonly number[], level: number) => {
    const [ask, askSize, bid, bidSize] = row.slice(4 * level);
    if (!book.asks.levels.has(ask)) book.add(-2 * ask, -1, ask, askSize);
    if (!book.bids.levels.has(bid)) book.add(-2 * bid - 1, 1, bid, bidSize);
  };
  for (let level = 0; level < depth; level++) seed(rows[0], level);
  for (let i = 1; i < Math.min(rows.length, messages.length); i++) {
    const [, type, id, size, price, direction] = messages[i].map(Number);
    const side = direction > 0 ? 1 : -1;
    if (type === 1) book.add(id, side, price, size);
    else if (type < 5 && !book.reduce(id, size)) {
      book.reduce(-2 * price - (side > 0 ? 1 : 0), size);
    }
    const sorted = (side: typeof book.asks, sign: number) =>
      [...side.levels].sort((a, b) => sign * (a[0] - b[0]));
    const [asks, bids] = [sorted(book.asks, 1), sorted(book.bids, -1)];
    const first = Array.from({ length: depth }, (_, level) => {
      const now = [asks[level], bids[level]].flatMap((found) =>
        found ? [found[0], found[1].size] : [NaN, NaN]
      );
      return now.some((value, f) => value !== rows[i][4 * level + f]);
    }).indexOf(true);
    found[first < 0 ? "exact" : first === depth - 1 ? "last" : "other"]++;
    if (alone) book.clear();
    for (let level = alone ? 0 : depth - 1; level < depth; level++) {
      seed(rows[i], level);
    }
  }
  return found;
}

dataTest(
  "LOBSTER: replay of the orders gives the books, but for levels that come up from below",
  () => {
    assert.deepEqual(replay(MSFT, { alone: false }), {
      exact: 994,
      last: 5,
      other: 0,
    });
    assert.equal(replay(AAPL, { alone: true }).other, 0);
    return Promise.resolve();
  },
);

const NAME = "X_2024-03-11_34200000_57600000_message_1.csv";
const MESSAGES = [
  "34200.000000001,1,11,18,1000000,1",
  "34200.5,4,11,8,1000000,1",
  "34201,5,0,3,1000100,-1",
  "34202,7,0,0,-1,-1",
  "86399.999999999,6,-1,500,1000200,-1",
];
const BOOKS = [
  "1000100,5,1000000,18",
  "1000100,5,1000000,10",
  "1000100,5,1000000,10",
  "9999999999,0,1000000,10",
  "1000100,5,1000000,10",
];

async function inFiles(
  messages: readonly string[],
  books: readonly string[] | undefined,
  run: (path: string, directory: string) => Promise<void>,
) {
  await inDirectory(async (directory) => {
    const path = join(directory, NAME);
    await Deno.writeTextFile(path, messages.join("\n") + "\n");
    if (books) {
      await Deno.writeTextFile(bookOf(path), books.join("\r\n"));
    }
    await run(path, directory);
  });
}

Deno.test("LOBSTER: nanoseconds since midnight in New York on the day after summer time began", () =>
  inFiles(MESSAGES, BOOKS, async (path, directory) => {
    const trades = await ingest(
      requestFor(directory, path, { format: "lobster" }),
    );
    const nine = 1_710_163_800_000_000_000n;
    assert.deepEqual(exactRowsOf(trades), [
      [nine + 500_000_000n, 100, 8, -1],
      [nine + 1_000_000_000n, 100.01, 3, 1],
      [nine + 52_199_999_999_999n, 100.02, 500, 0],
    ]);
    const quotes = await ingest(
      requestFor(directory, join(directory, "*.csv"), {
        format: "lobster",
        rows: "quotes",
      }),
    );
    assert.deepEqual(exactRowsOf(quotes), [
      [nine + 1n, 100, 100.01, 18, 5],
      [nine + 500_000_000n, 100, 100.01, 10, 5],
      [nine + 52_199_999_999_999n, 100, 100.01, 10, 5],
    ]);
    assert.notEqual(trades.key, quotes.key);
  }));

Deno.test("LOBSTER: bad rows have their line and text", () =>
  inFiles(
    [
      "34200.1,4,1,1,100,1",
      "34200.x,4,1,1,100,1",
      "34200.2,4,1,0,100,1",
      "34200.3,4,1",
    ],
    undefined,
    async (path, directory) => {
      const { manifest, directory: table } = await ingest(
        requestFor(directory, path, {
          format: "lobster",
          on_bad_tick: "quarantine",
          max_bad: 1,
        }),
      );
      assert.deepEqual(manifest.quality.rejected, {
        unparsable: 2,
        zero_size: 1,
      });
      assert.equal(
        Deno.readTextFileSync(join(table, "quarantine.csv")),
        `file,line,kind,row\n${path},2,unparsable,"34200.x,4,1,1,100,1"\n` +
          `${path},3,zero_size,"34200.2,4,1,0,100,1"\n` +
          `${path},4,unparsable,"34200.3,4,1"\n`,
      );
    },
  ));

Deno.test("LOBSTER: books that lack, or do not fit, are clear errors", async () => {
  const quotes = { format: "lobster", rows: "quotes" } as const;
  await inFiles(MESSAGES, undefined, async (path, directory) => {
    const fault = await faultOf(
      Promise.resolve().then(() => ingest(requestFor(directory, path, quotes))),
    );
    assert.equal(fault.code, "source_not_found");
    assert.equal(fault.file, bookOf(path));
  });
  for (const books of [BOOKS.slice(0, 3), [...BOOKS, BOOKS[0]]]) {
    await inFiles(MESSAGES, books, async (path, directory) => {
      const fault = await faultOf(ingest(requestFor(directory, path, quotes)));
      assert.equal(fault.code, "corrupt_file");
      assert.equal(fault.file, bookOf(path));
      assert.ok(fault.offset !== undefined);
    });
  }
});
