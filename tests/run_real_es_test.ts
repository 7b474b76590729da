import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { DATA, Desk, digestOf, readFills, ROOT } from "./helpers/cli.ts";

const SOURCE = join(DATA, "es/ESM8_trades_20180507.csv.gz");
const PRESENT = existsSync(SOURCE);

/** `configs/es-real.yaml`, whole: one session of 74,907 trades of the real market. */
const PIPELINE = readFileSync(join(ROOT, "configs/es-real.yaml"), "utf8")
  .replace("strategies/", join(ROOT, "strategies/"));

const ARGS = [
  "--set",
  "stages.cross.params.fast=50",
  "--set",
  "stages.cross.params.slow=500",
];

Deno.test({
  name: PRESENT
    ? "a real session gives what a plain loop over its prices gives"
    : `a real session gives what a plain loop gives (skipped: ${
      SOURCE.slice(DATA.length + 1)
    } of ../shared/data is absent)`,
  ignore: !PRESENT,
  fn: async () => {
    await using desk = await Desk.make({ "es.yaml": PIPELINE });
    const env = { SOURCE };
    const { result, directory } = await desk.run("es.yaml", {
      args: [...ARGS, "--workers", "2"],
      env,
    });
    const [account] = result.data;
    assert.equal(account.read, 74_907);
    assert.equal(account.rows, 74_907);
    assert.equal(result.ticks, 74_907);
    assert.equal(result.filtered, 0);

    const ticks = plainRead();
    assert.equal(ticks.length, 74_907);
    assert.deepEqual(await byDuckDb(), {
      rows: 74_907n,
      first: 2670.5,
      last: 2675,
      low: 2667.75,
      high: 2679.25,
    });
    const expected = plainLoop(ticks.map(({ price }) => price), 50, 500);
    const fills = await readFills(directory);
    assert.equal(fills.length, expected.fills.length);
    assert.equal(result.fills, expected.fills.length);
    assert.ok(fills.length > 100, `fills are ${fills.length}`);
    for (const [i, fill] of fills.entries()) {
      const { row, signed } = expected.fills[i];
      assert.deepEqual(fill, {
        time: ticks[row].time,
        instrument: "ES",
        side: signed > 0 ? "buy" : "sell",
        quantity: Math.abs(signed),
        price: ticks[row].price,
        commission: 2.05 * Math.abs(signed),
      });
    }
    assertCents(result.net_profit, expected.netProfit);
    assertCents(result.commission, expected.commission);
    assertCents(result.final_equity, 100_000 + expected.netProfit);

    const one = await desk.run("es.yaml", {
      out: "runs/one",
      args: [...ARGS, "--workers", "1", "--set", "stages.slices.slice=session"],
      env,
    });
    assert.equal(digestOf(one), result.digest);
  },
});

function assertCents(found: number, expected: number): void {
  assert.equal(found.toFixed(2), expected.toFixed(2));
}

interface Tick {
  /** ISO 8601, nine decimals. */
  readonly time: string;
  readonly price: number;
}

/** The file, read with nothing of the project. */
function plainRead(): Tick[] {
  const [, ...lines] = gunzipSync(readFileSync(SOURCE)).toString("utf8")
    .trimEnd().split("\n");
  return lines.map((line) => {
    const [epoch, price] = line.split(",");
    const [whole, micros = ""] = epoch.split(".");
    const second = new Date(1000 * Number(whole)).toISOString().slice(0, 19);
    return {
      time: `${second}.${micros.padEnd(9, "0")}Z`,
      price: Number(price),
    };
  });
}

interface PlainRun {
  readonly fills: readonly { row: number; signed: number }[];
  readonly netProfit: number;
  readonly commission: number;
}

/**
 * Long above, short below, at market on the next tick; in quarter points, so
 * that every sum is of whole numbers and exact.
 */
function plainLoop(
  prices: readonly number[],
  fast: number,
  slow: number,
): PlainRun {
  const quarters = prices.map((price) => Math.round(price * 4));
  const fills: { row: number; signed: number }[] = [];
  let position = 0;
  let wanted = 0;
  let cash = 0;
  let contracts = 0;
  let sumFast = 0;
  let sumSlow = 0;
  for (let row = 0; row < quarters.length; row++) {
    if (wanted !== position) {
      const signed = wanted - position;
      cash -= signed * quarters[row];
      contracts += Math.abs(signed);
      position = wanted;
      fills.push({ row, signed });
    }
    sumFast += quarters[row] - (row < fast ? 0 : quarters[row - fast]);
    sumSlow += quarters[row] - (row < slow ? 0 : quarters[row - slow]);
    if (row < slow - 1) continue;
    // fast average against slow average, without a division
    const difference = sumFast * slow - sumSlow * fast;
    if (difference > 0) wanted = 1;
    else if (difference < 0) wanted = -1;
  }
  const commission = contracts * 2.05;
  const last = quarters[quarters.length - 1];
  const profit = (cash + position * last) / 4 * 50;
  return { fills, netProfit: profit - commission, commission };
}

async function byDuckDb(): Promise<Record<string, unknown>> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(`
      SELECT count(*) AS rows, arg_min(price, n) AS first,
        arg_max(price, n) AS last, min(price) AS low, max(price) AS high
      FROM (SELECT *, row_number() OVER () AS n
        FROM read_csv('${SOURCE}', columns = {'epoch_s': 'VARCHAR', 'price': 'DOUBLE'}))`);
    return reader.getRowObjects()[0];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
