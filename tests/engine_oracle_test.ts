import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { strategy } from "../engine/mod.ts";
import { DATA } from "./helpers/cli.ts";
import { runAll, SECOND, type Tape, walk } from "./helpers/engine.ts";

const SOURCE = join(DATA, "es/ESM8_trades_20180507.csv.gz");
const PRESENT = existsSync(SOURCE);

const EVERY = 40;
const BELOW = 0.5;
const AWAY = 0.75;

/** Bids anew below the market now and then, with a target and a stop. */
const brackets = strategy({
  indicators: ({ price }) => ({ price }),
  state: { tick: 0 },
  onTick({ price }, broker, state) {
    const now = state.tick++ % EVERY === 0;
    if (!now || broker.position !== 0) return;
    broker.cancelAll();
    const limit = price.value - BELOW;
    broker.buy(1, {
      limit,
      takeProfit: limit + AWAY,
      stopLoss: limit - AWAY,
    });
  },
});

type Fill = readonly [row: number, signed: number, price: number];

/** The same as a plain loop over prices, with nothing of the engine. */
function plainLoop(prices: ArrayLike<number>, through: boolean): Fill[] {
  const fills: Fill[] = [];
  const beyond = through ? 0.25 : 0;
  let bid = NaN;
  let sent = -1;
  let entered = -1;
  let state: "flat" | "bidding" | "long" = "flat";
  for (let row = 0; row < prices.length; row++) {
    const price = prices[row];
    if (state === "bidding") {
      const arrives = row === sent + 1;
      if (arrives ? price <= bid : price <= bid - beyond) {
        fills.push([row, 1, arrives ? price : bid]);
        state = "long";
        entered = row;
      }
    } else if (state === "long" && row > entered) {
      const target = bid + AWAY;
      const arrives = row === entered + 1;
      // The target was sent before the stop.
      if (arrives ? price >= target : price >= target + beyond) {
        fills.push([row, -1, arrives ? price : target]);
        state = "flat";
      } else if (price <= bid - AWAY) {
        fills.push([row, -1, price]);
        state = "flat";
      }
    }
    if (row % EVERY === 0 && state !== "long") {
      bid = price - BELOW;
      sent = row;
      state = "bidding";
    }
  }
  return fills;
}

function check(tape: Tape, least: number): void {
  for (const model of ["touch", "through"] as const) {
    const { record } = runAll({
      strategy: brackets,
      tapes: [tape],
      simulation: { fills: { model } },
    });
    const { time, side, quantity, price } = record.fills;
    const expected = plainLoop(tape.columns.price, model === "through");
    assert.ok(expected.length > least, `fills are ${expected.length}`);
    assert.deepEqual(
      Array.from(time, (t, i) => [t, side[i] * quantity[i], price[i]]),
      expected.map(([row, signed, at]) => [tape.time[row], signed, at]),
    );
  }
}

Deno.test("brackets on a random walk fill as a plain loop fills them", () => {
  for (let seed = 1; seed <= 5; seed++) check(walk(20_000, seed), 300);
});

Deno.test({
  name: PRESENT
    ? "brackets on real trades fill as a plain loop fills them"
    : "brackets on real trades (skipped: es/ESM8_trades_20180507.csv.gz of ../shared/data is absent)",
  ignore: !PRESENT,
  fn() {
    const lines = gunzipSync(readFileSync(SOURCE)).toString("utf8").trimEnd()
      .split("\n").slice(1).map((line) => line.split(",").map(Number));
    const first = lines[0][0];
    check({
      kind: "trades",
      time: lines.map(([epoch]) => (epoch - first) * SECOND),
      columns: { price: lines.map(([, price]) => price) },
    }, 30);
  },
});
