import assert from "node:assert/strict";
import {
  EURUSD_DATES,
  EURUSD_SEED,
  eurusdDay,
} from "../formats/samples/eurusd.ts";
import { fillsOfConfig, positionsOf } from "./helpers/configs.ts";
import { columnsOf, endsOf } from "./helpers/samples.ts";

Deno.test("bollinger: in and out by one size, at the quotes, and flat when a session ends", async () => {
  const days = EURUSD_DATES.slice(0, 2).map((date, index) => {
    const close = Date.parse(`${date}T22:00Z`) / 1000;
    const open = close - 86_400;
    const text = endsOf(eurusdDay(EURUSD_SEED, index), {
      open,
      close,
      minutes: 14 * 60,
    });
    return { open, close, text };
  });
  const fills = await fillsOfConfig(
    "bollinger.yaml",
    Object.fromEntries(days.map(({ text }, i) => [
      `data/eurusd/EURUSD_quotes_${i}.csv`,
      text,
    ])),
  );
  assert.ok(fills.length >= 20, `fills are ${fills.length}`);
  const held = positionsOf(fills);
  for (const position of held) {
    assert.ok([-100_000, 0, 100_000].includes(position), String(position));
  }
  for (const { open, close, text } of days) {
    const { epoch_s, bid, ask } = columnsOf({
      bytes: new TextEncoder().encode(text),
    });
    const last = fills.findLastIndex(({ at }) => at < close);
    assert.equal(held[last], 0, "flat at the close");
    for (const fill of fills) {
      if (fill.at < open || fill.at >= close) continue;
      assert.ok(fill.at < close - 240, "nothing in the last minutes");
      const row = epoch_s.findIndex((at) => Math.abs(at - fill.at) < 1e-4);
      assert.equal(fill.price, fill.signed > 0 ? ask[row] : bid[row]);
      const cents = Math.round(100 * fill.commission);
      assert.equal(cents, Math.round(100 * 0.00002 * 1e5 * fill.price));
    }
  }
});
