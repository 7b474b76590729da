import assert from "node:assert/strict";
import { BTC_DATES, BTC_SEED, btcDay } from "../formats/samples/btc.ts";
import { fillsOfConfig, positionsOf } from "./helpers/configs.ts";
import { endsOf } from "./helpers/samples.ts";

const LIMIT = 0.5;
const LOT = 0.001;

Deno.test("market maker: never beyond its limit, paid for resting, flat when a day ends", async () => {
  const days = BTC_DATES.slice(0, 2).map((date, index) => {
    const open = Date.parse(`${date}T00:00Z`) / 1000;
    const close = open + 86_400;
    const ends = { open, close, minutes: 150 };
    const { trades, quotes } = btcDay(BTC_SEED, index);
    return {
      close,
      trades: endsOf(trades, ends),
      quotes: endsOf(quotes, ends),
    };
  });
  const fills = await fillsOfConfig(
    "market-maker.yaml",
    Object.fromEntries(days.flatMap(({ trades, quotes }, i) => [
      [`data/btc-trades/${i}.csv`, trades],
      [`data/btc-quotes/${i}.csv`, quotes],
    ])),
  );
  assert.ok(fills.length >= 500, `fills are ${fills.length}`);
  const held = positionsOf(fills);
  assert.ok(held.every((position) => Math.abs(position) <= LIMIT + 1e-9));
  assert.ok(Math.max(...held) > LIMIT / 2 || Math.min(...held) < -LIMIT / 2);
  for (const { close } of days) {
    const last = fills.findLastIndex(({ at }) => at < close);
    assert.ok(Math.abs(held[last]) < 1e-9, "flat at the day's end");
  }
  let paid = 0;
  for (const { quantity, price, commission } of fills) {
    const lots = quantity / LOT;
    assert.ok(Math.abs(lots - Math.round(lots)) < 1e-6, `${quantity}`);
    if (commission > 0) paid++;
    else assert.ok(Math.abs(commission + 0.00005 * quantity * price) < 1e-9);
  }
  assert.ok(paid <= days.length, "only what closes a day takes");
});
