import assert from "node:assert/strict";
import { strategy } from "../engine/mod.ts";
import type { Delay, LatencySpec } from "../engine/host.ts";
import { runAll, SECOND, type Tape } from "./helpers/engine.ts";
import { fillsOf, follow, quotes, trades } from "./helpers/script.ts";

const NONE: Delay = { kind: "constant", ns: 0 };

function after(
  part: Partial<Record<keyof LatencySpec, number>>,
): { simulation: { latency: LatencySpec } } {
  const of = (seconds = 0): Delay => ({
    kind: "constant",
    ns: seconds * SECOND,
  });
  return {
    simulation: {
      latency: {
        entry: of(part.entry),
        cancel: of(part.cancel),
        notice: of(part.notice),
      },
    },
  };
}

Deno.test("an order meets the first event at or after its arrival", () => {
  const at = (entry: number) =>
    fillsOf(follow(
      { 0: (b) => b.buy(1) },
      trades(100, 101, 102, 103),
      after({ entry }),
    ));
  // Sent at 1 s.
  assert.deepEqual(at(0), ["2s 1 @ 101"]);
  assert.deepEqual(at(1), ["2s 1 @ 101"], "just in time");
  assert.deepEqual(at(1.001), ["3s 1 @ 102"]);
  assert.deepEqual(at(2.5), ["4s 1 @ 103"]);
});

Deno.test("a cancel may come too late", () => {
  let id = 0;
  const run = (cancel: number) =>
    follow(
      {
        0: (b) => id = b.buy(1, { limit: 99 }),
        1: (b) => b.cancel(id),
      },
      trades(100, 100, 99, 98),
      after({ cancel }),
    );
  // Sent at 2 s; 99 trades at 3 s.
  assert.deepEqual(fillsOf(run(0.5)), []);
  assert.deepEqual(fillsOf(run(1.5)), ["3s 1 @ 99"]);
});

Deno.test("the strategy hears of a fill late, and its position with it", () => {
  const positions: [number, number, number][] = [];
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    onTick({ price }, broker, _state, { time }) {
      if (time === SECOND) broker.buy(1);
      positions.push([time / SECOND, broker.position, price.value]);
    },
    onFill(fill, broker, _state, { time }, { price }) {
      // Sent at 3.5 s: it meets the event of 4 s.
      if (fill.side > 0) broker.sell(1);
      positions.push([time / SECOND, broker.position, price.value]);
    },
  });
  const { record } = runAll({
    strategy: definition,
    tapes: [trades(100, 101, 102, 103, 104, 105)],
    ...after({ notice: 1.5 }),
  });
  assert.deepEqual([...record.fills.time].map((t) => t / SECOND), [2, 4]);
  assert.deepEqual(positions, [
    [1, 0, 100],
    [2, 0, 101],
    [3, 0, 102],
    // Between two events: the last price is that of 3 s.
    [3.5, 1, 102],
    [4, 1, 103],
    [5, 1, 104],
    [5.5, 0, 104],
    [6, 0, 105],
  ]);
});

Deno.test("a target counts what is on its way until it is heard of", () => {
  const sent: number[] = [];
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    onTick(_series, broker) {
      broker.target(1);
      sent.push(broker.goal);
    },
  });
  const { record } = runAll({
    strategy: definition,
    tapes: [trades(100, 101, 102, 103, 104)],
    ...after({ entry: 1.5, notice: 1.5 }),
  });
  assert.equal(record.fills.time.length, 1);
  assert.ok(sent.every((goal) => goal === 1));
});

Deno.test("latency from a column of the ticks, and jitter from the seed", () => {
  const tape: Tape = {
    ...trades(100, 101, 102, 103, 104),
    columns: {
      ...trades(100, 101, 102, 103, 104).columns,
      delay: [2.5 * SECOND, 0, 0, 0, 0],
    },
  };
  const column: LatencySpec = {
    entry: { kind: "column", column: "delay" },
    cancel: NONE,
    notice: NONE,
  };
  const seen = follow(
    { 0: (b) => b.buy(1), 1: (b) => b.buy(2) },
    tape,
    { simulation: { latency: column } },
  );
  assert.deepEqual(fillsOf(seen), ["3s 2 @ 102", "4s 1 @ 103"]);

  const jitter = (seed: number) =>
    follow(
      Object.fromEntries(
        Array.from({ length: 400 }, (_, i) => [i, (b) => b.buy(1)]),
      ),
      trades(...Array.from({ length: 500 }, (_, i) => 100 + i)),
      {
        seed,
        simulation: {
          latency: {
            entry: { kind: "uniform", from: SECOND, to: 5 * SECOND },
            cancel: NONE,
            notice: NONE,
          },
        },
      },
    ).record.fills;
  const { time, submitted } = jitter(7);
  const waits = time.map((t, i) => (t - submitted[i]) / SECOND);
  // Ticks are a second apart: a delay in (k − 1, k] waits k seconds.
  assert.deepEqual([...new Set(waits)].sort(), [2, 3, 4, 5]);
  const mean = waits.reduce((a, b) => a + b, 0) / waits.length;
  assert.ok(Math.abs(mean - 3.5) < 4 * Math.sqrt(1.25 / 400), String(mean));
  assert.deepEqual(jitter(7).time, time);
  assert.notDeepEqual(jitter(8).time, time);
});

Deno.test("orders that overtake each other reach the market in order of arrival", () => {
  const tape = quotes([99, 101], [99, 101], [99, 101], [99, 101]);
  const withDelay: Tape = {
    ...tape,
    columns: { ...tape.columns, delay: [1.9 * SECOND, 0.5 * SECOND, 0, 0] },
  };
  const seen = follow(
    { 0: (b) => b.buy(1, { limit: 90 }), 1: (b) => b.buy(2, { limit: 90 }) },
    withDelay,
    {
      simulation: {
        latency: {
          entry: { kind: "column", column: "delay" },
          cancel: NONE,
          notice: NONE,
        },
      },
    },
  );
  // Both are met by the event of 3 s; the second got there at 2.5 s.
  assert.deepEqual(seen.events.map(({ remaining }) => remaining), [2, 1]);
});
