import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  BAR_COLUMNS,
  ingest,
  locateBars,
  makeBars,
  type StoredTable,
  TableReader,
  TableWriter,
} from "../formats/mod.ts";
import { BATCH_ROWS } from "../formats/table.ts";

const SECOND = 1_000_000_000;
const ES = "../shared/data/es/ESM8_trades_20180507.csv.gz";

async function withStore(run: (store: string) => Promise<void>) {
  const store = await Deno.makeTempDir();
  try {
    await run(store);
  } finally {
    await Deno.remove(store, { recursive: true });
  }
}

async function makeTicks(
  store: string,
  { time, price, size }: {
    time: BigInt64Array<ArrayBuffer>;
    price: Float64Array;
    size?: Float64Array;
  },
): Promise<StoredTable> {
  const writer = await TableWriter.create({
    store,
    key: "X-ticks",
    instrument: "X",
    columns: size ? ["price", "size"] : ["price"],
    stamp: "event",
    source: { made_by: "custom", files: [], fingerprint: "f", synthetic: true },
  });
  writer.append(size ? [price, size] : [price], time, time.length);
  const rows = time.length;
  return writer.publish({
    quality: { read: rows, kept: rows, rejected: {}, quarantine: null },
  });
}

/** All rows of a table as `[time, ...columns]`. */
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

Deno.test("a bar holds [start, end) and carries its end; empty ones are left out", async () => {
  await withStore(async (store) => {
    const s = BigInt(SECOND);
    const start = 1_709_510_400n * s;
    const table = await makeTicks(store, {
      time: BigInt64Array.of(
        start,
        start + 10n * s - 1n,
        start + 10n * s,
        start + 35n * s,
        start + 35n * s,
      ),
      price: Float64Array.of(5, 3, 7, 4, 6),
      size: Float64Array.of(2, 1, 4, 1, 3),
    });
    const bars = await makeBars({
      input: table,
      rule: { by: "time", ns: 10 * SECOND },
      store,
      stage: "bars",
    });
    assert.deepEqual(rowsOf(bars), [
      [start + 10n * s, 5, 5, 3, 3, 3, 13 / 3, 2],
      [start + 20n * s, 7, 7, 7, 7, 4, 7, 1],
      [start + 40n * s, 4, 6, 4, 6, 4, 22 / 4, 2],
    ]);
    assert.deepEqual(bars.manifest.columns, [...BAR_COLUMNS]);
    assert.equal(bars.manifest.stamp, "close");
    assert.equal(bars.manifest.source.made_by, "preaggregate");
    assert.match(bars.key, /^bars-[0-9a-f]{12}$/);
  });
});

Deno.test("bars equal a plain loop to the bit, over batches and days", async () => {
  await withStore(async (store) => {
    const rows = 1_300_000;
    const time = new BigInt64Array(rows);
    const price = new Float64Array(rows);
    const size = new Float64Array(rows);
    let seed = 12345;
    const random = () =>
      (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
    let at = 1_709_510_400_000_000_001n;
    for (let i = 0; i < rows; i++) {
      at += BigInt(Math.floor(random() * 250_000_000));
      time[i] = at;
      price[i] = 100 + Math.floor(random() * 1000) / 10;
      size[i] = Math.floor(random() * 1000) / 1000;
    }
    const input = await makeTicks(store, { time, price, size });
    const interval_ns = 3600 * SECOND;
    const rule = { by: "time" as const, ns: interval_ns };
    const request = { input, rule, store, stage: "hourly" };
    assert.equal(locateBars(request).cached, false);
    const bars = await makeBars(request);
    assert.equal(locateBars(request).cached, true);

    const expected: (bigint | number)[][] = [];
    let end = -1n;
    let sums = [0, 0];
    const close = () => {
      const bar = expected.at(-1);
      if (!bar) return;
      bar[5] = (bar[5] as number) + sums[0];
      bar[6] = (bar[6] as number) + sums[1];
      sums = [0, 0];
    };
    for (let i = 0; i < rows; i++) {
      const next = (time[i] / BigInt(interval_ns) + 1n) * BigInt(interval_ns);
      if (next !== end) close();
      if (next !== end) {
        end = next;
        expected.push([end, price[i], price[i], price[i], price[i], 0, 0, 0]);
      }
      const bar = expected[expected.length - 1] as number[];
      bar[2] = Math.max(bar[2], price[i]);
      bar[3] = Math.min(bar[3], price[i]);
      bar[4] = price[i];
      bar[7]++;
      sums[0] += size[i];
      sums[1] += price[i] * size[i];
    }
    close();
    for (const bar of expected) {
      bar[6] = (bar[6] as number) / (bar[5] as number);
    }
    assert.deepEqual(rowsOf(bars), expected);

    await Deno.remove(bars.directory, { recursive: true });
    const again = await makeBars(request);
    assert.equal(again.manifest.content, bars.manifest.content);
  });
});

Deno.test({
  name: "bars of real ES trades agree with DuckDB on the raw file",
  ignore: !existsSync(ES),
  fn: async () => {
    await withStore(async (store) => {
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
      const bars = await makeBars({
        input,
        rule: { by: "time", ns: 60 * SECOND },
        store,
        stage: "minutes",
      });
      const instance = await DuckDBInstance.create(":memory:");
      const connection = await instance.connect();
      const oracle = await connection.runAndReadAll(`
        SELECT (floor(epoch_s / 60) + 1)::BIGINT * 60000000000, first(price ORDER BY n),
          max(price), min(price), last(price ORDER BY n), count(*)::DOUBLE,
          avg(price), count(*)::DOUBLE
        FROM (SELECT *, row_number() OVER () AS n FROM read_csv('${ES}'))
        GROUP BY 1 ORDER BY 1`);
      // Prices are quarters, so their sums are exact in any order.
      assert.deepEqual(rowsOf(bars), oracle.getRows());
      connection.closeSync();
      instance.closeSync();
    });
  },
});

Deno.test("bars need a price, and an abort leaves nothing", async () => {
  await withStore(async (store) => {
    const table = await makeTicks(store, {
      time: BigInt64Array.of(1n),
      price: Float64Array.of(1),
    });
    const request = {
      input: table,
      rule: { by: "time" as const, ns: SECOND },
      store,
      stage: "bars",
    };
    const signal = AbortSignal.abort();
    await assert.rejects(makeBars(request, { signal }), {
      code: "interrupted",
    });
    const controller = new AbortController();
    await assert.rejects(
      makeBars(request, {
        signal: controller.signal,
        onProgress: () => {
          controller.abort();
          controller.signal.throwIfAborted();
        },
      }),
    );
    assert.deepEqual([...Deno.readDirSync(store)].map((e) => e.name), [
      "X-ticks",
    ]);
    await assert.rejects(
      makeBars({ ...request, rule: { by: "time", ns: 0 } }),
      RangeError,
    );
  });
});
