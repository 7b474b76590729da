import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as engine from "../engine/mod.ts";
import { duckdb, selection } from "./helpers/duckdb.ts";
import { assertClose, valuesOf } from "./helpers/indicators.ts";

const FILE = "../shared/data/es/ESM8_trades_20180507.csv.gz";
/** Of the file's rows, for the time that DuckDB takes. */
const ROWS = 20_000;

/** Real trades: nanoseconds since the day's beginning, and prices. */
function realTrades(): { time: Float64Array; price: Float64Array } {
  const text = gunzipSync(readFileSync(FILE)).toString("latin1");
  const lines = text.split("\n").slice(1, ROWS + 1);
  const day = 1_525_651_200;
  return {
    time: Float64Array.from(lines, (line) => {
      const [seconds, micros = ""] = line.split(",")[0].split(".");
      return (Number(seconds) - day) * 1e9 +
        Number(micros.padEnd(6, "0")) * 1e3;
    }),
    price: Float64Array.from(lines, (line) => Number(line.split(",")[1])),
  };
}

/** What DuckDB computes over the same trades. */
function overTrades(
  expressions: Readonly<Record<string, string>>,
  windows: string,
): Promise<Record<string, Float64Array>> {
  return duckdb(
    `SELECT ${selection(expressions)} FROM t WINDOW ${windows} ORDER BY i`,
    `CREATE TABLE t AS
      SELECT row_number() OVER () AS i, column0 * 1000000 AS us, column1 AS price
      FROM (SELECT column0::DECIMAL(28, 6) AS column0, column1::DOUBLE AS column1
            FROM read_csv('${FILE}', header = false, skip = 1, all_varchar = true)
            LIMIT ${ROWS})`,
  );
}

Deno.test({
  name: "over rows of real trades indicators are DuckDB's window functions",
  ignore: !existsSync(FILE),
  async fn() {
    const should = await overTrades(
      {
        sma: "avg(price) OVER w",
        sum: "sum(price) OVER w",
        std: "stddev_pop(price) OVER w",
        sample: "var_samp(price) OVER w",
        min: "min(price) OVER w",
        max: "max(price) OVER w",
        median: "median(price) OVER w",
        quantile: "quantile_cont(price, 0.9) OVER w",
        diff: "price - lag(price, 99) OVER (ORDER BY i)",
      },
      "w AS (ORDER BY i ROWS BETWEEN 99 PRECEDING AND CURRENT ROW)",
    );
    const { time, price } = realTrades();
    const is = valuesOf(({ price: p }) => ({
      sma: engine.sma(p, 100),
      sum: engine.sum(p, 100),
      std: engine.std(p, 100),
      sample: engine.variance(p, 100, { sample: true }),
      min: engine.min(p, 100),
      max: engine.max(p, 100),
      median: engine.median(p, 100),
      quantile: engine.quantile(p, 100, 0.9),
      diff: engine.diff(p, 99),
    }), { kind: "trades", time, columns: { price } });
    for (const [name, values] of Object.entries(should)) {
      // DuckDB's windows at the start hold what there is.
      values.fill(NaN, 0, 99);
      assertClose(name, is[name], values, 1e-9, 1e-9);
    }
  },
});

Deno.test({
  name: "over times of real trades indicators are DuckDB's window functions",
  ignore: !existsSync(FILE),
  async fn() {
    const should = await overTrades(
      {
        sma: "avg(price) OVER w",
        sum: "sum(price) OVER w",
        std: "stddev_pop(price) OVER w",
        min: "min(price) OVER w",
        max: "max(price) OVER w",
        median: "median(price) OVER w",
        rows: "count(*) OVER w",
      },
      // Times are whole microseconds, so this is (t - 30 s, t].
      "w AS (ORDER BY us RANGE BETWEEN 29999999 PRECEDING AND CURRENT ROW)",
    );
    const { time, price } = realTrades();
    const is = valuesOf(({ price: p }) => ({
      sma: engine.sma(p, "30s"),
      sum: engine.sum(p, "30s"),
      std: engine.std(p, "30s"),
      min: engine.min(p, "30s"),
      max: engine.max(p, "30s"),
      median: engine.median(p, "30s"),
      rows: engine.rowsWithin(p, "30s"),
    }), { kind: "trades", time, columns: { price } });
    const first = time.findIndex((t) => t - time[0] >= 30e9);
    for (const [name, values] of Object.entries(should)) {
      for (let i = 0; i < values.length; i++) {
        // DuckDB's windows at the start hold what there is, and a row of its
        // windows sees the later rows of its own time.
        if (i < first || time[i + 1] === time[i]) {
          values[i] = is[name][i] = NaN;
        }
      }
      assertClose(name, is[name], values, 1e-9, 1e-9);
    }
  },
});
