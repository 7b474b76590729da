import assert from "node:assert/strict";
import type { EngineName, SqlEngine } from "../formats/duckdb/engine.ts";
import { chooseEngine, openEngine } from "../formats/duckdb/open_engine.ts";
import {
  inspectSelect,
  inspectSql,
  selectQuery,
} from "../formats/duckdb/sql.ts";

const ENGINES: readonly EngineName[] = ["native", "wasm"];
const ROWS = 200_000;
const MEMORY = 2 ** 26;
const SELECT = {
  spread: "avg(ask - bid)",
  total: "sum(size)",
  value: "sum(price * size)",
  deviation: "stddev_samp(price)",
  middle: "median(price)",
  opening: "first(price)",
  closing: "last(price)",
  range: "max(price) - min(price)",
  slope: "regr_slope(price, time)",
  bought: "sum(size) FILTER (side > 0)",
  busiest: "arg_max(price, size)",
};
/** WebAssembly takes a while to start: one for all tests. */
const engines = {
  native: await openEngine("native", { memory: MEMORY }),
  wasm: await openEngine("wasm", { memory: MEMORY }),
};
const COLUMNS = ["price", "size", "side", "bid", "ask"];

/** Ticks whose sums depend on the order in which they are added. */
function ticks(seed = 7) {
  const random = () =>
    (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
  const bar = new Int32Array(ROWS);
  const time = new BigInt64Array(ROWS);
  const columns = COLUMNS.map(() => new Float64Array(ROWS));
  for (let i = 0; i < ROWS; i++) {
    bar[i] = i === 0 ? 0 : bar[i - 1] + (random() < 0.01 ? 1 : 0);
    time[i] = 1_709_510_400_000_000_000n + BigInt(i) * 1_000_003n;
    columns[0][i] = 100 + random();
    columns[1][i] = random() * 10 ** Math.floor(random() * 6);
    columns[2][i] = random() < 0.5 ? 1 : -1;
    columns[3][i] = columns[0][i] - random() / 3;
    columns[4][i] = columns[0][i] + random() / 3;
  }
  return { bar, time, columns };
}

async function rowsOf(engine: SqlEngine, sql: string) {
  const rows: number[][] = [];
  for await (const piece of engine.query(sql)) {
    for (let i = 0; i < piece[0].length; i++) {
      rows.push(piece.map((column) => Number(column[i])));
    }
  }
  return rows;
}

async function selected(engine: SqlEngine, pieces: readonly number[]) {
  const rows = ticks();
  await engine.reset(COLUMNS);
  let from = 0;
  for (const until of pieces) {
    await engine.append(rows, from, until);
    from = until;
  }
  return await rowsOf(engine, selectQuery(SELECT, 0, 1 << 30));
}

Deno.test("sums of a bar are those of a loop over its ticks, in both engines, however they were fed", async () => {
  const { bar, columns: [price, size] } = ticks();
  const total: number[] = [];
  const value: number[] = [];
  for (let i = 0; i < ROWS; i++) {
    total[bar[i]] = (total[bar[i]] ?? 0) + size[i];
    value[bar[i]] = (value[bar[i]] ?? 0) + price[i] * size[i];
  }
  const [native, wasm] = await Promise.all([
    selected(engines.native, [1000, 1001, 77_777, ROWS]),
    selected(engines.wasm, [65_536, 131_072, ROWS]),
  ]);
  assert.equal(native.length, bar[ROWS - 1] + 1);
  assert.deepEqual(native.map((row) => row[2]), total);
  assert.deepEqual(native.map((row) => row[3]), value);
  assert.deepEqual(wasm, native);
});

for (const name of ENGINES) {
  Deno.test(`${name}: SQL is checked without ticks, and says what it reads`, async () => {
    const engine = engines[name];
    const spread = await inspectSelect(engine, "avg(ask - bid)");
    assert.deepEqual([...spread.reads].sort(), ["ask", "bid"]);
    assert.equal(spread.problem, undefined);
    const whole = await inspectSql(
      engine,
      "SELECT max(time) AS time, sum(size) AS size FROM ticks;",
    );
    assert.deepEqual(whole.reads, ["size"]);
    assert.deepEqual(whole.columns, [
      { name: "time", type: "BIGINT" },
      { name: "size", type: "DOUBLE" },
    ]);
    const wrong = await inspectSelect(engine, "averag(ask)");
    assert.match(wrong.problem ?? "", /averag does not exist/);
    const syntax = await inspectSelect(engine, "sum(ask");
    assert.match(syntax.problem ?? "", /syntax error/);
    const loose = await inspectSelect(engine, "ask");
    assert.match(loose.problem ?? "", /GROUP BY/);
    const chance = await inspectSelect(engine, "sum(random())");
    assert.match(chance.problem ?? "", /gives something else on each run/);
  });

  Deno.test(`${name}: NULL comes back, bigger results come in pieces, and no file can be reached`, async () => {
    const engine = engines[name];
    await engine.reset(["price"]);
    const pieces: number[] = [];
    for await (
      const [numbers, nothing] of engine.query(
        "SELECT i, CASE WHEN i % 2 = 0 THEN i::DOUBLE END FROM range(10000) AS t(i)",
      )
    ) {
      assert.equal(nothing[Number(numbers[1]) % 2 === 0 ? 0 : 1], null);
      pieces.push(numbers.length);
    }
    assert.equal(pieces.reduce((a, b) => a + b), 10_000);
    assert.ok(pieces.length > 1);
    await assert.rejects(engine.describe("SELECT * FROM '/etc/passwd'"));
    await assert.rejects(
      rowsOf(engine, "SELECT count(*) FROM read_csv('deno.json')"),
    );
    await assert.rejects(rowsOf(engine, "SET threads = 8"));
  });

  Deno.test(`${name}: what does not fit in memory is an error, or is spilled`, async () => {
    const engine = engines[name];
    await engine.reset(COLUMNS);
    const rows = ticks();
    await assert.rejects(async () => {
      for (let i = 0; i < 40; i++) await engine.append(rows, 0, ROWS);
    }, /[Oo]ut of [Mm]emory|could not allocate/);
  });
}

Deno.test("auto takes native where foreign functions may be called", async () => {
  assert.equal(await chooseEngine("auto"), "native");
  assert.equal(await chooseEngine("wasm"), "wasm");
});
