import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Column } from "../stages/aggregator/column.ts";
import { Gathered } from "../stages/aggregator/gathered.ts";
import { writeTable, writeTables } from "../stages/aggregator/output.ts";
import { compose } from "../stages/aggregator/compose.ts";
import { runTables } from "../stages/aggregator/run_tables.ts";
import { ParquetFile } from "../stages/aggregator/parquet.ts";
import { duckdb } from "./helpers/duckdb.ts";

function columnsOf(from: number, to: number): Column[] {
  const rows = Array.from({ length: to - from }, (_, i) => from + i);
  return [
    {
      name: "t",
      type: "time",
      data: BigInt64Array.from(rows, (i) => 1000n * BigInt(i)),
    },
    { name: "x", type: "number", data: Float64Array.from(rows, (i) => i / 8) },
    {
      name: "maybe",
      type: "number?",
      data: Float64Array.from(rows),
      missing: Uint8Array.from(rows, (i) => Number(i % 3 === 0)),
    },
    {
      name: "side",
      type: "text",
      codes: Float64Array.from(rows, (i) => i % 2),
      labels: ["buy", "sell"],
    },
  ];
}

Deno.test("a file of several groups of rows is one table to DuckDB", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = join(directory, "t.parquet");
    const file = new ParquetFile(path, columnsOf(0, 0));
    for (const [from, to] of [[0, 1], [1, 1], [1, 70_000], [70_000, 70_003]]) {
      file.append(columnsOf(from, to));
    }
    file.finish();
    // 0 + 1 + … + 70,002 and of that what is no multiple of 3.
    const all = 70_002 * 70_003 / 2;
    const multiples = 3 * (23_334 * 23_335 / 2);
    const found = await duckdb(
      `SELECT count(*)::INT AS rows, sum(x) AS x, sum(maybe) AS maybe,
         count(maybe)::INT AS there, max(epoch_us(t))::INT AS last,
         sum((side = 'sell')::INT)::INT AS sells
       FROM '${path}'`,
    );
    const values = Object.values(found).map((column) => Number(column[0]));
    assert.deepEqual(values, [
      70_003,
      all / 8,
      all - multiples,
      70_003 - 23_335,
      70_002,
      35_001,
    ]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a table without rows has its columns all the same", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = join(directory, "t.parquet");
    writeTable(path, columnsOf(0, 0));
    const found = await duckdb(
      `SELECT count(t), count(x), count(maybe), count(side) FROM '${path}'`,
    );
    assert.deepEqual(Object.values(found).map(([n]) => n), [0, 0, 0, 0]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("files that cannot all be written are all taken back", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const instruments = [{ multiplier: 50, inverse: false }];
    const record = compose([], { capital: 1000, instruments });
    const facts = { instruments, sessions: [], capital: 1000 };
    const context = { origin: 0n, symbols: ["ES"], dates: [] };
    const orders = function* () {
      yield record.openOrders;
      throw new Error("the disk is gone");
    };
    const run = runTables(record, facts);
    assert.throws(
      () => writeTables(directory, run, orders(), context),
      /the disk is gone/,
    );
    assert.deepEqual(readdirSync(directory), []);
    // Nothing need be written for what names the rows.
    const written = writeTables(directory, run, [record.openOrders], context);
    assert.deepEqual(
      writeTables(null, run, [record.openOrders], context),
      written,
    );
    assert.ok(existsSync(join(directory, "orders.parquet")));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("columns come by parts and are one in the end", () => {
  const gathered = new Gathered(["a", "b"]);
  const part = (from: number, rows: number) => ({
    a: Float64Array.from({ length: rows }, (_, i) => from + i),
    b: Float64Array.from({ length: rows }, (_, i) => -(from + i)),
  });
  const firsts = new Set<number>();
  let rows = 0;
  for (const size of [0, 3, 2000, 1, 5000]) {
    const given = part(rows, size);
    const kept = gathered.append(given);
    // What is kept may be changed, and what was given is not.
    given.a.fill(NaN);
    if (size > 0) kept.b[0] -= 0.5;
    firsts.add(rows);
    rows += size;
    assert.equal(gathered.rows, rows);
    assert.equal(gathered.bytes, rows * 16);
  }
  const { a, b } = gathered.finish();
  assert.equal(a.length, rows);
  for (const [i, value] of a.entries()) {
    assert.equal(value, i);
    assert.equal(b[i], -i - (firsts.has(i) ? 0.5 : 0));
  }
  assert.equal(gathered.rows, 0);
});
