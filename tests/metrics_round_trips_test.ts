import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Fills,
  roundTrips,
  tripsOf,
  turnover,
} from "../engine/metrics/mod.ts";

/** Signed quantity, price, commission. */
type Row = readonly [number, number, number?];

Deno.test("a long and a short that a flip joins", () => {
  const fills = columns([[2, 100], [-3, 101, 6], [1, 100]], 50);
  assert.deepEqual(roundTrips(fills), [
    {
      side: 1,
      quantity: 2,
      entry_time: 0,
      exit_time: 10,
      entry_price: 100,
      exit_price: 101,
      gross: 100,
      commission: 4,
      net: 96,
      fills: 2,
    },
    {
      side: -1,
      quantity: 1,
      entry_time: 10,
      exit_time: 20,
      entry_price: 101,
      exit_price: 100,
      gross: 50,
      commission: 2,
      net: 48,
      fills: 2,
    },
  ]);
});

Deno.test("scaling out and in again stays one trade", () => {
  // in 2 @ 100 and 1 @ 120: 320; out 1 @ 110 and 2 @ 130: 370
  const fills = columns([[2, 100, 1], [-1, 110, 1], [1, 120, 1], [-2, 130, 1]]);
  assert.deepEqual(tripsOf(fills), {
    trades: [{
      side: 1,
      quantity: 3,
      entry_time: 0,
      exit_time: 30,
      entry_price: 320 / 3,
      exit_price: 370 / 3,
      gross: 50,
      commission: 4,
      net: 46,
      fills: 4,
    }],
    open: null,
  });
});

Deno.test("what is open holds its average price and what it has realised", () => {
  // 2 @ 100, out 1 @ 110: 10 realised; 1 @ 120 more: average (100 + 120) / 2
  const fills = columns([[2, 100, 1], [-1, 110, 1], [1, 120, 1]], 5);
  assert.deepEqual(tripsOf(fills), {
    trades: [],
    open: {
      side: 1,
      quantity: 2,
      entered: 3,
      entry_time: 0,
      average_price: 110,
      realised: 50,
      commission: 3,
      fills: 3,
    },
  });
});

Deno.test("no fills, no trades", () => {
  assert.deepEqual(tripsOf(columns([])), { trades: [], open: null });
  assert.equal(turnover(columns([]), 100), 0);
});

Deno.test("fractions that do not add up in binary still close", () => {
  // 0.1 + 0.2 is not 0.3
  const { trades, open } = tripsOf(
    columns([[0.1, 100], [0.2, 100], [-0.3, 101], [1, 100]]),
  );
  assert.equal(trades.length, 1);
  assert.ok(Math.abs(trades[0].gross - 0.3) < 1e-9);
  assert.equal(open?.quantity, 1);
  assert.equal(open?.fills, 1);
});

Deno.test("a rebate is a negative commission", () => {
  const [trade] = roundTrips(columns([[1, 100, -0.5], [-1, 100, -0.5]]));
  assert.equal(trade.gross, 0);
  assert.equal(trade.net, 1);
});

Deno.test("prices below zero", () => {
  const [trade] = roundTrips(columns([[-1, 2], [1, -37]], 1000));
  assert.equal(trade.gross, 39_000);
});

Deno.test("turnover counts buys and sells", () => {
  const fills = columns([[2, 100], [-3, 110]], 10);
  assert.equal(turnover(fills, 1000), (200 + 330) * 10 / 1000);
  assert.equal(turnover(fills, 0), null);
});

const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.tuple(
    fc.integer({ min: -5, max: 5 }).filter((quantity) => quantity !== 0),
    fc.integer({ min: -20, max: 400 }).map((ticks) => ticks / 4),
    fc.integer({ min: -2, max: 8 }).map((eighths) => eighths / 8),
  ),
  { maxLength: 40 },
);

Deno.test("trades and the open part are the account", () => {
  fc.assert(
    fc.property(rows, fc.constantFrom(1, 5, 50), fc.integer({ max: 400 }), (
      list,
      multiplier,
      mark,
    ) => {
      const { trades, open } = tripsOf(columns(list, multiplier));
      let cash = 0;
      let position = 0;
      for (const [quantity, price, commission = 0] of list) {
        cash -= quantity * price * multiplier + commission;
        position += quantity;
      }
      assert.equal((open?.side ?? 0) * (open?.quantity ?? 0), position);
      const closed = trades.reduce((sum, trade) => sum + trade.net, 0);
      const held = open
        ? open.realised - open.commission +
          open.side * (mark - open.average_price) * open.quantity * multiplier
        : 0;
      near(closed + held, cash + position * mark * multiplier);
    }),
  );
});

Deno.test("trades follow one another, alternate only by flips, and use every unit", () => {
  fc.assert(fc.property(rows, (list) => {
    const { trades, open } = tripsOf(columns(list));
    let units = 0;
    for (const [i, trade] of trades.entries()) {
      assert.ok(trade.quantity > 0 && trade.fills >= 2);
      assert.ok(trade.entry_time < trade.exit_time);
      near(trade.net, trade.gross - trade.commission);
      near(
        trade.gross,
        trade.side * (trade.exit_price - trade.entry_price) * trade.quantity,
      );
      if (i > 0) {
        assert.ok(trades[i - 1].exit_time <= trade.entry_time);
        if (trades[i - 1].exit_time === trade.entry_time) {
          assert.equal(trade.side, -trades[i - 1].side);
        }
      }
      units += 2 * trade.quantity;
    }
    if (open) units += 2 * open.entered - open.quantity;
    assert.equal(
      units,
      list.reduce((sum, [quantity]) => sum + Math.abs(quantity), 0),
    );
    const paid = trades.reduce(
      (sum, trade) => sum + trade.commission,
      open?.commission ?? 0,
    );
    near(paid, list.reduce((sum, [, , commission = 0]) => sum + commission, 0));
  }));
});

Deno.test("a fill in several parts makes the same trades", () => {
  fc.assert(fc.property(rows, (list) => {
    const parts = list.flatMap(([quantity, price, commission = 0]): Row[] =>
      Array.from(
        { length: Math.abs(quantity) },
        () => [Math.sign(quantity), price, commission / Math.abs(quantity)],
      )
    );
    const whole = roundTrips(columns(list));
    const split = roundTrips(columns(parts));
    assert.equal(split.length, whole.length);
    for (const [i, trade] of whole.entries()) {
      assert.equal(split[i].side, trade.side);
      assert.equal(split[i].quantity, trade.quantity);
      assert.equal(split[i].gross, trade.gross);
      near(split[i].commission, trade.commission);
    }
  }));
});

Deno.test("buying for selling mirrors every trade", () => {
  fc.assert(fc.property(rows, (list) => {
    const mirrored = list.map(([quantity, price, commission]): Row => [
      -quantity,
      price,
      commission,
    ]);
    const trades = roundTrips(columns(list));
    assert.deepEqual(
      roundTrips(columns(mirrored)).map((
        { side, gross },
      ) => [-side, 0 - gross]),
      trades.map(({ side, gross }) => [side, gross]),
    );
  }));
});

function columns(list: readonly Row[], multiplier = 1): Fills {
  return {
    time: Float64Array.from(list, (_, i) => i * 10),
    side: Float64Array.from(list, ([quantity]) => Math.sign(quantity)),
    quantity: Float64Array.from(list, ([quantity]) => Math.abs(quantity)),
    price: Float64Array.from(list, ([, price]) => price),
    commission: Float64Array.from(list, ([, , commission = 0]) => commission),
    multiplier,
  };
}

function near(actual: number, expected: number): void {
  const allowed = 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(
    Math.abs(actual - expected) <= allowed,
    `${actual} is not ${expected}`,
  );
}
