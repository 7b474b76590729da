import assert from "node:assert/strict";
import { instrumentOf } from "../engine/host.ts";
import { SECOND } from "./helpers/engine.ts";
import { bars, fillsOf, follow, quotes, trades } from "./helpers/script.ts";

Deno.test("a limit order rests until the price comes, and fills at its own price", () => {
  const seen = follow(
    { 0: (b) => b.buy(2, { limit: 99 }) },
    trades(100, 99.5, 98.5, 97),
  );
  // 98.5 is beyond 99: the order was there first, so it got 99.
  assert.deepEqual(fillsOf(seen), ["3s 2 @ 99"]);
  assert.equal(seen.fills[0].maker, true);
  assert.deepEqual(seen.news, ["0 accepted none"]);
});

Deno.test("a limit order that can trade at once takes the better price", () => {
  const seen = follow(
    { 0: (b) => b.sell(1, { limit: 99 }) },
    quotes([100, 101], [100.5, 101], [100, 101]),
  );
  assert.deepEqual(fillsOf(seen), ["2s -1 @ 100.5"]);
  assert.equal(seen.fills[0].maker, false);
});

Deno.test("on quotes a resting buy fills when the ask comes down to it", () => {
  const seen = follow(
    { 0: (b) => b.buy(1, { limit: 99 }) },
    quotes([98, 100], [98.5, 99.5], [98.5, 99]),
  );
  assert.deepEqual(fillsOf(seen), ["3s 1 @ 99"]);
});

Deno.test("a stop is reached by a trade, and pays what it then meets", () => {
  const seen = follow(
    { 0: (b) => b.buy(1, { stop: 101 }) },
    trades(100, 100.75, 103, 102),
  );
  // The gap to 103 is paid: a stop's price is no promise.
  assert.deepEqual(fillsOf(seen), ["3s 1 @ 103"]);
  assert.deepEqual(seen.news, ["0 accepted none", "0 triggered none"]);
});

Deno.test("a stop to sell looks at the bid", () => {
  const seen = follow(
    { 0: (b) => b.sell(1, { stop: 99 }) },
    quotes([100, 101], [99.25, 99.5], [99, 100], [98, 99]),
  );
  assert.deepEqual(fillsOf(seen), ["3s -1 @ 99"]);
});

Deno.test("a stop-limit becomes a limit order and may be left behind", () => {
  const seen = follow(
    { 0: (b) => b.buy(1, { stop: 101, limit: 101.5 }) },
    trades(100, 103, 102, 101.25),
  );
  // Reached by 103, which is too dear; 101.25 comes back below the limit.
  assert.deepEqual(fillsOf(seen), ["4s 1 @ 101.5"]);
});

Deno.test("a trailing stop follows the best price and never goes back", () => {
  const seen = follow(
    {
      0: (b) => b.buy(1),
      1: (b) => b.sell(1, { trail: 2 }),
    },
    trades(100, 100, 101, 104, 103, 102, 101),
  );
  // Highest 104 since it was sent: the stop stands at 102, which 102 reaches.
  assert.deepEqual(fillsOf(seen), ["2s 1 @ 100", "6s -1 @ 102"]);
});

Deno.test("IOC takes what is there and leaves, FOK wants all or nothing", () => {
  const market = { fills: { model: "volume_share", share: 0.5 } } as const;
  const seen = follow(
    {
      0: (b) => {
        b.buy(9, { limit: 101, tif: "ioc" });
        b.buy(9, { limit: 101, tif: "fok" });
        b.buy(1, { limit: 90, tif: "ioc" });
      },
    },
    trades([100, 10], [101, 10], [99, 100]),
    { simulation: market },
  );
  // Half of the 10 traded: 5 for the first, nothing whole for the second.
  assert.deepEqual(fillsOf(seen), ["2s 5 @ 101"]);
  assert.deepEqual(seen.news, [
    "0 accepted none",
    "0 cancelled unfilled",
    "1 accepted none",
    "1 cancelled unfilled",
    "2 accepted none",
    "2 cancelled unfilled",
  ]);
  assert.deepEqual(seen.record.orders, {
    submitted: 3,
    filled: 0,
    cancelled: 3,
    rejected: 0,
  });
});

Deno.test("a DAY order ends with its session, a GTD order at its time", () => {
  const seen = follow(
    {
      0: (b) => {
        b.buy(1, { limit: 90, tif: "day" });
        b.buy(1, { limit: 90, until: 3 * SECOND });
        b.buy(1, { limit: 90 });
      },
    },
    trades(100, 100, 90, 90, 90),
    { sessions: [[0, 2.5 * SECOND], [2.5 * SECOND, 9 * SECOND]] },
  );
  // 90 comes at 3 s: only the one that is good till cancelled is still there.
  assert.deepEqual(fillsOf(seen), ["3s 1 @ 90"]);
  assert.deepEqual(seen.news.filter((news) => !news.includes("accepted")), [
    "0 expired session_end",
    "1 expired until",
  ]);
  assert.equal(
    seen.events.find(({ reason }) => reason === "session_end")?.time,
    2.5 * SECOND,
  );
});

Deno.test("post-only is rejected when it would take", () => {
  const seen = follow(
    {
      0: (b) => {
        b.buy(1, { limit: 101, postOnly: true });
        b.buy(1, { limit: 100, postOnly: true });
      },
    },
    quotes([100, 101], [100, 101], [99, 100]),
  );
  assert.deepEqual(seen.news.slice(0, 2), [
    "0 accepted none",
    "0 rejected post_only",
  ]);
  assert.deepEqual(fillsOf(seen), ["3s 1 @ 100"]);
  assert.equal(seen.record.orders.rejected, 1);
});

Deno.test("reduce-only closes and never opens", () => {
  const seen = follow(
    {
      0: (b) => b.buy(2),
      2: (b) => b.sell(5, { reduceOnly: true }),
      4: (b) => b.sell(5, { limit: 100, reduceOnly: true }),
    },
    trades(100, 100, 100, 101, 100, 100),
  );
  assert.deepEqual(fillsOf(seen), ["2s 2 @ 100", "4s -2 @ 101"]);
  assert.deepEqual(
    seen.news.filter((news) => news.includes("cancelled")).length,
    2,
  );
  assert.equal(seen.record.working, 0);
});

Deno.test("lot size, tick size and nonsense are rejected, and the strategy hears why", () => {
  const { instruments } = lots();
  const seen = follow(
    {
      0: (b) => {
        b.buy(0.15);
        b.buy(0.3);
        b.buy(0.5, { limit: 100.1 });
        b.buy(0.5, { limit: Infinity });
        b.buy(0.5, { trail: -1 });
        b.buy(0.5, { limit: 100.25 });
      },
    },
    trades(100, 100),
    { instruments },
  );
  assert.deepEqual(seen.news.slice(0, 5), [
    "0 rejected lot_size",
    "1 rejected min_quantity",
    "2 rejected tick_size",
    "3 rejected bad_price",
    "4 rejected bad_price",
  ]);
  assert.deepEqual(fillsOf(seen), ["2s 0.5 @ 100"]);
  assert.equal(seen.record.orders.rejected, 5);
});

function lots() {
  const es = instrumentOf({
    symbol: "ES",
    tickSize: 0.25,
    lotSize: 0.1,
    minQuantity: 0.5,
  });
  return { instruments: [es] };
}

Deno.test("modify changes price and size; what is below what was filled ends it", () => {
  let id = 0;
  const seen = follow(
    {
      0: (b) => id = b.buy(4, { limit: 98 }),
      1: (b) => {
        assert.equal(b.modify(id, { limit: 99, quantity: 6 }), true);
        assert.equal(b.order(id)?.limit, 98, "a change meets the next event");
      },
      2: (b) => assert.equal(b.order(id)?.limit, 99),
      3: (b) => assert.equal(b.order(id), null),
    },
    trades(100, 100, 100, 99, 98),
  );
  assert.deepEqual(fillsOf(seen), ["4s 6 @ 99"]);
  assert.deepEqual(seen.news, ["0 accepted none", "0 changed none"]);
});

Deno.test("cancel takes an order back before the next event", () => {
  let id = 0;
  const seen = follow(
    {
      0: (b) => id = b.buy(1, { limit: 99 }),
      1: (b) => assert.equal(b.cancel(id), true),
      2: (b) => assert.equal(b.cancel(id), false),
    },
    trades(100, 100, 99, 98),
  );
  assert.deepEqual(fillsOf(seen), []);
  assert.deepEqual(seen.news, ["0 accepted none", "0 cancelled asked"]);
  assert.equal(seen.record.orders.cancelled, 1);
});

Deno.test("OCO: one fills, the other goes", () => {
  const seen = follow(
    {
      0: (b) => {
        const low = b.buy(1, { limit: 98 });
        const high = b.buy(1, { stop: 102 });
        b.oco(low, high);
      },
    },
    trades(100, 101, 102, 98, 98),
  );
  assert.deepEqual(fillsOf(seen), ["3s 1 @ 102"]);
  assert.ok(seen.news.includes("0 cancelled other_filled"));
});

Deno.test("bracket: protection sleeps until the entry fills, then one exit ends the other", () => {
  const seen = follow(
    { 0: (b) => b.buy(2, { limit: 99, takeProfit: 103, stopLoss: 97 }) },
    trades(100, 97.5, 103, 104, 96),
  );
  // The entry takes 97.5; the exits are there from the next event on.
  assert.deepEqual(fillsOf(seen), ["2s 2 @ 97.5", "3s -2 @ 103"]);
  assert.ok(seen.news.some((news) => news.endsWith("cancelled other_filled")));
  assert.equal(seen.record.working, 0);
});

Deno.test("bracket: an entry that is cancelled takes its protection along", () => {
  let id = 0;
  const seen = follow(
    {
      0: (b) => id = b.sell(1, { limit: 105, takeProfit: 100, stopLoss: 107 }),
      1: (b) => b.cancel(id),
    },
    trades(100, 100, 107, 108),
  );
  assert.deepEqual(fillsOf(seen), []);
  assert.equal(seen.record.orders.cancelled, 3);
  assert.equal(seen.record.working, 0);
});

Deno.test("bracket: partial entries and exits keep the protection at what is held", () => {
  const seen = follow(
    { 0: (b) => b.buy(6, { limit: 100, takeProfit: 102, stopLoss: 98 }) },
    // A fifth of each trade is ours: 4 and 2 in, 3 out at the target, 3 by stop.
    trades([101, 5], [100, 20], [100, 15], [102, 15], [98, 30], [98, 30]),
    { simulation: { fills: { model: "volume_share", share: 0.2 } } },
  );
  assert.deepEqual(fillsOf(seen), [
    "2s 4 @ 100",
    "3s 2 @ 100",
    "4s -3 @ 102",
    "5s -3 @ 98",
  ]);
  assert.equal(seen.record.working, 0);
});

Deno.test("bars: a stop within the bar gets its price, over a gap the open", () => {
  const within = follow(
    { 0: (b) => b.buy(1, { stop: 101 }) },
    bars([100, 100.5, 99.5, 100], [100, 102, 99, 101.5]),
  );
  assert.deepEqual(fillsOf(within), ["120s 1 @ 101"]);
  const gap = follow(
    { 0: (b) => b.buy(1, { stop: 101 }) },
    bars([100, 100.5, 99.5, 100], [103, 104, 102, 103]),
  );
  assert.deepEqual(fillsOf(gap), ["120s 1 @ 103"]);
});

Deno.test("bars: protection begins with the bar after its entry", () => {
  const seen = follow(
    { 0: (b) => b.buy(1, { limit: 99, takeProfit: 100, stopLoss: 98 }) },
    bars([100, 100, 100, 100], [100, 101, 97, 100.5], [99.5, 99.75, 97, 98]),
  );
  assert.deepEqual(fillsOf(seen), ["120s 1 @ 99", "180s -1 @ 98"]);
});
