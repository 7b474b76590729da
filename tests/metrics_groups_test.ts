import assert from "node:assert/strict";
import fc from "fast-check";
import {
  benchmarkStats,
  costBeside,
  drawdownSpells,
  drawdownStats,
  expectedMaxSharpe,
  heldSpans,
  kurtosis,
  mergeMoments,
  momentsOf,
  NO_MOMENTS,
  omega,
  probabilisticSharpe,
  quantileOf,
  sharpeMoments,
  skewness,
  sqn,
  streak,
  timeInMarket,
  tradeStats,
} from "../engine/metrics/mod.ts";
import { benchmarkReturns } from "../stages/aggregator/benchmark_returns.ts";
import { tradeGroups } from "../stages/aggregator/trade_groups.ts";
import type { TradeColumns } from "../stages/aggregator/trades.ts";
import { ES, NQ } from "./helpers/engine.ts";

function near(found: number | null, expected: number, relative = 1e-9): void {
  assert.ok(
    found !== null &&
      Math.abs(found - expected) <= relative * Math.max(1, Math.abs(expected)),
    `${found} against ${expected}`,
  );
}

Deno.test("moments of parts, put together, are those of the whole", () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      const [left, middle, right] = [a, b, c].map(momentsOf);
      const whole = momentsOf([...a, ...b, ...c]);
      for (
        const merged of [
          mergeMoments(mergeMoments(left, middle), right),
          mergeMoments(left, mergeMoments(middle, right)),
        ]
      ) {
        for (const key of ["count", "mean", "m2", "m3", "m4"] as const) {
          const scale = 1 + whole.m2 ** (Number(key.slice(1)) / 2 || 1);
          near(merged[key] / scale, whole[key] / scale);
        }
      }
      assert.deepEqual(mergeMoments(NO_MOMENTS, whole), whole);
      assert.deepEqual(mergeMoments(whole, NO_MOMENTS), whole);
    }),
    { numRuns: 300 },
  );
});

Deno.test("what is not defined is null", () => {
  const none = momentsOf([]);
  const equal = momentsOf([0.1, 0.1, 0.1, 0.1, 0.1]);
  for (const moments of [none, momentsOf([1, 2]), equal]) {
    assert.equal(skewness(moments), null);
    assert.equal(kurtosis(moments), null);
  }
  assert.equal(sharpeMoments(new Float64Array(0)), null);
  assert.equal(sharpeMoments(new Float64Array(5).fill(0.1)), null);
  assert.equal(omega([0.1, 0]), null);
  assert.equal(omega(null), null);
  assert.equal(quantileOf([], 0.5), null);
  assert.equal(drawdownSpells([1], 0), null);
  assert.equal(timeInMarket([], []), null);
  const { win_rate, sqn, kelly, worst_mae, average_duration_s, count } =
    tradeStats({
      net: [],
      commission: [],
      mae: [],
      mfe: [],
      entry_time: [],
      exit_time: [],
    });
  assert.deepEqual(
    { win_rate, sqn, kelly, worst_mae, average_duration_s, count },
    {
      win_rate: null,
      sqn: null,
      kelly: null,
      worst_mae: null,
      average_duration_s: null,
      count: 0,
    },
  );
  const { beta, information_ratio } = benchmarkStats([0.1], [0.1], 252);
  assert.deepEqual([beta, information_ratio], [null, null]);
});

Deno.test("NaN values are left out", () => {
  assert.deepEqual(momentsOf([1, NaN, 3]), momentsOf([1, 3]));
  assert.equal(quantileOf([3, NaN, 1], 0.25), 1.5);
  assert.equal(
    benchmarkStats([0.1, NaN, 0.3, 0.2], [NaN, 1, 0.3, 0.1], 1).periods,
    2,
  );
});

Deno.test("the worked example of the deflated Sharpe ratio's paper", () => {
  // Bailey and López de Prado (2014): 1,250 daily returns, a Sharpe ratio of 2.5
  // a year (250 days), the best of 100 whose ratios have a variance of 1/2 a
  // year; skewness −3, kurtosis 10: SR0 is 0.1132, the answer 0.9004.
  const returns = {
    count: 1250,
    sharpe: 2.5 / Math.sqrt(250),
    skew: -3,
    kurtosis: 10,
  };
  const luck = expectedMaxSharpe(100, 1 / 2 / 250);
  assert.equal(luck.toFixed(4), "0.1132");
  assert.equal(probabilisticSharpe(returns, luck)?.toFixed(4), "0.9004");
});

Deno.test("spells below a peak, and how long they lasted", () => {
  // 110 is the peak until 121, and 121 until the end
  const values = [110, 99, 105, 121, 120];
  assert.deepEqual(drawdownSpells(values, 100), [
    { peak: 0, trough: 1, recovery: 3, depth: (99 - 110) / 110 },
    { peak: 3, trough: 4, recovery: null, depth: (120 - 121) / 121 },
  ]);
  const { ulcer_index, ...stats } = drawdownStats(values, 100)!;
  const falls = [0, 11 / 110, 5 / 110, 0, 1 / 121];
  near(
    ulcer_index,
    Math.sqrt(falls.reduce((sum, fall) => sum + fall * fall, 0) / 5),
  );
  assert.deepEqual(stats, {
    max: -0.1,
    average: (-0.1 - 1 / 121) / 2,
    spells: 2,
    longest: 3,
    average_length: 2,
    longest_recovery: 2,
    current: -1 / 121,
  });
  // it never gets back to the start
  const [only] = drawdownSpells([90, 80, 95], 100)!;
  assert.deepEqual(only, {
    peak: -1,
    trough: 1,
    recovery: null,
    depth: -0.2,
  });
  assert.equal(drawdownStats([90, 80, 95], 100)?.longest, 3);
  assert.deepEqual(drawdownSpells([100, 101], 100), []);
});

Deno.test("trades: winners, losers and streaks by hand", () => {
  const stats = tradeStats({
    net: [30, 10, -5, 0, -10, -15, 20],
    commission: [1, 1, 1, 1, 1, 1, 1],
    mae: [-5, 0, -10, -5, -20, -30, -10],
    mfe: [40, 20, 0, 10, 0, 5, 25],
    entry_time: [0, 10, 20, 30, 40, 50, 60].map((s) => s * 1e9),
    exit_time: [4, 14, 24, 34, 44, 54, 74].map((s) => s * 1e9),
  });
  assert.deepEqual(stats, {
    count: 7,
    winners: 3,
    losers: 3,
    net: 30,
    commission: 7,
    gross_profit: 60,
    gross_loss: -30,
    win_rate: 3 / 7,
    profit_factor: 2,
    expectancy: 30 / 7,
    payoff: 2,
    average_winner: 20,
    average_loser: -10,
    largest_winner: 30,
    largest_loser: -15,
    longest_winning_streak: 2,
    // the even trade is neither
    longest_losing_streak: 2,
    sqn: sqn([30, 10, -5, 0, -10, -15, 20]),
    kelly: 3 / 7 - (4 / 7) / 2,
    average_duration_s: 38 / 7,
    average_mae: -80 / 7,
    average_mfe: 100 / 7,
    worst_mae: -30,
    best_mfe: 40,
    edge_ratio: 100 / 80,
  });
  // N = 4, mean 2, deviation √(((8² + 2² + 4² + 6²)) / 3)
  near(sqn([10, 0, -2, 0]), 2 * 2 / Math.sqrt((64 + 4 + 16 + 4) / 3));
  assert.equal(streak([1, 1, 0, 1], 1), 2);
});

Deno.test("time in market counts trading time, whichever instrument is held", () => {
  const fills = {
    time: [10, 20, 30, 40, 90, 130],
    instrument: [0, 1, 0, 1, 0, 0],
    side: [1, -1, -1, 1, 1, 1],
    quantity: [0.1, 1, 0.1, 1, 2, 2],
  };
  const spans = heldSpans(fills, 150);
  assert.deepEqual(spans, [{ from: 10, to: 40 }, { from: 90, to: 150 }]);
  // 10–40 of 0–50, and 100–140 of 100–140
  const trading = [{ from: 0, to: 50 }, { from: 100, to: 140 }];
  assert.equal(timeInMarket(spans, trading), (30 + 40) / 90);
});

Deno.test("fills cost what they are worse than a reference", () => {
  const fills = { side: [1, -1], quantity: [2, 2], price: [101, 103] };
  assert.equal(costBeside(fills, [100, 104]), 4);
  assert.equal(costBeside(fills, [NaN, 102]), -2);
});

Deno.test("a benchmark's returns go from close to close", () => {
  const sessions = [[0, 10], [20, 30], [40, 50], [60, 70]].map((
    [open, close],
    i,
  ) => ({ date: `2024-03-0${i + 1}`, open, close }));
  const closes = [
    Float64Array.of(10, 30, 50, 65),
    Float64Array.of(1, 1, 1, 1),
    Float64Array.of(100, 110, 99, 99),
  ];
  assert.deepEqual(
    [...benchmarkReturns(closes, 1, sessions)],
    [NaN, 110 / 100 - 1, 99 / 110 - 1, 0],
  );
});

Deno.test("trades are told apart by side, instrument, and hour and day of entry", () => {
  const entries = [
    "2024-03-04T14:59:59Z",
    "2024-03-04T15:00:00Z",
    "2024-03-08T15:30:00Z",
    "2024-03-10T00:00:00Z",
  ];
  // midnight of the run's first day is not midnight of another zone
  const origin = 1_000_000n * BigInt(Date.parse("2024-03-01T00:00:00Z")) +
    500n;
  const time = Float64Array.from(
    entries,
    (iso) => Number(1_000_000n * BigInt(Date.parse(iso)) - origin),
  );
  const four = Float64Array.of(1, 2, 4, 8);
  const trades = {
    instrument: Float64Array.of(0, 1, 1, 0),
    side: Float64Array.of(1, -1, 1, 1),
    net: four,
    commission: four,
    mae: four,
    mfe: four,
    entry_time: time,
    exit_time: time,
  } as unknown as TradeColumns;
  const groups = tradeGroups(trades, { instruments: [ES, NQ], origin });
  const nets = (group: Readonly<Record<string, { net: number }>>) =>
    Object.fromEntries(
      Object.entries(group).map(([name, { net }]) => [name, net]),
    );
  const { long, short, ...rest } = groups;
  assert.deepEqual([long.net, short.net], [13, 2]);
  assert.deepEqual(nets(rest.by_instrument), { ES: 9, NQ: 6 });
  assert.deepEqual(nets(rest.by_hour), { "00:00": 8, "14:00": 1, "15:00": 6 });
  assert.deepEqual(nets(rest.by_weekday), { monday: 3, friday: 4, sunday: 8 });
});
