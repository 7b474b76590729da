import assert from "node:assert/strict";
import { esDays, SESSION_SECONDS } from "../formats/samples/es_days.ts";
import { esSession } from "../formats/samples/es_session.ts";
import { ES_SEED } from "../formats/samples/mod.ts";
import { fillsOfConfig } from "./helpers/configs.ts";
import { columnsOf, endsOf } from "./helpers/samples.ts";

const TICK = 0.25;

Deno.test("opening range: one entry a session beyond the range, an exit at target, stop or close", async () => {
  const days = esDays(ES_SEED).slice(0, 4).map((day, index) => {
    const open = day.open_s;
    const close = open + SESSION_SECONDS;
    const text = endsOf(esSession(ES_SEED, index, day), {
      open,
      close,
      minutes: 60,
    });
    const { epoch_s, price } = columnsOf({
      bytes: new TextEncoder().encode(text),
    });
    const first = price.filter((_, i) => epoch_s[i] < open + 900);
    return {
      open,
      close,
      text,
      high: Math.max(...first),
      low: Math.min(...first),
    };
  });
  const fills = await fillsOfConfig(
    "opening-range.yaml",
    Object.fromEntries(days.map(({ text }, i) => [`data/es/${i}.csv`, text])),
  );

  let entries = 0;
  for (const { open, close, high, low } of days) {
    const own = fills.filter(({ at }) => at >= open && at < close);
    assert.ok(own.length === 0 || own.length === 2, `fills are ${own.length}`);
    if (own.length === 0) continue;
    entries++;
    const [entry, exit] = own;
    assert.ok(entry.at > open + 900);
    assert.equal(entry.signed, -exit.signed);
    const side = Math.sign(entry.signed);
    const trigger = side > 0 ? high + TICK : low - TICK;
    assert.ok((entry.price - trigger) * side >= 0, "beyond the range");
    const range = high - low;
    const target = trigger + side * range;
    const stop = trigger - side * Math.round(0.5 * range / TICK) * TICK;
    assert.ok(
      exit.price === target || (exit.price - stop) * side <= 0 ||
        exit.at >= close - 120,
      `left at ${exit.price}: target ${target}, stop ${stop}`,
    );
  }
  assert.ok(entries >= 2, `entries are ${entries}`);
});
