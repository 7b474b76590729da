import assert from "node:assert/strict";
import * as engine from "../engine/mod.ts";
import type { Tape } from "./helpers/engine.ts";
import { assertClose, valuesOf } from "./helpers/indicators.ts";

const URL_OF_GOLDEN = new URL("golden/talib.json", import.meta.url);
const { bars, ...golden } = JSON.parse(
  await Deno.readTextFile(URL_OF_GOLDEN),
) as {
  bars: Record<string, number[]>;
} & Record<string, (number | null)[]>;

const tape: Tape = {
  kind: "trades",
  time: bars.close.map((_, i) => i * 60e9),
  columns: { price: bars.close, ...bars },
};

function talib(name: string): Float64Array {
  return Float64Array.from(golden[name], (value) => value ?? NaN);
}

Deno.test("indicators are those of TA-Lib from the first value on", () => {
  const is = valuesOf((c) => {
    const { upper, middle, lower } = engine.bollinger(c.close);
    const { k, d } = engine.stochastic(c);
    return {
      "SMA(close,14)": engine.sma(c.close, 14),
      "WMA(close,14)": engine.wma(c.close, 14),
      "RSI(close,14)": engine.rsi(c.close),
      "BBANDS(close,20,2).upper": upper,
      "BBANDS(close,20,2).middle": middle,
      "BBANDS(close,20,2).lower": lower,
      "TRANGE": engine.trueRange(c),
      "ATR(14)": engine.atr(c),
      "CCI(20)": engine.cci(c),
      "ROC(close,10)": engine.roc(c.close, 10),
      "MOM(close,10)": engine.momentum(c.close, 10),
      "STDDEV(close,20)": engine.std(c.close, 20),
      "MAX(high,20)": engine.max(c.high, 20),
      "MIN(low,20)": engine.min(c.low, 20),
      "STOCH(14,3,3).k": k,
      "STOCH(14,3,3).d": d,
    };
  }, tape);
  for (const [name, values] of Object.entries(is)) {
    const theirs = talib(name);
    // TA-Lib gives %K only from where it has a %D.
    if (name.startsWith("STOCH")) {
      const first = theirs.findIndex((value) => !Number.isNaN(value));
      values.fill(NaN, 0, first);
    }
    assert.ok(theirs.subarray(60).every((value) => !Number.isNaN(value)));
    assertClose(name, values, theirs, 1e-9, 1e-9);
  }
});

Deno.test("an OBV is TA-Lib's less the first volume, which nothing came before", () => {
  const is = valuesOf(
    ({ close, volume }) => ({
      obv: engine.obv({ price: close, size: volume }, { reset: "never" }),
    }),
    tape,
  );
  const should = talib("OBV").map((value) => value - bars.volume[0]);
  assertClose("OBV", is.obv, should, 0);
});

Deno.test("an EMA parts from TA-Lib's by its beginning alone", () => {
  const n = 10;
  const is = valuesOf(({ close }) => ({
    ema: engine.ema(close, n),
    sma: engine.sma(close, n),
  }), tape);
  const theirs = talib("EMA(close,10)");
  // Theirs begins with the mean of the first ten closes, ours with the first.
  const apart = is.ema[n - 1] - is.sma[n - 1];
  const should = theirs.map((value, i) =>
    value + apart * (1 - 2 / (n + 1)) ** (i - n + 1)
  );
  assertClose("EMA", is.ema, should, 1e-12);
});

Deno.test("what is made of EMAs comes to be TA-Lib's", () => {
  const is = valuesOf(({ close }) => {
    const { line, signal, histogram } = engine.macd(close, {
      fast: 4,
      slow: 9,
      signal: 3,
    });
    return {
      "DEMA(close,6)": engine.dema(close, 6),
      "TEMA(close,4)": engine.tema(close, 4),
      "MACD(close,4,9,3).line": line,
      "MACD(close,4,9,3).signal": signal,
      "MACD(close,4,9,3).hist": histogram,
    };
  }, tape);
  for (const [name, values] of Object.entries(is)) {
    assertClose(name, values.slice(120), talib(name).slice(120), 1e-9, 1e-8);
  }
});
