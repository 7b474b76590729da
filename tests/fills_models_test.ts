import assert from "node:assert/strict";
import { type FillSpec, instrumentOf } from "../engine/host.ts";
import { F, OrderRows } from "../engine/broker/order_rows.ts";
import { logarithm, powerOf, riskAverse } from "../engine/fills/queue.ts";
import {
  fillsOf,
  follow,
  quotes,
  type Script,
  trades,
} from "./helpers/script.ts";
import { SECOND, type Tape } from "./helpers/engine.ts";

function filled(fills: FillSpec, script: Script, tape: Tape): string[] {
  return fillsOf(follow(script, tape, { simulation: { fills } }));
}

const RESTS = trades(100, 100, 99, 98.75);
const BUY: Script = { 0: (b) => b.buy(1, { limit: 99 }) };

Deno.test("touch fills at the limit, through only a tick beyond it", () => {
  assert.deepEqual(filled({ model: "touch" }, BUY, RESTS), ["3s 1 @ 99"]);
  assert.deepEqual(filled({ model: "through" }, BUY, RESTS), ["4s 1 @ 99"]);
});

Deno.test("next_tick fills at the event's own price", () => {
  const gap = trades(100, 100, 98.5);
  assert.deepEqual(filled({ model: "next_tick" }, BUY, gap), ["3s 1 @ 98.5"]);
  assert.deepEqual(filled({ model: "touch" }, BUY, gap), ["3s 1 @ 99"]);
});

Deno.test("one_tick: what takes pays a tick more, what rests does not", () => {
  const script: Script = {
    0: (b) => b.buy(1),
    1: (b) => b.sell(1, { limit: 101 }),
  };
  assert.deepEqual(
    filled({ model: "one_tick" }, script, trades(100, 100, 100, 101)),
    ["2s 1 @ 100.25", "4s -1 @ 101"],
  );
});

Deno.test("volume_share: a part of what was traded, and the rest goes on", () => {
  // A tenth of 30 and of 50: 3, then 5 of the 7 left, then 2 of a possible 10.
  const tape = trades([100, 1], [100, 30], [100, 50], [100, 100]);
  assert.deepEqual(
    filled(
      { model: "volume_share", share: 0.1 },
      { 0: (b) => b.buy(10) },
      tape,
    ),
    ["2s 3 @ 100", "3s 5 @ 100", "4s 2 @ 100"],
  );
});

Deno.test("volume_share: orders of one side share one event", () => {
  const tape = trades([100, 1], [99, 40], [99, 100]);
  assert.deepEqual(
    filled({ model: "volume_share", share: 0.1 }, {
      0: (b) => {
        b.buy(3, { limit: 99 });
        b.buy(3);
      },
    }, tape),
    ["2s 3 @ 99", "2s 1 @ 99", "3s 2 @ 99"],
  );
});

Deno.test("volume_share on quotes: a part of what the other side shows", () => {
  const tape = quotes([99, 100], [99, 100, 10, 20], [99, 101, 10, 100]);
  assert.deepEqual(
    filled(
      { model: "volume_share", share: 0.5 },
      { 0: (b) => b.buy(12) },
      tape,
    ),
    ["2s 10 @ 100", "3s 2 @ 101"],
  );
});

Deno.test("probability: never, always, and about as often as said", () => {
  const never = { model: "probability", limit: 0, slip: 0 } as const;
  assert.deepEqual(filled(never, BUY, RESTS), ["4s 1 @ 99"], "passed at 98.75");
  const always = { model: "probability", limit: 1, slip: 1 } as const;
  assert.deepEqual(filled(always, BUY, RESTS), ["3s 1 @ 99"]);
  assert.deepEqual(
    filled(always, { 0: (b) => b.buy(1) }, trades(100, 100)),
    ["2s 1 @ 100.25"],
  );
  // 2,000 orders that are touched once each; 0.3 ± 4·√(0.3·0.7/2000) = 0.041.
  const rows = Array.from({ length: 4001 }, (_, i) => i % 2 ? 99 : 100);
  const script: Record<number, Script[number]> = {};
  for (let i = 0; i < 4000; i += 2) {
    script[i] = (b) => b.buy(1, { limit: 99, until: (i + 5) * SECOND });
  }
  const some = { model: "probability", limit: 0.3, slip: 0 } as const;
  // Each arrives at 100, is touched at 99 and gone before the next 99.
  const share = filled(some, shifted(script), trades(...rows)).length / 2000;
  assert.ok(Math.abs(share - 0.3) < 0.041, String(share));
});

/** Sent one event earlier, so that orders rest before they are touched. */
function shifted(script: Script): Script {
  return Object.fromEntries(
    Object.entries(script).map(([at, act]) => [Number(at) + 1, act]),
  );
}

// The queue.

const AHEAD: FillSpec = { model: "queue", cancels: "risk_averse", exponent: 1 };

/**
 * Quotes and trades of one instrument as one tape of trades that carry the
 * quote that stood before each: `[price, size, side, bid, bid_size, ask]`.
 */
function merged(
  ...rows:
    readonly (readonly [number, number, number, number, number, number])[]
): Tape {
  const column = (c: number) => rows.map((row) => row[c]);
  return {
    kind: "trades",
    time: rows.map((_, i) => (i + 1) * SECOND),
    columns: {
      price: column(0),
      size: column(1),
      side: column(2),
      bid: column(3),
      bid_size: column(4),
      ask: column(5),
      ask_size: rows.map(() => 1000),
    },
  };
}

Deno.test("queue: 100 ahead; 80 traded leaves 20; 30 fills 10 of ours; 50 fills 40", () => {
  const seen = follow(
    { 0: (b) => b.buy(50, { limit: 99 }) },
    merged(
      [100, 1, 1, 99, 100, 100],
      // Arrives here behind 100; the trade at the ask is none of the queue's.
      [100, 1, 1, 99, 100, 100],
      [99, 80, -1, 99, 100, 100],
      [99, 30, -1, 99, 20, 100],
      [99, 50, -1, 99, 500, 100],
    ),
    { simulation: { fills: AHEAD } },
  );
  assert.deepEqual(fillsOf(seen), ["4s 10 @ 99", "5s 40 @ 99"]);
  assert.deepEqual(
    seen.fills.map(({ maker, remaining }) => [maker, remaining]),
    [
      [true, 40],
      [true, 0],
    ],
  );
});

Deno.test("queue: the second of our own orders stands behind the first", () => {
  const seen = follow(
    {
      0: (b) => {
        b.buy(5, { limit: 99 });
        b.buy(5, { limit: 99 });
      },
    },
    merged(
      [100, 1, 1, 99, 10, 100],
      [100, 1, 1, 99, 10, 100],
      [99, 17, -1, 99, 10, 100],
      [99, 3, -1, 99, 10, 100],
    ),
    { simulation: { fills: AHEAD } },
  );
  // 17 − 10 ahead = 7: 5 for the first, 2 for the second; then its last 3.
  assert.deepEqual(fillsOf(seen), ["3s 5 @ 99", "3s 2 @ 99", "4s 3 @ 99"]);
});

Deno.test("queue: buyers who take do not serve those who bid", () => {
  const seen = follow(
    { 0: (b) => b.buy(5, { limit: 99 }) },
    merged(
      [100, 1, 1, 99, 10, 100],
      [100, 1, 1, 99, 10, 100],
      [99, 500, 1, 99, 10, 100],
    ),
    { simulation: { fills: AHEAD } },
  );
  assert.deepEqual(fillsOf(seen), []);
});

Deno.test("queue: a trade beyond the price, or the ask at it, fills all", () => {
  const beyond = follow(
    { 0: (b) => b.buy(5, { limit: 99 }) },
    merged([100, 1, 1, 99, 900, 100], [98.75, 1, -1, 99, 900, 100]),
    { simulation: { fills: AHEAD } },
  );
  assert.deepEqual(fillsOf(beyond), ["2s 5 @ 99"]);
  const crossed = follow(
    { 0: (b) => b.buy(5, { limit: 99 }) },
    quotes([99, 100, 900], [99, 100, 900], [98, 99, 900]),
    { simulation: { fills: AHEAD } },
  );
  assert.deepEqual(fillsOf(crossed), ["3s 5 @ 99"]);
});

Deno.test("queue: in front of all others it is first, behind them it waits to be seen", () => {
  const first = follow(
    { 0: (b) => b.buy(5, { limit: 99.5 }) },
    merged(
      [100, 1, 1, 99, 900, 100],
      [100, 1, 1, 99, 900, 100],
      [99.5, 3, -1, 99, 900, 100],
    ),
    { simulation: { fills: AHEAD } },
  );
  assert.deepEqual(fillsOf(first), ["3s 3 @ 99.5"]);
  const behind = follow(
    { 0: (b) => b.buy(5, { limit: 98 }) },
    merged(
      [100, 1, 1, 99, 900, 100],
      [100, 1, 1, 99, 900, 100],
      // 98 becomes the best with 30 shown: those count as ahead.
      [98, 32, -1, 98, 30, 99],
    ),
    { simulation: { fills: AHEAD } },
  );
  assert.deepEqual(fillsOf(behind), ["3s 2 @ 98"]);
});

Deno.test("queue on two feeds: quotes show the queue, trades shorten it", () => {
  const definition = quotes(
    [99, 100, 40],
    [99, 100, 40],
    [99, 100, 40],
    [99, 100, 15],
  );
  const trade: Tape = {
    kind: "trades",
    time: [2.5 * SECOND, 3.5 * SECOND, 4.5 * SECOND],
    columns: { price: [99, 99, 99], size: [10, 15, 25], side: [-1, -1, -1] },
  };
  // 40 ahead at 2 s, 30 after the first trade, 15 after the second; the quote
  // of 4 s shows 15, which is no cancel; 25 leaves 10 for us.
  const seen = follow(
    { 0: (b) => b.buy(50, { limit: 99 }) },
    [definition, trade],
    { simulation: { fills: AHEAD } },
  );
  assert.deepEqual(fillsOf(seen), ["4.5s 10 @ 99"]);
});

Deno.test("queue: what a cancel says, by the formulas of hftbacktest", () => {
  // 100 shown, 60 ahead of us, 40 behind; 20 are cancelled.
  // risk averse: all behind us. n = 2: 40²/(40² + 60²) = 1600/5200 behind us.
  // log: ln 41/(ln 41 + ln 61) behind us.
  assert.equal(riskAverse(60, 40), 1);
  assert.ok(Math.abs(powerOf(2)(60, 40) - 1600 / 5200) < 1e-15);
  const log = Math.log(41) / (Math.log(41) + Math.log(61));
  assert.ok(Math.abs(logarithm(60, 40) - log) < 1e-15);
});

Deno.test("queue: cancels move us forward by the rule, never behind what is shown", () => {
  const ahead = (cancels: "risk_averse" | "power" | "log") => {
    // Arrives behind 60; 40 come after us, then 20 of the 100 are cancelled.
    // What a trade of 200 then fills of 200 ours tells who was ahead.
    const seen = follow(
      { 0: (b) => b.buy(500, { limit: 99 }) },
      quotesAnd(
        quotes([99, 100, 60], [99, 100, 60], [99, 100, 100], [99, 100, 80]),
        [[99, 200, -1]],
      ),
      { simulation: { fills: { model: "queue", cancels, exponent: 2 } } },
    );
    return 200 - seen.fills[0].quantity;
  };
  assert.equal(ahead("risk_averse"), 60);
  // 60 − (1 − 1600/5200) · 20 = 46.153…
  assert.ok(Math.abs(ahead("power") - (60 - (1 - 1600 / 5200) * 20)) < 1e-9);
  const log = Math.log(41) / (Math.log(41) + Math.log(61));
  assert.ok(Math.abs(ahead("log") - (60 - (1 - log) * 20)) < 1e-9);
});

Deno.test("queue: what fills is whole lots, whatever fraction is left ahead", () => {
  // 46.15 of the 200 were ahead of us: 153.85 reach us.
  const seen = follow(
    { 0: (b) => b.buy(500, { limit: 99 }) },
    quotesAnd(
      quotes([99, 100, 60], [99, 100, 60], [99, 100, 100], [99, 100, 80]),
      [[99, 200, -1]],
    ),
    {
      simulation: { fills: { model: "queue", cancels: "power", exponent: 2 } },
      instruments: [instrumentOf({ symbol: "X", tickSize: 0.25, lotSize: 1 })],
    },
  );
  assert.deepEqual(seen.fills.map(({ quantity }) => quantity), [153]);
});

function quotesAnd(
  tape: Tape,
  rows: readonly (readonly [number, number, number])[],
): [Tape, Tape] {
  const from = tape.time.length;
  return [tape, {
    kind: "trades",
    time: rows.map((_, i) => (from + i + 0.5) * SECOND),
    columns: {
      price: rows.map(([price]) => price),
      size: rows.map(([, size]) => size),
      side: rows.map(([, , side]) => side),
    },
  }];
}

Deno.test("an order's row holds what its model needs, and nothing more", () => {
  const rows = new OrderRows();
  for (let i = 0; i < 20; i++) rows.values[rows.add() + F.Id] = i + 1;
  rows.values[rows.find(7) + F.Over] = 1;
  rows.compact();
  assert.equal(rows.count, 19);
  assert.equal(rows.find(7), -1);
  assert.equal(rows.values[rows.find(20) + F.Id], 20);
});
