import assert from "node:assert/strict";
import fc from "fast-check";
import {
  cagr,
  calmar,
  dailyReturns,
  expectancy,
  maxDrawdown,
  payoff,
  profitFactor,
  sharpe,
  sortino,
  totalReturn,
  volatility,
  winRate,
} from "../engine/metrics/mod.ts";

/** From empyrical's tests; a NaN return is left out there. */
const MIXED = [NaN, 1, 10, -4, 2, 3, 2, 1, -10].map((percent) => percent / 100);
const NEGATIVE = [0, -6, -7, -1, -9, -2, -6, -8, -5].map((percent) =>
  percent / 100
);

/**
 * The first is of NautilusTrader's tests, the second of empyrical's and, with
 * the same convention, vectorbt's: mean / std(ddof 1) · √252, risk-free rate 0.
 */
Deno.test("Sharpe: published figures of NautilusTrader and empyrical", () => {
  near(sharpe([0.01, -0.02, 0.015, -0.005, 0.025], 252), 4.48998886412873);
  near(sharpe(MIXED, 252), 1.7238613961706866);
});

/**
 * Likewise: mean / √(Σ min(r, 0)² / N) · √252, where N counts all returns. (The
 * deviation of negative returns alone, which other packages take, gives others.)
 */
Deno.test("Sortino: published figures of NautilusTrader and empyrical", () => {
  near(sortino([-0.01, 0.02, -0.015, 0.005, -0.02], 252), -5.273224492824493);
  near(sortino(MIXED, 252), 2.605531251673693);
  near(sortino(NEGATIVE, 252), -13.532743075043401);
});

Deno.test("volatility, CAGR and Calmar: published figures of empyrical", () => {
  near(volatility(MIXED, 252), 0.9136465399704637);
  const equity = grown(MIXED.slice(1), 1);
  // empyrical counts the day of the NaN as a period
  const growth = cagr({
    start: 1,
    end: equity.at(-1) ?? NaN,
    periods: 9,
    A: 252,
  });
  near(growth, 1.9135925373194231);
  near(calmar(growth, maxDrawdown(equity, 1)), 19.135925373194233);
});

/** From a peak that begins at the start, as a negative fraction of the peak. */
Deno.test("maximum drawdown: published figures of empyrical", () => {
  near(maxDrawdown(grown(MIXED.slice(1), 1), 1)?.fraction ?? null, -0.1);
  const fall = maxDrawdown(grown(NEGATIVE, 1), 1)?.fraction ?? NaN;
  assert.ok(Math.abs(fall + 0.3659073) < 1e-7);
});

Deno.test("Sharpe by hand", () => {
  // mean 0.02, deviations −0.01, 0, 0.01: std √(0.0002 / 2) = 0.01
  near(sharpe([0.01, 0.02, 0.03], 1), 2);
  near(sharpe([0.01, 0.02, 0.03], 4), 4);
});

Deno.test("Sortino by hand", () => {
  // mean 0.01, downside √(0.02² / 4) = 0.01
  near(sortino([-0.02, 0.02, 0.02, 0.02], 1), 1);
});

Deno.test("daily returns start from the starting equity", () => {
  const returns = dailyReturns([110, 99, 99, 148.5], 100);
  assert.equal(returns?.length, 4);
  [0.1, -0.1, 0, 0.5].forEach((value, i) => near(returns?.[i] ?? null, value));
  assert.deepEqual(dailyReturns([], 100), new Float64Array());
});

Deno.test("daily returns have no meaning once there is nothing to lose", () => {
  assert.equal(dailyReturns([10], 0), null);
  assert.equal(dailyReturns([10], -5), null);
  assert.equal(dailyReturns([10, 0, 10], 20), null);
  assert.equal(dailyReturns([10, NaN], 20), null);
  assert.deepEqual(dailyReturns([10, -5], 20), new Float64Array([-0.5, -1.5]));
});

Deno.test("undefined ratios are null", () => {
  for (const ratio of [sharpe, volatility]) {
    assert.equal(ratio([], 252), null);
    assert.equal(ratio([0.1], 252), null);
    assert.equal(ratio([0.1, NaN], 252), null);
    assert.equal(ratio([0.1, Infinity], 252), null);
    assert.equal(ratio(null, 252), null);
  }
  assert.equal(sharpe([0.1, 0.1, 0.1], 252), null);
  assert.equal(volatility([0.1, 0.1, 0.1], 252), 0);
  assert.equal(sortino([], 252), null);
  assert.equal(sortino([0.1, 0, 0.2], 252), null);
  assert.equal(sortino(null, 252), null);
});

Deno.test("growth by hand and where it is undefined", () => {
  near(cagr({ start: 100, end: 121, periods: 504, A: 252 }), 0.1);
  assert.equal(cagr({ start: 100, end: 0, periods: 252, A: 252 }), -1);
  assert.equal(cagr({ start: 100, end: -1, periods: 252, A: 252 }), null);
  assert.equal(cagr({ start: 0, end: 1, periods: 252, A: 252 }), null);
  assert.equal(cagr({ start: 100, end: 121, periods: 0, A: 252 }), null);
  assert.equal(cagr({ start: 1, end: 1e300, periods: 1, A: 252 }), null);
  near(totalReturn(100, 90), -0.1);
  assert.equal(totalReturn(0, 90), null);
  near(calmar(0.1, { fraction: -0.25 }), 0.4);
  assert.equal(calmar(0.1, { fraction: 0 }), null);
  assert.equal(calmar(0, { fraction: 0 }), null);
  assert.equal(calmar(null, { fraction: -0.1 }), null);
  assert.equal(calmar(0.1, null), null);
});

Deno.test("maximum drawdown by hand", () => {
  assert.deepEqual(maxDrawdown([110, 120, 90, 100, 125], 100), {
    fraction: -0.25,
    amount: -30,
    peak: 1,
    trough: 2,
    recovery: 4,
  });
  assert.deepEqual(maxDrawdown([90, 80, 99], 100), {
    fraction: -0.2,
    amount: -20,
    peak: -1,
    trough: 1,
    recovery: null,
  });
  // reaching the peak again is recovery enough; a later, shallower fall changes nothing
  assert.deepEqual(maxDrawdown([50, 100, 90, 100], 100), {
    fraction: -0.5,
    amount: -50,
    peak: -1,
    trough: 0,
    recovery: 1,
  });
  // 100 → 50 is deeper than 1000 → 600, though it is less money
  assert.deepEqual(maxDrawdown([50, 1000, 600], 100), {
    fraction: -0.5,
    amount: -50,
    peak: -1,
    trough: 0,
    recovery: 1,
  });
  assert.deepEqual(maxDrawdown([100, 101], 100), {
    fraction: 0,
    amount: 0,
    peak: null,
    trough: null,
    recovery: null,
  });
  assert.equal(maxDrawdown([-50], 100)?.fraction, -1.5);
  assert.equal(maxDrawdown([1], 0), null);
  assert.equal(maxDrawdown([NaN], 1), null);
});

Deno.test("trade ratios by hand", () => {
  const trades = nets(30, -10, -5, 0);
  assert.equal(profitFactor(trades), 2);
  assert.equal(expectancy(trades), 3.75);
  assert.equal(winRate(trades), 0.25);
  assert.equal(payoff(trades), 4);
});

Deno.test("undefined trade ratios are null", () => {
  for (const ratio of [profitFactor, expectancy, winRate, payoff]) {
    assert.equal(ratio([]), null);
  }
  assert.equal(profitFactor(nets(1, 2)), null);
  assert.equal(payoff(nets(1, 2)), null);
  assert.equal(payoff(nets(-1, -2)), null);
  assert.equal(profitFactor(nets(-1, -2)), 0);
  assert.equal(winRate(nets(-1, 0)), 0);
  assert.equal(expectancy(nets(-1, 1)), 0);
});

const percents = fc.integer({ min: -90, max: 200 }).map((percent) =>
  percent / 100
);
const returnsList = fc.array(percents, { maxLength: 40 });

Deno.test("ratios do not depend on the scale of returns and grow with √A", () => {
  fc.assert(
    fc.property(
      returnsList,
      fc.integer({ min: 1, max: 20 }),
      (returns, scale) => {
        const scaled = returns.map((value) => value * scale);
        for (const ratio of [sharpe, sortino]) {
          const once = ratio(returns, 252);
          const again = ratio(scaled, 252);
          if (once === null || again === null) continue;
          near(again, once, 1e-9 * (1 + Math.abs(once)));
          near(ratio(returns, 1008), 2 * once, 1e-9 * (1 + Math.abs(once)));
        }
      },
    ),
  );
});

Deno.test("no metric is ever NaN or infinite", () => {
  const anything = fc.array(fc.double(), { maxLength: 12 });
  const ok = (value: number | null | undefined) =>
    assert.ok(value === null || value === undefined || Number.isFinite(value));
  fc.assert(
    fc.property(anything, fc.double(), fc.double(), (values, start, end) => {
      ok(sharpe(values, 252));
      ok(sortino(values, 252));
      ok(volatility(values, 252));
      ok(sharpe(dailyReturns(values, start), 252));
      const drawdown = maxDrawdown(values, start);
      ok(drawdown?.fraction);
      const growth = cagr({ start, end, periods: values.length, A: 252 });
      ok(growth);
      ok(totalReturn(start, end));
      ok(calmar(growth, drawdown));
      const trades = nets(...values);
      for (const ratio of [profitFactor, expectancy, winRate, payoff]) {
        ok(ratio(trades));
      }
    }),
  );
});

Deno.test("maximum drawdown agrees with trying every pair", () => {
  const equities = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 25 });
  fc.assert(
    fc.property(equities, fc.integer({ min: 1, max: 60 }), (equity, start) => {
      const all = [start, ...equity];
      let deepest = 0;
      for (let i = 0; i < all.length; i++) {
        for (let j = i + 1; j < all.length; j++) {
          deepest = Math.min(deepest, (all[j] - all[i]) / all[i]);
        }
      }
      const found = maxDrawdown(equity, start);
      assert.ok(found);
      assert.equal(found.fraction, deepest);
      if (found.peak === null || found.trough === null) return;
      const [peak, trough] = [all[found.peak + 1], all[found.trough + 1]];
      assert.equal((trough - peak) / peak, deepest);
      assert.equal(trough - peak, found.amount);
      const back = equity.findIndex((value, i) =>
        i > (found.trough ?? 0) && value >= peak
      );
      assert.equal(found.recovery, back === -1 ? null : back);
    }),
  );
});

Deno.test("daily returns compound to the total return", () => {
  const equities = fc.array(fc.integer({ min: 1, max: 1000 }), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(fc.property(equities, (equity) => {
    const returns = dailyReturns(equity, 500);
    assert.ok(returns);
    const end = grown(Array.from(returns), 500).at(-1) ?? NaN;
    near(end, equity[equity.length - 1], 1e-6);
  }));
});

function grown(returns: readonly number[], start: number): number[] {
  let equity = start;
  return returns.map((value) => equity *= 1 + value);
}

function nets(...values: number[]): number[] {
  return values;
}

function near(
  actual: number | null,
  expected: number,
  tolerance = 1e-12,
): void {
  assert.ok(actual !== null, `null is not ${expected}`);
  const allowed = tolerance * Math.max(1, Math.abs(expected));
  assert.ok(
    Math.abs(actual - expected) <= allowed,
    `${actual} is not ${expected}`,
  );
}
