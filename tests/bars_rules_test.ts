import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  BAR_COLUMNS,
  type BarRule,
  ingest,
  makeBars,
  makeQuery,
  type StoredTable,
  TableReader,
  TableWriter,
} from "../formats/mod.ts";
import { BATCH_ROWS } from "../formats/table.ts";

const S = 1_000_000_000n;
/** 2024-03-04 00:00 UTC, a Monday. */
const DAY = 1_709_510_400n * S;
const ES = "../shared/data/es/ESM8_trades_20180507.csv.gz";
const EURUSD = "../shared/data/eurusd/EURUSD_quotes_20200130-31.csv.gz";

type Ticks = { time: bigint[] } & Record<string, number[] | bigint[]>;

async function withStore(run: (store: string) => Promise<void>) {
  const store = await Deno.makeTempDir();
  try {
    await run(store);
  } finally {
    await Deno.remove(store, { recursive: true });
  }
}

async function put(store: string, { time, ...columns }: Ticks) {
  const names = Object.keys(columns);
  const writer = await TableWriter.create({
    store,
    key: `X-${crypto.randomUUID()}`,
    instrument: "X",
    columns: names,
    stamp: "event",
    source: { made_by: "custom", files: [], fingerprint: "f", synthetic: true },
  });
  writer.append(
    names.map((name) => Float64Array.from(columns[name] as number[])),
    BigInt64Array.from(time),
    time.length,
  );
  const rows = time.length;
  return writer.publish({
    quality: { read: rows, kept: rows, rejected: {}, quarantine: null },
  });
}

function rowsOf({ directory }: StoredTable): (bigint | number)[][] {
  using reader = TableReader.open(directory);
  const { columns } = reader.manifest;
  const time = new BigInt64Array(BATCH_ROWS);
  const into = columns.map(() => new Float64Array(BATCH_ROWS));
  const found: (bigint | number)[][] = [];
  for (let index = 0; index < reader.batches.length; index++) {
    const rows = reader.readRaw(index, columns, time, into);
    for (let i = 0; i < rows; i++) {
      found.push([time[i], ...into.map((column) => column[i])]);
    }
  }
  return found;
}

/** Rows of bars as `[seconds after DAY, open, high, low, close, volume, count]`. */
function brief(table: StoredTable): number[][] {
  return rowsOf(table).map(([time, o, h, l, c, v, _, n]) =>
    [Number((time as bigint) - DAY) / 1e9, o, h, l, c, v, n].map(Number)
  );
}

const at = (...seconds: number[]) => seconds.map((s) => DAY + BigInt(s) * S);
const session = (open: number, close: number) => ({
  open: DAY + BigInt(open) * S,
  close: DAY + BigInt(close) * S,
});
const AFTER = 16e-9;

Deno.test("a tick, volume or value bar ends with the tick that completes it, or at the session's close", async () => {
  await withStore(async (store) => {
    const input = await put(store, {
      time: at(5, 10, 20, 30, 40, 50, 60, 70, 100),
      price: [9, 10, 11, 12, 10, 10, 20, 21, 22],
      size: [9, 1, 2, 3, 4, 1, 1, 7, 2],
    });
    const sessions = [session(10, 55), session(60, 90), session(95, 120)];
    const made = (rule: BarRule) =>
      makeBars({ input, rule, sessions, store, stage: rule.by });
    assert.deepEqual(brief(await made({ by: "ticks", ticks: 2 })), [
      [20 + AFTER, 10, 11, 10, 11, 3, 2],
      [40 + AFTER, 12, 12, 10, 10, 7, 2],
      [55, 10, 10, 10, 10, 1, 1],
      [70 + AFTER, 20, 21, 20, 21, 8, 2],
      [120, 22, 22, 22, 22, 2, 1],
    ]);
    assert.deepEqual(brief(await made({ by: "volume", volume: 5 })), [
      [30 + AFTER, 10, 12, 10, 12, 6, 3],
      [55, 10, 10, 10, 10, 5, 2].with(0, 50 + AFTER),
      [70 + AFTER, 20, 21, 20, 21, 8, 2],
      [120, 22, 22, 22, 22, 2, 1],
    ]);
    assert.deepEqual(
      brief(await made({ by: "value", value: 320, multiplier: 10 })),
      [
        [20 + AFTER, 10, 11, 10, 11, 3, 2].with(0, 20 + AFTER),
        [30 + AFTER, 12, 12, 12, 12, 3, 1],
        [40 + AFTER, 10, 10, 10, 10, 4, 1],
        [55, 10, 10, 10, 10, 1, 1],
        [70 + AFTER, 20, 21, 20, 21, 8, 2],
        [100 + AFTER, 22, 22, 22, 22, 2, 1],
      ],
    );
  });
});

Deno.test("an imbalance bar counts the aggressor's side, or the way of the last change of price", async () => {
  await withStore(async (store) => {
    const time = at(1, 2, 3, 4, 5, 6, 7);
    const price = [10, 11, 11, 10, 10, 10, 10];
    const size = [5, 2, 2, 1, 3, 1, 1];
    const rule: BarRule = { by: "imbalance", imbalance: 4 };
    const told = await makeBars({
      input: await put(store, { time, price, size }),
      rule,
      sessions: [session(0, 60)],
      store,
      stage: "told",
    });
    // Nothing for the first, then +2 +2, then −1 −3, then −1 −1 to the close.
    assert.deepEqual(brief(told), [
      [3 + AFTER, 10, 11, 10, 11, 9, 3],
      [5 + AFTER, 10, 10, 10, 10, 4, 2],
      [60, 10, 10, 10, 10, 2, 2],
    ]);
    const side = [1, -1, -1, 1, 1, 0, 0];
    const given = await makeBars({
      input: await put(store, { time, price, size, side }),
      rule,
      sessions: [session(0, 60)],
      store,
      stage: "given",
    });
    // +5; −2 −2; +1 +3; the last two have no side, so −1 −1.
    assert.deepEqual(
      brief(given).map(([end, , , , , , count]) => [end, count]),
      [
        [1 + AFTER, 1],
        [3 + AFTER, 2],
        [5 + AFTER, 2],
        [60, 2],
      ],
    );
  });
});

Deno.test("time bars end with the session, and carry the close over gaps in trading time when told to", async () => {
  await withStore(async (store) => {
    const input = await put(store, {
      time: at(12, 35, 58, 105),
      price: [1, 2, 3, 4],
      size: [1, 1, 1, 1],
    });
    const request = {
      input,
      rule: { by: "time", ns: 10e9 } as const,
      sessions: [session(12, 55), session(93, 200)],
      store,
    };
    assert.deepEqual(brief(await makeBars({ ...request, stage: "skip" })), [
      [20, 1, 1, 1, 1, 1, 1],
      [40, 2, 2, 2, 2, 1, 1],
      [110, 4, 4, 4, 4, 1, 1],
    ]);
    const carried = await makeBars({ ...request, stage: "c", gaps: "carry" });
    assert.deepEqual(brief(carried), [
      [20, 1, 1, 1, 1, 1, 1],
      [30, 1, 1, 1, 1, 0, 0],
      [40, 2, 2, 2, 2, 1, 1],
      [50, 2, 2, 2, 2, 0, 0],
      [55, 2, 2, 2, 2, 0, 0],
      [100, 2, 2, 2, 2, 0, 0],
      [110, 4, 4, 4, 4, 1, 1],
    ]);
  });
});

Deno.test("bars of quotes are of mids, of bids or of asks; a row without a price is in no bar", async () => {
  await withStore(async (store) => {
    const input = await put(store, {
      time: at(1, 2, 3),
      bid: [10, NaN, 11],
      ask: [12, 12, 15],
    });
    const rule: BarRule = { by: "time", ns: 10e9 };
    const made = (price?: "bid" | "ask") =>
      makeBars({ input, rule, price, store, stage: price ?? "mid" });
    assert.deepEqual(brief(await made()), [[10, 11, 13, 11, 13, 2, 2]]);
    assert.deepEqual(brief(await made("bid")), [[10, 10, 11, 10, 11, 2, 2]]);
    assert.deepEqual(brief(await made("ask")), [[10, 12, 15, 12, 15, 3, 3]]);
  });
});

/** Bars of rows that all lie in one session, by objects and one row at a time. */
function naive(
  { time, price, size }: { time: bigint[]; price: number[]; size: number[] },
  limit: number,
  measure: (i: number) => number,
) {
  const bars: (bigint | number)[][] = [];
  let rows: number[] = [];
  let sum = 0;
  for (let i = 0; i < time.length; i++) {
    rows.push(i);
    sum += measure(i);
    if (sum < limit) continue;
    const prices = rows.map((r) => price[r]);
    const volume = rows.reduce((total, r) => total + size[r], 0);
    const value = rows.reduce((total, r) => total + price[r] * size[r], 0);
    bars.push([
      time[i] + 16n,
      prices[0],
      Math.max(...prices),
      Math.min(...prices),
      prices[prices.length - 1],
      volume,
      value / volume,
      rows.length,
    ]);
    rows = [];
    sum = 0;
  }
  return bars;
}

function random(rows: number) {
  let seed = 99;
  const next = () =>
    (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
  const time: bigint[] = [];
  const price: number[] = [];
  const size: number[] = [];
  let now = DAY;
  for (let i = 0; i < rows; i++) {
    now += BigInt(Math.floor(next() * 2e9));
    time.push(now);
    price.push(100 + next());
    size.push(next() * 10);
  }
  return { time, price, size };
}

Deno.test("bars equal a naive loop to the bit, over batches and days, and extra columns follow their bars in both engines", async () => {
  await withStore(async (store) => {
    const ticks = random(150_000);
    const input = await put(store, ticks);
    const { price, size } = ticks;
    const select = { total: "sum(size)", last_size: "last(size)" };
    const rules: [BarRule, number, (i: number) => number][] = [
      [{ by: "ticks", ticks: 777 }, 777, () => 1],
      [{ by: "volume", volume: 4321.5 }, 4321.5, (i) => size[i]],
      [
        { by: "value", value: 9e6, multiplier: 3 },
        9e6,
        (i) => price[i] * size[i] * 3,
      ],
    ];
    for (const [rule, limit, measure] of rules) {
      const expected = naive(ticks, limit, measure);
      const plain = await makeBars({ input, rule, store, stage: "plain" });
      assert.deepEqual(rowsOf(plain), expected);
      if (rule.by !== "ticks") continue;
      const contents = new Set<string>();
      const ways = [
        { engine: "native", threads: 1 },
        { engine: "native", threads: 2 },
        { engine: "native", threads: 5 },
        { engine: "wasm" },
      ] as const;
      for (const [i, way] of ways.entries()) {
        const request = { input, rule, select, store, stage: `way-${i}` };
        const made = await makeBars(request, way);
        contents.add(made.manifest.content);
        assert.deepEqual(made.manifest.columns, [
          ...BAR_COLUMNS,
          "total",
          "last_size",
        ]);
        assert.deepEqual(
          rowsOf(made),
          expected.map((bar, i) => [...bar, bar[5], size[777 * (i + 1) - 1]]),
        );
      }
      assert.equal(contents.size, 1);
    }
  });
});

Deno.test("the number of blocks at once changes nothing", async () => {
  await withStore(async (store) => {
    // A block of many bars ends with each batch.
    const ticks = random(330_000);
    const input = await put(store, ticks);
    const rule: BarRule = { by: "ticks", ticks: 1 };
    const select = { weight: "sum(price * size)", late: "max(time) % 1000" };
    const contents = new Set<string>();
    for (const threads of [1, 2, 5]) {
      const stage = `threads-${threads}`;
      const request = { input, rule, select, store, stage };
      const made = await makeBars(request, { threads });
      contents.add(made.manifest.content);
      if (threads !== 5) continue;
      const rows = rowsOf(made);
      assert.equal(rows.length, 330_000);
      for (const [i, row] of rows.entries()) {
        assert.equal(row[8], ticks.price[i] * ticks.size[i]);
        assert.equal(row[9], Number(ticks.time[i] % 1000n));
      }
    }
    assert.equal(contents.size, 1);
  });
});

Deno.test("a query over all ticks makes the same table in both engines", async () => {
  await withStore(async (store) => {
    const input = await put(store, random(100_000));
    const sql = `
      SELECT (time // 60000000000 + 1) * 60000000000 AS time,
        stddev_samp(price) AS deviation, sum(price * size) AS value
      FROM ticks GROUP BY 1`;
    const columns = ["deviation", "value"];
    const [native, wasm] = await Promise.all(
      (["native", "wasm"] as const).map((engine) =>
        makeQuery({ input, sql, columns, store, stage: engine }, { engine })
      ),
    );
    assert.ok(native.manifest.rows > 1000);
    assert.equal(wasm.manifest.content, native.manifest.content);
    assert.equal(native.manifest.stamp, "close");
    await assert.rejects(
      makeQuery({
        input,
        sql: "SELECT NULL::BIGINT AS time, 1 AS x FROM ticks",
        columns: ["x"],
        store,
        stage: "bad",
      }),
      { code: "bad_data" },
    );
  });
});

async function duck(sql: string) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

Deno.test({
  name: "tick bars of real ES trades agree with DuckDB on the raw file",
  ignore: !existsSync(ES),
  fn: () =>
    withStore(async (store) => {
      const input = await ingest({
        instrument: "ES",
        source: ES,
        format: "csv",
        columns: {
          time: { column: "epoch_s", unit: "s" },
          values: { price: { column: "price" } },
        },
        csv: { header: true, delimiter: "," },
        tick_size: 0.25,
        on_bad_tick: "fail",
        max_bad: 0,
        store,
        synthetic: false,
      });
      const rule: BarRule = { by: "ticks", ticks: 500 };
      const bars = await makeBars({ input, rule, store, stage: "t" });
      const oracle = await duck(`
        SELECT first(price ORDER BY n), max(price), min(price),
          last(price ORDER BY n), count(*)::DOUBLE, avg(price), count(*)::DOUBLE
        FROM (SELECT *, row_number() OVER () - 1 AS n FROM read_csv('${ES}'))
        GROUP BY n // 500 HAVING count(*) = 500 ORDER BY n // 500`);
      assert.equal(oracle.length, 149);
      assert.deepEqual(rowsOf(bars).map(([_, ...bar]) => bar), oracle);
    }),
});

Deno.test({
  name: "mid bars of real EUR/USD quotes agree with DuckDB on the raw file",
  ignore: !existsSync(EURUSD),
  fn: () =>
    withStore(async (store) => {
      const input = await ingest({
        instrument: "EURUSD",
        source: EURUSD,
        format: "csv",
        columns: {
          time: { column: "ts_ns", unit: "ns" },
          values: { bid: { column: "bid" }, ask: { column: "ask" } },
        },
        csv: { header: true, delimiter: "," },
        tick_size: 0.00001,
        on_bad_tick: "drop",
        max_bad: 1,
        store,
        synthetic: false,
      });
      const rule: BarRule = { by: "time", ns: 60e9 };
      const select = { widest: "max(ask - bid)" };
      const bars = await makeBars({ input, rule, select, store, stage: "m" });
      const oracle = await duck(`
        SELECT (ts_ns // 60000000000 + 1) * 60000000000 AS t,
          first((bid + ask) / 2 ORDER BY n), max((bid + ask) / 2),
          min((bid + ask) / 2), last((bid + ask) / 2 ORDER BY n),
          count(*)::DOUBLE, max(ask - bid)
        FROM (SELECT *, row_number() OVER () AS n FROM read_csv('${EURUSD}'))
        GROUP BY t ORDER BY t`);
      assert.equal(input.manifest.rows, 99_308);
      assert.deepEqual(
        rowsOf(bars).map((
          [t, o, h, l, c, v, _, __, widest],
        ) => [t, o, h, l, c, v, widest]),
        oracle,
      );
    }),
});

Deno.test("a query that needs more than the memory is spilled by native, and a clear error of wasm", async () => {
  await withStore(async (store) => {
    const input = await put(store, random(1_000_000));
    const request = {
      input,
      sql: "SELECT time, price, size FROM ticks ORDER BY price, size",
      columns: ["price", "size"],
      store,
      stage: "sorted",
    };
    const memory = 2 ** 25;
    await assert.rejects(makeQuery(request, { engine: "wasm", memory }), {
      code: "bad_data",
      message: /Out of memory/,
      hint: /run\.memory/,
    });
    const made = await makeQuery(request, { engine: "native", memory });
    assert.equal(made.manifest.content, input.manifest.content);
    assert.deepEqual(
      [...Deno.readDirSync(made.directory)].map((e) => e.name)
        .sort(),
      ["instrument=X", "manifest.json"],
    );
  });
});
