import assert from "node:assert/strict";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  FormatError,
  ingest,
  type IngestRequest,
  type StoredTable,
  TableReader,
} from "../formats/mod.ts";
import { Sorter } from "../formats/intake/sorter.ts";
import { edgeOf } from "../stages/loader/period.ts";

const MS = 1_000_000;

async function withCsv(
  lines: readonly string[],
  run: (request: IngestRequest, directory: string) => Promise<void>,
) {
  const directory = await Deno.makeTempDir();
  try {
    const source = join(directory, "ticks.csv");
    await Deno.writeTextFile(source, `t,p,s\n${lines.join("\n")}\n`);
    await run({
      instrument: "X",
      source,
      format: "csv",
      columns: {
        time: { column: "t", unit: "ms" },
        values: { price: { column: "p" }, size: { column: "s" } },
      },
      csv: { header: true, delimiter: "," },
      on_bad_tick: "quarantine",
      max_bad: 1,
      store: join(directory, "store"),
      synthetic: false,
    }, directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Rows of a table: time in milliseconds, then the columns. */
function rowsOf({ directory }: StoredTable): number[][] {
  using reader = TableReader.open(directory);
  const { columns, rows } = reader.manifest;
  const time = new BigInt64Array(rows);
  const into = columns.map(() => new Float64Array(rows));
  const found: number[][] = [];
  reader.batches.forEach((_, index) => {
    const count = reader.readRaw(index, columns, time, into);
    for (let i = 0; i < count; i++) {
      found.push([
        Number(time[i] / BigInt(MS)),
        ...into.map((column) => column[i]),
      ]);
    }
  });
  return found;
}

function quarantineOf({ directory }: StoredTable): string[] {
  return Deno.readTextFileSync(join(directory, "quarantine.csv")).trim()
    .split("\n").slice(1).map((line) => line.slice(line.indexOf(",") + 1));
}

function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

Deno.test("sort_window: late rows come into order, later ones are bad", async () => {
  const random = randomly(11);
  const rows = Array.from({ length: 150_000 }, (_, i) => {
    const late = random(200) === 0 ? random(130) : random(5);
    return [1000 + Math.floor(i / 2) - late, 1 + random(50), i + 1];
  });
  const window = 100;
  let latest = -Infinity;
  const good: number[][] = [];
  const late: string[] = [];
  rows.forEach((row, i) => {
    if (row[0] >= latest - window) good.push(row);
    else late.push(`${i + 2},out_of_order,"${row.join(",")}"`);
    latest = Math.max(latest, row[0]);
  });
  assert.ok(late.length > 50);
  await withCsv(rows.map((row) => row.join(",")), async (request) => {
    const table = await ingest({ ...request, sort_window: window * MS });
    assert.deepEqual(rowsOf(table), good.sort((a, b) => a[0] - b[0]));
    assert.deepEqual(quarantineOf(table), late);
    assert.equal(table.manifest.quality.read, rows.length);
    assert.equal(table.manifest.quality.rejected.out_of_order, late.length);
  });
});

Deno.test("sort_window: without it the first late row ends the ingest and is told the way out", () =>
  withCsv(["10,1,1", "12,1,1", "11,1,1"], async (request) => {
    const failing = { ...request, on_bad_tick: "fail" as const };
    await assert.rejects(
      ingest(failing),
      (error) =>
        error instanceof FormatError && error.line === 4 &&
        /sort_window/.test(error.hint ?? ""),
    );
    const table = await ingest({ ...failing, sort_window: MS });
    assert.deepEqual(rowsOf(table).map(([t]) => t), [10, 11, 12]);
  }));

Deno.test("sort_window: a file that runs backwards comes out forwards", () =>
  withCsv(
    Array.from({ length: 70_000 }, (_, i) => `${70_000 - i},1,1`),
    async (request) => {
      const table = await ingest({ ...request, sort_window: 86400e9 });
      assert.deepEqual(
        rowsOf(table).map(([t]) => t),
        Array.from({ length: 70_000 }, (_, i) => i + 1),
      );
    },
  ));

Deno.test("sort_window: more rows than may be held are an error, not memory", () => {
  const sorter = new Sorter({ columns: 1, window: 1000n, most: 100_000 });
  const time = new BigInt64Array(2048).fill(5n);
  const add = () => sorter.add(time, [new Float64Array(2048)], 2048);
  assert.throws(
    () => {
      for (let i = 0; i < 100; i++) {
        add();
        if (sorter.due) assert.equal(sorter.release().rows, 0);
      }
    },
    (error) =>
      error instanceof FormatError && error.code === "bad_data" &&
      error.message.endsWith("within sort_window is above 50000"),
  );
});

Deno.test("duplicates: kept by default, or bad with line and row", () =>
  withCsv(
    ["10,1,1", "10,1,1", "10,1,2", "10,1,1", "11,1,1", "11,1,1", "11,1,1"],
    async (request) => {
      assert.equal((await ingest(request)).manifest.rows, 7);
      const table = await ingest({ ...request, duplicates: "bad" });
      assert.deepEqual(table.manifest.quality.rejected, { duplicate: 3 });
      assert.deepEqual(quarantineOf(table), [
        '3,duplicate,"10,1,1"',
        '7,duplicate,"11,1,1"',
        '8,duplicate,"11,1,1"',
      ]);
      await assert.rejects(
        ingest({ ...request, duplicates: "bad", on_bad_tick: "fail" }),
        (error) =>
          error instanceof FormatError && error.line === 3 &&
          error.message.endsWith("(duplicate)"),
      );
    },
  ));

Deno.test("duplicates: rows that sort_window brings together are compared", () =>
  withCsv(["10,1,1", "12,2,1", "10,1,1", "12,2,1"], async (request) => {
    const table = await ingest({
      ...request,
      duplicates: "bad",
      sort_window: 5 * MS,
    });
    assert.deepEqual(rowsOf(table), [[10, 1, 1], [12, 2, 1]]);
    assert.deepEqual(quarantineOf(table), [
      '4,duplicate,"10,1,1"',
      '5,duplicate,"12,2,1"',
    ]);
  }));

Deno.test("duplicates: the last row of a batch is remembered", () =>
  withCsv(
    Array.from({ length: 10_000 }, (_, i) => `${i >> 1},1,1`),
    async (request) => {
      const table = await ingest({ ...request, duplicates: "bad" });
      assert.deepEqual(table.manifest.quality.rejected, { duplicate: 5_000 });
    },
  ));

Deno.test("period: rows outside are neither loaded nor judged, and counted", () =>
  withCsv(
    ["5,-1,1", "10,1,1", "15,1,1", "14,1,1", "19,1,1", "20,1,1", "21,x,1"],
    async (request) => {
      const period = { from: String(10 * MS), to: String(20 * MS) };
      const table = await ingest({ ...request, period });
      assert.deepEqual(rowsOf(table).map(([t]) => t), [10, 15, 19]);
      assert.deepEqual(table.manifest.quality, {
        read: 4,
        kept: 3,
        rejected: { out_of_order: 1 },
        outside: 3,
        quarantine: "quarantine.csv",
      });
      const whole = await ingest(request);
      assert.notEqual(whole.key, table.key);
      await assert.rejects(
        ingest({ ...request, period: { from: String(99 * MS) } }),
        (error) =>
          error instanceof FormatError && error.code === "bad_data" &&
          error.hint === "7 rows are outside the loader's period",
      );
    },
  ));

Deno.test("period: as DuckDB counts it, of Parquet", async () => {
  const directory = await Deno.makeTempDir();
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    const source = join(directory, "a.parquet");
    await connection.run(
      `COPY (SELECT 1709510400000000000 + i * 7919000000 AS ts, 1.5 AS px FROM range(50000) t(i)) TO '${source}' (FORMAT parquet)`,
    );
    const from = edgeOf("2024-03-05[America/New_York]", "from");
    const to = edgeOf("2024-03-06[America/New_York]", "to");
    const counted = await connection.runAndReadAll(
      `SET TimeZone = 'UTC'; SELECT count(*)::INT, min(ts)::VARCHAR, max(ts)::VARCHAR FROM '${source}' WHERE make_timestamp_ns(ts) >= '2024-03-05 05:00' AND make_timestamp_ns(ts) < '2024-03-07 05:00'`,
    );
    const { manifest } = await ingest({
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
      period: { from: String(from), to: String(to) },
    });
    assert.deepEqual(
      [manifest.rows, manifest.first, manifest.last],
      counted.getRows()[0],
    );
    assert.equal(manifest.quality.outside, 50_000 - manifest.rows);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await Deno.remove(directory, { recursive: true });
  }
});

const EDGES: readonly [string, "from" | "to", string | undefined][] = [
  ["2024-03-04", "from", "2024-03-04T00:00:00Z"],
  ["2024-03-04", "to", "2024-03-05T00:00:00Z"],
  ["2024-03-10[America/New_York]", "from", "2024-03-10T05:00:00Z"],
  // The clock goes forward on that day, which has 23 hours.
  ["2024-03-10[America/New_York]", "to", "2024-03-11T04:00:00Z"],
  ["2024-03-04T09:30[America/New_York]", "to", "2024-03-04T14:30:00Z"],
  ["2024-03-04 14:30", "to", "2024-03-04T14:30:00Z"],
  [
    "2024-03-04T14:30:00.123456789Z",
    "from",
    "2024-03-04T14:30:00.123456789Z",
  ],
  ["2024-03-04T14:30+01:00", "from", "2024-03-04T13:30:00Z"],
  ["2024-02-30", "from", undefined],
  ["2024-03-04T25:00", "from", undefined],
  ["yesterday", "from", undefined],
  ["2024-03-04[Mars/Base]", "from", undefined],
  ["0001-01-01", "from", undefined],
];

Deno.test("period: days and instants, UTC or of a zone", () => {
  for (const [text, side, expected] of EDGES) {
    const found = edgeOf(text, side);
    assert.equal(
      found,
      expected && Temporal.Instant.from(expected).epochNanoseconds,
      text,
    );
  }
});
