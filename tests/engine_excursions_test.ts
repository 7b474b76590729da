import assert from "node:assert/strict";
import fc from "fast-check";
import { type Broker, strategy } from "../engine/mod.ts";
import { instrumentOf, type SliceRecord } from "../engine/host.ts";
import { tripTable } from "../engine/metrics/mod.ts";
import { tradesOf } from "../stages/aggregator/trades.ts";
import { ES, randomOf, runAll, SECOND, type Tape } from "./helpers/engine.ts";
import { bars, follow, quotes, type Script, trades } from "./helpers/script.ts";

/** Each trade's excursions: `mae @ second, mfe @ second`. */
function excursions({ fills }: SliceRecord, instruments = [ES]): string[] {
  const trips = tradesOf(fills, instruments);
  return Array.from(trips.mae, (mae, i) => {
    const [down, up] = [trips.mae_time[i], trips.mfe_time[i]]
      .map((time) => time / SECOND);
    return `${mae} @ ${down}s, ${trips.mfe[i]} @ ${up}s`;
  });
}

function run(script: Script, tape: Tape, more = {}): string[] {
  return excursions(follow(script, tape, more).record);
}

Deno.test("a long is worth least and most where the price was lowest and highest", () => {
  const script: Script = { 0: (b) => b.buy(2), 5: (b) => b.sell(2) };
  // in at 100 on the 2nd tick, out at 101 on the 7th; 97 is before, 105 after
  const tape = trades(97, 100, 98, 103, 98, 103, 101, 105);
  assert.deepEqual(run(script, tape), ["-200 @ 3s, 300 @ 4s"]);
});

Deno.test("a short is worth least where the price was highest", () => {
  const script: Script = { 0: (b) => b.sell(1), 3: (b) => b.buy(1) };
  assert.deepEqual(run(script, trades(97, 100, 103, 99, 104, 90)), [
    // the price at which it is closed counts: 104
    "-200 @ 5s, 50 @ 4s",
  ]);
});

Deno.test("a trade that only wins has no adverse excursion, at its entry", () => {
  const script: Script = { 0: (b) => b.buy(1), 2: (b) => b.sell(1) };
  assert.deepEqual(run(script, trades(1, 100, 101, 102)), [
    "0 @ 2s, 100 @ 4s",
  ]);
});

Deno.test("what partial exits gained counts, and a flip begins anew", () => {
  const script: Script = {
    0: (b) => b.buy(2),
    2: (b) => b.sell(1),
    4: (b) => b.sell(3),
    6: (b) => b.buy(2),
  };
  // long 2 @ 100; 1 out @ 104: 200 realised; at 90 the rest is −500: −300;
  // closed at 101 and flipped to short 2 @ 101; up to 103: −200; out at 100
  const tape = trades(99, 100, 102, 104, 90, 101, 103, 100);
  assert.deepEqual(run(script, tape), [
    "-300 @ 5s, 400 @ 4s",
    "-200 @ 7s, 100 @ 8s",
  ]);
});

Deno.test("slippage is a part of it", () => {
  const script: Script = { 0: (b) => b.buy(1), 1: (b) => b.sell(1) };
  // bought at 100 + 2 ticks, so it is worth less than nothing at once
  assert.deepEqual(run(script, trades(1, 100, 100), { slippageTicks: 2 }), [
    "-50 @ 3s, 0 @ 2s",
  ]);
});

Deno.test("positions are valued at the mark that is chosen", () => {
  const script: Script = { 0: (b) => b.buy(1), 3: (b) => b.sell(1) };
  const tape = quotes([99, 100], [99, 100], [97, 99], [101, 105], [100, 101]);
  // in at the ask: 100; mids are 98 and 103
  assert.deepEqual(run(script, tape), ["-100 @ 3s, 150 @ 4s"]);
  const simulation = { mark: "bid_ask" as const };
  // bids are 97 and 101
  assert.deepEqual(run(script, tape, { simulation }), ["-150 @ 3s, 50 @ 4s"]);
});

Deno.test("bars count with their range, the one that a fill cuts as far as it was held", () => {
  const script: Script = {
    0: (b) => b.buy(1, { stop: 102 }),
    3: (b) => b.sell(1, { limit: 108 }),
  };
  const tape = bars(
    [100, 101, 99, 100],
    // up to the stop after its low: 90 was before
    [100, 103, 90, 103],
    [103, 106, 95, 104],
    [104, 105, 103, 104],
    // the low is first, the limit then; 120 is after
    [104, 120, 98, 110],
  );
  assert.deepEqual(run(script, tape), [
    // (95 − 102) · 50 in the 3rd bar, (108 − 102) · 50 where it left
    "-350 @ 180s, 300 @ 300s",
  ]);
});

Deno.test("an inverse contract is valued by what a price is worth", () => {
  const coin = instrumentOf({
    symbol: "XBT",
    tickSize: 0.5,
    multiplier: 100,
    inverse: true,
  });
  const script: Script = { 0: (b) => b.buy(1), 3: (b) => b.sell(1) };
  const tape = trades(1000, 1000, 800, 1250, 1000);
  const { record } = follow(script, tape, { instruments: [coin] });
  const { mae, mfe, entry_price } = tradesOf(record.fills, [coin]);
  // 100 · (1/1000 − 1/800), 100 · (1/1000 − 1/1250)
  assert.ok(Math.abs(mae[0] + 0.025) < 1e-15);
  assert.ok(Math.abs(mfe[0] - 0.02) < 1e-15);
  assert.ok(Math.abs(entry_price[0] - 1000) < 1e-9);
});

/** A strategy that trades by a coin, and whose sizes grow, shrink and flip. */
const coin = strategy({
  indicators: ({ price }) => ({ price }),
  onTick(_series, broker: Broker, _state, context) {
    const draw = context.random();
    if (draw < 0.05) broker.target(Math.round(context.random() * 6) - 3);
    else if (draw < 0.07) broker.buy(1, { limit: broker.last - 0.5 });
  },
});

Deno.test("excursions are those of a loop over all ticks", () => {
  let checked = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const random = randomOf(seed);
      let value = 400;
      const price = Array.from({ length: 6000 }, () => {
        value += Math.round((random() - 0.5) * 5);
        return value / 4;
      });
      const time = price.map((_, i) => i * SECOND);
      const tapes: Tape[] = [{ kind: "trades", time, columns: { price } }];
      const { record: { fills } } = runAll({ strategy: coin, tapes, seed });
      const trips = tripTable({ ...fills, marks: fills, multiplier: 50 });
      for (let t = 0; t < trips.net.length; t++) {
        const worth: [number, number][] = [];
        let cash = 0;
        let held = 0;
        let begun = false;
        const first = t === 0 ? -1 : trips.last[t - 1];
        const flips = first >= 0 && trips.entry_time[t] === fills.time[first];
        let f = flips ? first : first + 1;
        for (let row = trips.entry_time[t] / SECOND;; row++) {
          if (begun) worth.push([cash + held * price[row], row]);
          for (; f <= trips.last[t] && fills.time[f] === time[row]; f++) {
            let signed = fills.side[f] * fills.quantity[f];
            if (f === first) signed = trips.side[t] * rest(fills, first);
            if (f === trips.last[t]) signed = -held;
            cash -= signed * fills.price[f];
            held += signed;
            begun = true;
            worth.push([cash + held * fills.price[f], row]);
          }
          if (f > trips.last[t]) break;
          worth.push([cash + held * price[row], row]);
        }
        const least = Math.min(0, ...worth.map(([w]) => w));
        const most = Math.max(0, ...worth.map(([w]) => w));
        assert.ok(Math.abs(trips.mae[t] - 50 * least) < 1e-6);
        assert.ok(Math.abs(trips.mfe[t] - 50 * most) < 1e-6);
        const when = (least: number) =>
          (worth.find(([w]) => w === least)?.[1] ?? 0) * SECOND;
        if (least < 0) assert.equal(trips.mae_time[t], when(least));
        if (most > 0) assert.equal(trips.mfe_time[t], when(most));
        checked++;
      }
    }),
    { numRuns: 30, seed: 3 },
  );
  assert.ok(checked > 1000, `trades are ${checked}`);
});

/** Contracts with which a fill that flips the position opened the next one. */
function rest({ side, quantity }: SliceRecord["fills"], fill: number): number {
  let held = 0;
  for (let i = 0; i <= fill; i++) held += side[i] * quantity[i];
  return Math.abs(held);
}
