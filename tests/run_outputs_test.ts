import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ORDER_STATUSES, ORDER_TYPES, REASONS } from "../engine/host.ts";
import {
  DATA,
  Desk,
  digestOf,
  pipelineText,
  readParquet,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";
import { duckdb } from "./helpers/duckdb.ts";
import { ES, SECOND } from "./helpers/engine.ts";
import { follow, type Script, trades } from "./helpers/script.ts";

Deno.test("every order has a row that says what became of it", () => {
  const script: Script = {
    0: (b) => {
      b.buy(2);
      b.buy(1, { limit: 99.125 });
      b.sell(1, { stop: 98 });
      b.buy(3, { limit: 90, tif: "day" });
      b.sell(1, { limit: 104, takeProfit: 100, stopLoss: 106 });
    },
    2: (b) =>
      b.orders().forEach(({ id, limit }) => limit === 90 && b.cancel(id)),
  };
  const { record: { ended, open, orders } } = follow(
    script,
    trades(100, 101, 102, 97.5, 97, 104),
  );
  const rows = [ended, open].flatMap((table) =>
    Array.from(table.order, (_, i) => [
      ORDER_TYPES[table.type[i]],
      table.side[i] * table.quantity[i],
      table.limit[i],
      table.stop[i],
      ORDER_STATUSES[table.status[i]],
      REASONS[table.reason[i]],
      table.filled[i],
      table.value[i],
      table.mark[i],
      table.ended[i] / SECOND,
    ])
  );
  assert.deepEqual(rows, [
    // the grid is 0.25
    ["limit", 1, 99.125, NaN, "rejected", "tick_size", 0, 0, 100, 1],
    ["market", 2, NaN, NaN, "filled", "none", 2, 202, 100, 2],
    ["limit", 3, 90, NaN, "cancelled", "asked", 0, 0, 100, 3],
    ["stop", -1, NaN, 98, "filled", "none", 1, 97.5, 100, 4],
    ["limit", -1, 104, NaN, "filled", "none", 1, 104, 100, 6],
    // the protection of the last one, which is on its way
    ["limit", 1, 100, NaN, "open", "none", 0, 0, 100, NaN],
    ["stop", 1, NaN, 106, "open", "none", 0, 0, 100, NaN],
  ]);
  assert.equal(orders.submitted, rows.length);
});

/** Trades now and then, in sizes, with limits and stops, and leaves orders open. */
const BUSY = strategyText(`{
  indicators: ({ price }) => ({ price }),
  onTick({ price }, broker, _state, context) {
    const draw = context.random();
    if (draw < 0.02) broker.target(Math.round(context.random() * 6) - 3);
    else if (draw < 0.03) broker.buy(2, { limit: price.value - 1 });
    else if (draw < 0.04) broker.sell(1, { stop: price.value - 2 });
    else if (draw < 0.045) broker.buy(1, { limit: price.value - 0.1 });
    else if (draw < 0.05) for (const { id } of broker.orders()) broker.cancel(id);
  },
}`);

Deno.test("the files of a run are one account, whoever ran its slices", async () => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText({
      instrument:
        "tick_size: 0.25, multiplier: 50, commission: { per_contract: 2 }, session: always",
      dispatcher: "slice: 10m",
    }),
    "data/ticks.csv": ticksText(walkPrices(9000)),
    "strategy.ts": BUSY,
  });
  const run = await desk.run("it.yaml");
  const { directory, result } = run;
  const file = (name: string) => `'${join(directory, name)}.parquet'`;
  const [fills, orders] = [file("fills"), file("orders")];
  const figures = await duckdb(`SELECT
    (SELECT count(*) FROM ${orders}) AS orders,
    (SELECT count(*) FROM ${orders} WHERE status = 'filled') AS filled,
    (SELECT count(*) FROM ${orders} WHERE status = 'open') AS open,
    (SELECT count(*) FROM ${orders} WHERE status IN ('cancelled', 'expired')) AS cancelled,
    (SELECT count(*) FROM ${orders} WHERE status = 'rejected') AS rejected,
    (SELECT count(*) FROM ${orders} WHERE (ended IS NULL) <> (status = 'open')) AS undated,
    (SELECT count(*) FROM ${orders} WHERE (average_price IS NULL) <> (filled = 0)) AS unpriced,
    (SELECT count(*) FROM ${orders} WHERE ended < submitted) AS early,
    (SELECT count(*) FROM ${fills}) AS fills,
    (SELECT count(*) FROM ${file("trades")}) AS trades,
    (SELECT sum(net) FROM ${file("trades")}) AS net,
    (SELECT sum(commission) FROM ${file("daily")}) AS daily_commission,
    (SELECT sum(net) FROM ${file("daily")}) AS daily_net,
    (SELECT sum(trades) FROM ${file("daily")}) AS daily_trades,
    (SELECT count(*) FROM ${file("trades")} WHERE mae > least(0, gross)
      OR mfe < greatest(0, gross) OR mae_time NOT BETWEEN entry_time AND exit_time
      OR mfe_time NOT BETWEEN entry_time AND exit_time) AS impossible`);
  const of = (name: string) => figures[name][0];
  for (const name of ["orders", "cancelled", "rejected", "fills", "trades"]) {
    assert.equal(of(name), result[name], name);
  }
  assert.equal(
    of("orders"),
    of("filled") + of("open") + of("cancelled") + of("rejected"),
  );
  for (const name of ["open", "cancelled", "rejected"]) {
    assert.ok(of(name) > 0, name);
  }
  for (const name of ["undated", "unpriced", "early", "impossible"]) {
    assert.equal(of(name), 0, name);
  }
  assert.ok(Math.abs(of("daily_commission") - result.commission) < 1e-6);
  assert.equal(of("daily_trades"), result.trades);

  const differing = await duckdb(`
    SELECT count(*) AS rows FROM (
      SELECT "order", instrument, sum(quantity) AS filled,
        sum(quantity * price) / sum(quantity) AS price, min(submitted) AS submitted,
        min(arrival) AS arrival, max(time) AS last
      FROM ${fills} GROUP BY ALL) f
    FULL JOIN (FROM ${orders} WHERE filled > 0) o USING ("order", instrument)
    WHERE o.filled IS DISTINCT FROM f.filled OR o.submitted <> f.submitted
      OR o.arrival <> f.arrival OR abs(o.average_price - f.price) > 1e-9
      OR (o.status = 'filled' AND o.ended <> f.last)`);
  assert.equal(differing.rows[0], 0);

  const way = "if(side IN ('buy', 'long'), 1, -1)";
  const { activity, long, short, by_hour, trades: all } = result.metrics;
  const sums = await duckdb(`SELECT
      sum(quantity * price) * 50 AS volume,
      sum(${way} * (price - arrival) * quantity) * 50 AS slippage,
      sum(${way} * (price - mark) * quantity) * 50 AS spread_cost
    FROM ${fills}`);
  for (const [name, [value]] of Object.entries(sums)) {
    assert.ok(Math.abs(activity[name] - value) < 1e-6 * activity.volume, name);
  }
  const sides = await duckdb(`SELECT ${way} AS way, count(*) AS count,
      sum(net) AS net, min(mae) AS worst_mae, max(mfe) AS best_mfe,
      avg(duration_s) AS average_duration_s, max(net) AS largest_winner,
      avg(net) FILTER (net < 0) AS average_loser
    FROM ${file("trades")} GROUP BY side ORDER BY way`);
  for (const [i, stats] of [short, long].entries()) {
    for (const name of Object.keys(sides).filter((name) => name !== "way")) {
      assert.ok(Math.abs(stats[name] - sides[name][i]) < 1e-6, name);
    }
  }
  assert.equal(long.count + short.count, all.count);
  const hours = await duckdb(
    `SELECT hour(entry_time AT TIME ZONE 'UTC') AS hour,
      count(*) AS count FROM ${file("trades")} GROUP BY ALL ORDER BY hour`,
  );
  assert.ok(hours.hour.length > 1);
  assert.deepEqual(
    Object.entries<{ count: number }>(by_hour).map(([name, { count }]) => [
      parseInt(name),
      count,
    ]),
    [...hours.hour].map((hour, i) => [hour, hours.count[i]]),
  );

  const three = await desk.run("it.yaml", {
    out: "runs/three",
    args: ["--workers", "3"],
  });
  assert.equal(digestOf(three), digestOf(run));
  assert.deepEqual(three.result.metrics, result.metrics);
  for (const name of ["fills", "orders", "trades", "equity", "daily"]) {
    assert.deepEqual(
      await readParquet(join(three.directory, `${name}.parquet`)),
      await readParquet(join(directory, `${name}.parquet`)),
    );
  }
  assert.ok(three.result.trades > 50);
});

const SOURCE = join(DATA, "es/ESM8_trades_20180507.csv.gz");
const PRESENT = existsSync(SOURCE);

Deno.test({
  name: PRESENT
    ? "excursions over a real session are those that DuckDB finds in its ticks"
    : "excursions over a real session (skipped: es of ../shared/data is absent)",
  ignore: !PRESENT,
  fn: async () => {
    await using desk = await Desk.make({
      "it.yaml": pipelineText({
        source: `${SOURCE}\n    format: csv`,
        instrument: "tick_size: 0.25, multiplier: 50, session: always",
        dispatcher: "slice: 10m, warmup: 2000 ticks",
        worker: "workers: 2",
      }).replace(
        "{ time: ts, price: price }",
        "{ time: { column: epoch_s, unit: s }, price: price }",
      ),
      "strategy.ts": strategyText(`{
        indicators: ({ price }) => ({ fast: sma(price, 50), slow: sma(price, 500) }),
        onTick({ fast, slow }, broker) {
          if (slow.ready) broker.target(fast.value > slow.value ? 2 : -2);
        },
      }`),
    });
    const { directory, result } = await desk.run("it.yaml");
    const found = await duckdb(
      `SELECT t.mae AS mae, t.mfe AS mfe, epoch_us(t.mae_time) AS mae_time,
        min(way * (price - entry_price) * quantity) * ${ES.multiplier} AS least,
        max(way * (price - entry_price) * quantity) * ${ES.multiplier} AS most,
        epoch_us(min_by(ticks.time, (way * (price - entry_price), n))) AS first
      FROM (SELECT *, if(side = 'long', 1, -1) AS way
        FROM '${join(directory, "trades.parquet")}') t
      JOIN ticks ON ticks.time BETWEEN entry_time AND exit_time
      WHERE (SELECT count(*) FROM ticks WHERE ticks.time = entry_time) = 1
        AND (SELECT count(*) FROM ticks WHERE ticks.time = exit_time) = 1
      GROUP BY t.mae, t.mfe, t.mae_time, entry_time ORDER BY entry_time`,
      `CREATE TABLE ticks AS SELECT row_number() OVER () AS n, price,
        make_timestamptz((epoch_s * 1000000)::BIGINT) AS time
      FROM read_csv('${SOURCE}', columns = {'epoch_s': 'DECIMAL(30,6)', 'price': 'DOUBLE'})`,
    );
    // Where several ticks have a fill's time, a query cannot tell which it was.
    assert.ok(found.mae.length > 50 && found.mae.length <= result.trades);
    assert.deepEqual(
      found.mae,
      found.least.map((value) => Math.min(0, value) + 0),
    );
    assert.deepEqual(
      found.mfe,
      found.most.map((value) => Math.max(0, value) + 0),
    );
    for (const [i, mae] of found.mae.entries()) {
      if (mae < 0) assert.equal(found.mae_time[i], found.first[i]);
    }
  },
});
