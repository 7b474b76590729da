import { existsSync, readFileSync } from "node:fs";
import * as engine from "../engine/mod.ts";
import { duckdb, selection } from "./helpers/duckdb.ts";
import { assertClose, valuesOf } from "./helpers/indicators.ts";

const FOLDER = "../shared/data/btc";
const QUOTES = `${FOLDER}/tardis_binance-futures_BTCUSDT_quotes_10k.csv`;
const TRADES = `${FOLDER}/tardis_binance-futures_BTCUSDT_trades_10k.csv`;

/** Numbers of a CSV file by column; words become NaN. */
function read(file: string): Record<string, Float64Array> {
  const [head, ...lines] = readFileSync(file, "utf8").trim().split("\n")
    .map((line) => line.trim().split(","));
  return Object.fromEntries(head.map((name, c) => [
    name,
    Float64Array.from(lines, (line) => Number(line[c])),
  ]));
}

const last = (column: string) => `lag(${column}) OVER (ORDER BY i)`;
const FLOW = `CASE WHEN bid_price >= ${
  last("bid_price")
} THEN bid_amount ELSE 0 END
  - CASE WHEN bid_price <= ${last("bid_price")} THEN ${
  last("bid_amount")
} ELSE 0 END
  - CASE WHEN ask_price <= ${last("ask_price")} THEN ask_amount ELSE 0 END
  + CASE WHEN ask_price >= ${last("ask_price")} THEN ${
  last("ask_amount")
} ELSE 0 END`;

Deno.test({
  name: "over real quotes indicators are what SQL says",
  ignore: !existsSync(QUOTES),
  async fn() {
    const should = await duckdb(`SELECT ${
      selection({
        mid: "(bid_price + ask_price) / 2",
        spread: "ask_price - bid_price",
        micro:
          "(bid_price * ask_amount + ask_price * bid_amount) / (bid_amount + ask_amount)",
        flow: FLOW,
      })
    } FROM (SELECT row_number() OVER () AS i, * FROM read_csv('${QUOTES}'))
    ORDER BY i`);
    should.flow[0] = NaN;
    const { timestamp, bid_price: bid, ask_price: ask, ...sizes } = read(
      QUOTES,
    );
    const time = timestamp.map((us) => (us - timestamp[0]) * 1e3);
    const { bid_amount: bid_size, ask_amount: ask_size } = sizes;
    const is = valuesOf((c) => ({
      mid: engine.mid(c),
      spread: engine.spread(c),
      micro: engine.microPrice(c),
      flow: engine.orderFlow(c),
      imbalance: engine.orderFlowImbalance(c, 50),
    }), {
      kind: "quotes",
      time,
      columns: { bid, ask, bid_size, ask_size },
    });
    for (const [name, values] of Object.entries(should)) {
      assertClose(name, is[name], values, 1e-12, 1e-9);
    }
    const sums = should.flow.map((_, i) =>
      i < 50 ? NaN : should.flow.subarray(i - 49, i + 1).reduce((a, b) => a + b)
    );
    assertClose("imbalance", is.imbalance, sums, 1e-9, 1e-9);
  },
});

Deno.test({
  name: "over real trades volumes and bars are what SQL says",
  ignore: !existsSync(TRADES),
  async fn() {
    const { timestamp, price, amount: size } = read(TRADES);
    const time = timestamp.map((us) => us * 1e3 - 1_582_329_600e9);
    const signed = "CASE side WHEN 'buy' THEN amount ELSE -amount END";
    const rows = "OVER (ORDER BY i ROWS 99 PRECEDING)";
    const { side, ...should } = await duckdb(`SELECT ${
      selection({
        side: "CASE side WHEN 'buy' THEN 1 ELSE -1 END",
        imbalance: `sum(${signed}) ${rows} / sum(amount) ${rows}`,
        rolling: `sum(price * amount) ${rows} / sum(amount) ${rows}`,
      })
    } FROM (SELECT row_number() OVER () AS i, * FROM read_csv('${TRADES}'))
    ORDER BY i`);
    const bars = await duckdb(`SELECT ${
      selection({
        open: "first(price ORDER BY i)",
        high: "max(price)",
        low: "min(price)",
        close: "last(price ORDER BY i)",
        volume: "sum(amount)",
        count: "count(*)",
        vwap: "sum(price * amount) / sum(amount)",
      })
    } FROM (SELECT row_number() OVER () AS i, * FROM read_csv('${TRADES}'))
    GROUP BY timestamp // 10000000 ORDER BY timestamp // 10000000`);
    const is = valuesOf((c) => ({
      imbalance: engine.tradeImbalance(c, 100),
      ...c.bars("10s"),
      rolling: engine.vwap(c, 100),
    }), { kind: "trades", time, columns: { price, size, side } });
    should.imbalance.fill(NaN, 0, 99);
    assertClose("imbalance", is.imbalance, should.imbalance, 1e-9, 1e-9);
    should.rolling.fill(NaN, 0, 99);
    assertClose("rolling", is.rolling, should.rolling, 1e-12);
    const ten = time.map((t) => Math.floor(t / 10e9));
    for (const [name, values] of Object.entries(bars)) {
      let complete = 0;
      const at = ten.map((k, i) =>
        values[(complete += Number(i > 0 && k !== ten[i - 1])) - 1] ?? NaN
      );
      assertClose(name, is[name], at, 1e-9);
    }
  },
});
