import assert from "node:assert/strict";
import {
  type CommissionPart,
  instrumentOf,
  type RateSource,
} from "../engine/host.ts";
import { commissionOf } from "../engine/broker/commission.ts";
import { SECOND } from "./helpers/engine.ts";
import { fillsOf, follow, quotes, trades } from "./helpers/script.ts";
import { composed } from "./helpers/composed.ts";

function charge(
  commission: readonly CommissionPart[],
  quantity: number,
  price: number,
  maker = false,
  multiplier = 1,
): number {
  const instrument = instrumentOf({
    symbol: "X",
    tickSize: 0.01,
    multiplier,
    commission,
  });
  return commissionOf(instrument, quantity, price, maker);
}

Deno.test("commission: per contract, per share with a minimum and a maximum", () => {
  assert.equal(charge([{ perContract: 2.05 }], 3, 5000), 2.05 * 3);
  // Interactive Brokers, fixed: 0.005 a share, at least 1.00, at most 1 %.
  const shares = [{ perContract: 0.005, minimum: 1, maximumRate: 0.01 }];
  assert.equal(charge(shares, 100, 25), 1);
  assert.equal(charge(shares, 1000, 25), 5);
  // 1 % of 1000 · 0.25 = 2.50, below 5.00.
  assert.equal(charge(shares, 1000, 0.25), 2.5);
});

Deno.test("commission: basis points, maker and taker, a rebate, exchange plus broker", () => {
  assert.equal(charge([{ rate: 0.0002 }], 2, 100, false, 50), 2);
  const perp = [{ maker: -0.0001, taker: 0.0004 }];
  assert.ok(Math.abs(charge(perp, 0.5, 60_000, false) - 12) < 1e-12);
  assert.ok(Math.abs(charge(perp, 0.5, 60_000, true) + 3) < 1e-12);
  const both = [{ perContract: 1.38 }, { perContract: 0.85, minimum: 2 }];
  assert.equal(charge(both, 1, 5000), 1.38 + 2);
});

Deno.test("commission: rounded to cents, halves away from zero", () => {
  const cents = [{ rate: 0.00002, round: 0.01 }];
  // 100,000 · 0.7002 · 0.00002 = 1.40040
  assert.equal(charge(cents, 100_000, 0.7002), 1.4);
  assert.equal(charge([{ perFill: 0.125, round: 0.01 }], 1, 1), 0.13);
  assert.equal(charge([{ perFill: -0.125, round: 0.01 }], 1, 1), -0.13);
});

Deno.test("published: AUD/USD, taker 0.00002 rounded to cents, NautilusTrader's figures", () => {
  // Five quotes a minute apart; the strategy buys 100,000 on the second and
  // sells them on the fourth. Both orders were sent on the quote before.
  const prices = [0.7, 0.7, 0.7001, 0.7002, 0.7002];
  const tape = quotes(...prices.map((p): [number, number] => [p, p]));
  const audusd = instrumentOf({
    symbol: "AUDUSD",
    tickSize: 0.00001,
    commission: [{ taker: 0.00002, round: 0.01 }],
  });
  const seen = follow(
    { 0: (b) => b.buy(100_000), 2: (b) => b.sell(100_000) },
    { ...tape, time: [0, 60, 120, 180, 240].map((s) => s * SECOND) },
    { instruments: [audusd] },
  );
  assert.deepEqual([...seen.record.fills.price], [0.7, 0.7002]);
  assert.deepEqual([...seen.record.fills.commission], [1.4, 1.4]);
  const { equity } = composed(seen.record, {
    capital: 1_000_000,
    instruments: [audusd],
  });
  assert.ok(Math.abs(equity.equity.at(-1)! - 1_000_017.2) < 1e-6);
  const realised = seen.record.fills.realised[1] - 2.8;
  assert.ok(Math.abs(realised - 17.2) < 1e-9, String(realised));
});

Deno.test("published: fees 1 %, fixed 0.1, slippage 1 %, vectorbt's figures", () => {
  // vectorbt fills on the bar of the signal; here each order is sent on the
  // event before. Prices 2, 3, 4, 5; sizes .1, −1, −.1, 1, long only: what
  // would go short only closes. The first price of vectorbt's example is NaN,
  // where its order is ignored.
  const asset = instrumentOf({
    symbol: "X",
    tickSize: 0.01,
    commission: [{ rate: 0.01, perFill: 0.1 }],
  });
  const seen = follow(
    {
      0: (b) => b.buy(0.1),
      1: (b) => b.sell(1, { reduceOnly: true }),
      2: (b) => b.sell(0.1, { reduceOnly: true }),
      3: (b) => b.buy(1),
    },
    trades(1, 2, 3, 4, 5),
    {
      instruments: [asset],
      simulation: {
        slippage: { ticks: 0, ticksPerContract: 0, rate: 0.01 },
      },
    },
  );
  const { equity, commission } = composed(seen.record, {
    capital: 100,
    instruments: [asset],
  });
  assert.ok(Math.abs(equity.equity.at(-1)! - 99.68951) < 1e-9);
  assert.ok(Math.abs(commission - 0.35549) < 1e-12);
});

Deno.test("slippage grows with size, and a limit order never pays beyond its limit", () => {
  const slippage = { ticks: 1, ticksPerContract: 0.5, rate: 0 };
  const seen = follow(
    {
      0: (b) => {
        b.buy(4);
        b.buy(4, { limit: 100.25 });
      },
    },
    trades(100, 100),
    { simulation: { slippage } },
  );
  // 100 + (1 + 4 · 0.5) · 0.25.
  assert.deepEqual(fillsOf(seen), ["2s 4 @ 100.75", "2s 4 @ 100.25"]);
});

Deno.test("FIFO: the oldest entry is closed first, and realised by itself", () => {
  const script = {
    0: (b: { buy(q: number): number }) => b.buy(2),
    1: (b: { buy(q: number): number }) => b.buy(2),
    2: (b: { sell(q: number): number }) => b.sell(3),
    3: (b: { sell(q: number): number }) => b.sell(2),
  };
  const tape = trades(100, 100, 104, 110, 90);
  const run = (positions: "fifo" | "average") =>
    follow(script, tape, { simulation: { positions } }).record.fills.realised;
  // 2 at 100 and 1 at 104 sold at 110: (2·10 + 1·6)·50; then 1 at 104 at 90,
  // and 1 opens a short.
  assert.deepEqual([...run("fifo")], [0, 0, 1300, -700]);
  // All at 102: 3·8·50; then 1·(90 − 102)·50.
  assert.deepEqual([...run("average")], [0, 0, 1200, -600]);
});

Deno.test("inverse: a contract of 100 USD is worth 100 / price in BTC", () => {
  const perp = instrumentOf({
    symbol: "XBTUSD",
    tickSize: 0.5,
    multiplier: 100,
    inverse: true,
    currency: "BTC",
    commission: [{ rate: 0.001 }],
  });
  const seen = follow(
    { 0: (b) => b.buy(10), 2: (b) => b.sell(10) },
    trades(50_000, 50_000, 40_000, 40_000),
    { instruments: [perp] },
  );
  // Long 1,000 USD from 50,000 to 40,000: 1000 · (1/50000 − 1/40000) = −0.005.
  assert.ok(Math.abs(seen.record.fills.realised[1] + 0.005) < 1e-15);
  // 0.1 % of 0.02 and of 0.025 BTC.
  assert.ok(Math.abs(seen.record.fills.commission[0] - 0.00002) < 1e-18);
  const { equity } = composed(seen.record, { capital: 1, instruments: [perp] });
  assert.ok(Math.abs(equity.equity.at(-1)! - (1 - 0.005 - 0.000045)) < 1e-15);
});

Deno.test("currencies: balances stay in theirs and are valued at the rate now", () => {
  const fdax = instrumentOf({
    symbol: "FDAX",
    tickSize: 0.5,
    multiplier: 25,
    currency: "EUR",
    commission: [{ perContract: 2 }],
  });
  const eurusd = instrumentOf({ symbol: "EURUSD", tickSize: 0.00001 });
  const rates: RateSource[] = [
    { kind: "mark", instrument: 1, inverted: false },
    { kind: "fixed", rate: 1 },
  ];
  const seen = follow(
    { 1: (b) => b.buy(1), 3: (b) => b.sell(1) },
    [
      trades(16_000, 16_000, 16_000, 16_010, 16_010, 16_010),
      {
        ...quotes([1.0999, 1.1001], [1.1999, 1.2001]),
        instrument: 1,
        time: [0.5 * SECOND, 5.5 * SECOND],
      },
    ],
    { instruments: [fdax, eurusd], account: { rates } },
  );
  assert.deepEqual(fillsOf(seen), ["3s 1 @ 16000", "5s -1 @ 16010"]);
  const { equity } = composed(seen.record, {
    capital: 1000,
    instruments: [fdax, eurusd],
  });
  // (10 · 25 − 4) EUR = 246; at 1.10 when it was closed, at 1.20 at the end.
  assert.ok(Math.abs(equity.equity.at(-2)! - (1000 + 246 * 1.1)) < 1e-9);
  assert.ok(Math.abs(equity.equity.at(-1)! - (1000 + 246 * 1.2)) < 1e-9);
});

Deno.test("margin: what the account cannot carry is rejected, a call liquidates", () => {
  const es = instrumentOf({
    symbol: "ES",
    tickSize: 0.25,
    multiplier: 50,
    margin: {
      initial: { per: "contract", amount: 10_000 },
      maintenance: { per: "contract", amount: 9_000 },
    },
  });
  const seen = follow(
    {
      0: (b) => {
        b.buy(3);
        b.buy(2);
      },
      1: (b) => assert.equal(b.account.equity, 25_000),
    },
    trades(5000, 5000, 4950, 4930, 4920, 4925),
    {
      instruments: [es],
      account: { capital: 25_000, marginCall: "liquidate", tracked: true },
    },
  );
  assert.equal(seen.news[0], "0 rejected margin");
  // 2 · 9,000 is more than 25,000 − 2 · 80 · 50 = 17,000 at 4920: out at 4925.
  assert.deepEqual(fillsOf(seen), ["2s 2 @ 5000", "6s -2 @ 4925"]);
});

Deno.test("expiry: orders end, the position is settled, and nothing trades any more", () => {
  const future = instrumentOf({
    symbol: "ESH4",
    tickSize: 0.25,
    multiplier: 50,
    commission: [{ perContract: 2 }],
    expiry: 2.5 * SECOND,
  });
  const seen = follow(
    {
      0: (b) => {
        b.buy(2);
        b.buy(1, { limit: 90 });
      },
      2: (b) => {
        b.buy(1);
        b.target(3);
      },
    },
    trades(100, 100, 104, 80),
    { instruments: [future] },
  );
  // Settled at 100, the last price before 2.5 s, and free of commission.
  assert.deepEqual(fillsOf(seen), ["2s 2 @ 100", "2.5s -2 @ 100"]);
  assert.deepEqual([...seen.record.fills.commission], [4, 0]);
  assert.deepEqual(seen.news, [
    "0 accepted none",
    "0 cancelled expired_contract",
    "1 rejected expired_contract",
  ]);
  assert.equal(seen.record.working, 0);
});

Deno.test("roll: both ways are paid for, and the gap is no profit", () => {
  const roll = (prices: "raw" | "back_adjusted") => {
    const future = instrumentOf({
      symbol: "ES",
      tickSize: 0.25,
      multiplier: 50,
      commission: [{ perContract: 2 }],
      roll: { at: [2.5 * SECOND], prices },
    });
    const seen = follow(
      {
        0: (b) => {
          b.sell(2);
          b.buy(1, { limit: 90 });
        },
      },
      trades(100, 100, 150, 151),
      { instruments: [future] },
    );
    const options = { capital: 10_000, instruments: [future] };
    const { equity } = composed(seen.record, options);
    return {
      fills: fillsOf(seen),
      final: equity.equity.at(-1),
      news: seen.news,
    };
  };
  const raw = roll("raw");
  assert.deepEqual(raw.fills, ["2s -2 @ 100", "2.5s 2 @ 100", "3s -2 @ 150"]);
  assert.equal(raw.final, 10_000 - 12 - 2 * 50);
  assert.ok(raw.news.includes("0 cancelled rolled"));
  const adjusted = roll("back_adjusted");
  assert.deepEqual(adjusted.fills, [
    "2s -2 @ 100",
    "2.5s 2 @ 100",
    "2.5s -2 @ 100",
  ]);
  assert.equal(adjusted.final, 10_000 - 12 - 2 * 51 * 50);
});
