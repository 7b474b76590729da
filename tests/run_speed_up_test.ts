import assert from "node:assert/strict";
import { speedUpOf } from "../pipeline/run/speed_up.ts";
import type { WorkerUsage } from "../pipeline/run/usage.ts";

function usage(stage: string, busy_s: number, rows: number): WorkerUsage {
  return {
    stage,
    copy: 0,
    busy_s,
    starved_s: 0,
    blocked_s: 0,
    heap: 0,
    peak_heap: 0,
    done_s: 0,
    rows,
  };
}

const FACTS = {
  ticks: 100,
  slices: 20,
  reruns: { slices: 0, rows: 0, met: 0 },
  run_s: 10,
};

function reasonOf(
  all: readonly WorkerUsage[],
  facts: Partial<typeof FACTS> = {},
): string | null {
  return speedUpOf(all, ["cross"], { ...FACTS, ...facts }).reason;
}

Deno.test("what counts is what one worker would have had to do", () => {
  // 1 s of start-up; two workers, 9 s each, of which 8 % was run twice:
  // (1 + 18 × 100 / 108) / 10.
  const { factor, reason } = speedUpOf(
    [usage("cross", 9, 54), usage("cross", 9, 54), usage("ticks", 2, 108)],
    ["cross"],
    FACTS,
  );
  assert.ok(Math.abs(factor - 1.7667) < 1e-4, `${factor}`);
  assert.equal(reason, null);
});

Deno.test("one worker is as fast as one worker", () => {
  const one = speedUpOf([usage("cross", 2, 100)], ["cross"], FACTS);
  assert.deepEqual(one, { factor: 1, reason: null });
});

Deno.test("where more workers gained little, the reason is named", () => {
  const even = (busy: number, rows = 50) => [
    usage("cross", busy, rows),
    usage("cross", busy, rows),
  ];
  assert.match(
    reasonOf(even(9, 100), { reruns: { slices: 12, rows: 60, met: 0 } }) ?? "",
    /never forgets/,
  );
  assert.match(
    reasonOf(even(9, 90), { reruns: { slices: 3, rows: 60, met: 0 } }) ?? "",
    /longer warmup/,
  );
  assert.match(reasonOf(even(1), { slices: 3 }) ?? "", /few slices/);
  assert.match(
    reasonOf([...even(1), usage("ticks", 8, 100)]) ?? "",
    /waited for "ticks"/,
  );
  assert.match(reasonOf(even(0.1), { run_s: 0.6 }) ?? "", /start-up/);
  const uneven = [usage("cross", 9, 95), usage("cross", 0.5, 5)];
  assert.match(reasonOf(uneven) ?? "", /less to do/);
});
