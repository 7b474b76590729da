import assert from "node:assert/strict";
import type { FillSpec } from "../engine/host.ts";
import { logarithm, powerOf } from "../engine/fills/queue.ts";
import { SECOND, type Tape } from "./helpers/engine.ts";
import { tableOf } from "./helpers/markdown.ts";
import { follow, type Script } from "./helpers/script.ts";

const PAGE = await Deno.readTextFile(
  new URL("../docs/fills.md", import.meta.url),
);

/** Columns of a table of the page by their place in it; the last one is fills. */
function check(
  heading: string,
  columns: Readonly<Record<string, number>>,
  script: Script,
  fills: FillSpec = { model: "touch" },
  more: Readonly<Record<string, number>> = {},
): void {
  const rows = tableOf(PAGE, heading);
  const number = (c: number) => rows.map((row) => Number(row[c]));
  const tape: Tape = {
    kind: "open" in columns ? "bars" : "trades",
    time: number(0).map((s) => s * SECOND),
    columns: {
      ...Object.fromEntries(
        Object.entries(columns).map(([name, c]) => [name, number(c)]),
      ),
      ...Object.fromEntries(
        Object.entries(more).map(([name, value]) => [
          name,
          rows.map(() => value),
        ]),
      ),
    },
  };
  const { record } = follow(script, tape, { simulation: { fills } });
  const found = rows.map(() => "");
  const { time, side, quantity, price } = record.fills;
  for (let i = 0; i < time.length; i++) {
    const row = Array.from(tape.time).indexOf(time[i]);
    found[row] = `${side[i] > 0 ? "buy" : "sell"} ${quantity[i]} @ ${price[i]}`;
  }
  assert.deepEqual(found, rows.map((row) => row.at(-1)));
}

const PRICE = { price: 1 };
const BID: Script = { 0: (b) => b.buy(1, { limit: 99 }) };
const MARKET: Script = { 0: (b) => b.buy(1) };

Deno.test("docs: fill models", () => {
  check("Touch", PRICE, BID);
  check("Through", PRICE, BID, { model: "through" });
  check("Next tick", PRICE, BID, { model: "next_tick" });
  check("One tick", PRICE, MARKET, { model: "one_tick" });
  check(
    "Volume share",
    { price: 1, size: 2 },
    { 0: (b) => b.buy(10) },
    { model: "volume_share", share: 0.1 },
  );
});

Deno.test("docs: the queue", () => {
  check(
    "Queue",
    { price: 1, size: 2, side: 3, bid: 4, bid_size: 5 },
    { 0: (b) => b.buy(50, { limit: 99 }) },
    { model: "queue", cancels: "risk_averse", exponent: 1 },
    { ask: 100, ask_size: 1000 },
  );
  // The column of those ahead, from the rows' own sizes.
  const rows = tableOf(PAGE, "Queue").map((row) => row.map(Number));
  let ahead = rows[1][5];
  for (const [i, row] of rows.slice(1).entries()) {
    if (row[1] === 99) ahead = Math.max(0, ahead - row[2]);
    assert.equal(ahead, row[6], `row ${i + 1}`);
  }
});

Deno.test("docs: cancels", () => {
  const rows = tableOf(PAGE, "Cancels", 1);
  const parts = [1, powerOf(2)(60, 40), logarithm(60, 40)];
  for (const [i, row] of rows.entries()) {
    assert.equal(Number(row[1]), Number(parts[i].toFixed(4)));
    const after = 60 - (1 - parts[i]) * 20;
    assert.equal(Number(row[2]), Number(after.toFixed(3)));
  }
});

Deno.test("docs: stops, brackets and bars", () => {
  const stop: Script = { 0: (b) => b.buy(1, { stop: 101 }) };
  check("Stops", PRICE, stop);
  const rows = tableOf(PAGE, "Stops", 1).map((row) => row.slice(0, 4));
  const seen: string[] = [];
  let id = 0;
  const tape: Tape = {
    kind: "trades",
    time: rows.map(([s]) => Number(s) * SECOND),
    columns: { price: rows.map(([, price]) => Number(price)) },
  };
  const script = Object.fromEntries(rows.map((_, i) => [
    i,
    (b: Parameters<Script[number]>[0]) => {
      if (i === 0) id = b.sell(1, { trail: 2 });
      seen.push(i === 0 ? "" : String(b.order(id)?.stop ?? ""));
    },
  ]));
  const { record } = follow(script, tape);
  assert.deepEqual(seen.slice(0, 4), rows.slice(0, 4).map((row) => row[2]));
  assert.deepEqual([...record.fills.price], [101.5]);
  assert.deepEqual([...record.fills.time], [5 * SECOND]);
  check("Brackets and groups", PRICE, {
    0: (b) => b.buy(2, { limit: 99, takeProfit: 103, stopLoss: 97 }),
  });
  check("On bars", { open: 1, high: 2, low: 3, close: 4 }, stop);
});
