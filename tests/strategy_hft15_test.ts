import assert from "node:assert/strict";
import { hft15 } from "../bench/hft15_loop.ts";
import { esDays, SESSION_SECONDS } from "../formats/samples/es_days.ts";
import { esSession } from "../formats/samples/es_session.ts";
import { ES_SEED } from "../formats/samples/mod.ts";
import strategy from "../strategies/hft15.ts";
import { fillsOfConfig, positionsOf } from "./helpers/configs.ts";
import { ES, runAll } from "./helpers/engine.ts";
import { columnsOf, endsOf } from "./helpers/samples.ts";

const TERMS = { fast: 50, slow: 1000, enter: 11, least: 2 };

Deno.test("hft15 has the fills and the profit of a loop written by hand", () => {
  const [day] = esDays(ES_SEED);
  const { epoch_s, price, size } = columnsOf(esSession(ES_SEED, 0, day));
  const time = epoch_s.map((at) => Math.round((at - day.open_s) * 1e6) * 1000);
  const { record } = runAll({
    strategy,
    params: TERMS,
    tapes: [{ kind: "trades", time, columns: { price, size } }],
    instruments: [{ ...ES, commission: [{ perContract: 2.05 }] }],
  });
  const loop = hft15(price, size, TERMS);
  const { value, commission } = record.equity;
  const last = value.length - 1;
  assert.ok(loop.fills > 100);
  assert.equal(record.fills.time.length, loop.fills);
  assert.ok(Math.abs(value[last] - commission[last] - loop.profit) < 1e-6);
});

Deno.test("hft15 holds one contract at most, and nothing over the close", async () => {
  const days = esDays(ES_SEED).slice(0, 2).map((day, index) => {
    const close = day.open_s + SESSION_SECONDS;
    const ends = { open: day.open_s, close, minutes: 45 };
    return { close, text: endsOf(esSession(ES_SEED, index, day), ends) };
  });
  const fills = await fillsOfConfig(
    "hft15.yaml",
    Object.fromEntries(days.map(({ text }, i) => [`data/es/${i}.csv`, text])),
  );
  assert.ok(fills.length >= 20, `fills are ${fills.length}`);
  const held = positionsOf(fills);
  assert.ok(held.every((position) => Math.abs(position) <= 1));
  for (const { close } of days) {
    assert.equal(held[fills.findLastIndex(({ at }) => at < close)], 0);
  }
});
