import assert from "node:assert/strict";
import { esDays, SESSION_SECONDS } from "../formats/samples/es_days.ts";
import { esSession } from "../formats/samples/es_session.ts";
import { ES_SEED } from "../formats/samples/mod.ts";
import { nqSession } from "../formats/samples/nq.ts";
import { fillsOfConfig } from "./helpers/configs.ts";
import { endsOf } from "./helpers/samples.ts";

Deno.test("pairs: seven of one against four of the other, within a second, and flat at the close", async () => {
  const files: Record<string, string> = {};
  const closes = esDays(ES_SEED).slice(0, 2).map((day, index) => {
    const open = day.open_s;
    const close = open + SESSION_SECONDS;
    const ends = { open, close, minutes: 60 };
    files[`data/es/${index}.csv`] = endsOf(
      esSession(ES_SEED, index, day),
      ends,
    );
    files[`data/nq/${index}.csv`] = endsOf(nqSession(ES_SEED, index), ends);
    return close;
  });
  const fills = await fillsOfConfig("pairs.yaml", files);
  assert.ok(fills.length >= 8, `fills are ${fills.length}`);

  const held: Record<string, number> = { ES: 0, NQ: 0 };
  let opened = 0;
  for (const [i, { instrument, signed, at }] of fills.entries()) {
    held[instrument] += signed;
    const next = fills[i + 1]?.at ?? Infinity;
    // Both legs are sent on one timer; the slower one waits for its next trade.
    if (next - at < 4) continue;
    assert.equal(4 * held.ES, -7 * held.NQ || 0, `at ${at}`);
    if (held.ES !== 0) opened++;
    if (closes.some((close) => at < close && next >= close)) {
      assert.deepEqual(held, { ES: 0, NQ: 0 });
    }
  }
  assert.ok(opened >= 2, `opened ${opened} times`);
});
