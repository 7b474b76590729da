import assert from "node:assert/strict";
import { strategy } from "../engine/mod.ts";
import { compileStrategy, isStrategy } from "../engine/host.ts";
import { MINUTE, runAll, SECOND, type Tape } from "./helpers/engine.ts";

/** Trades at these seconds, prices counted from 100. */
function at(...seconds: number[]): Tape {
  return {
    kind: "trades",
    time: seconds.map((s) => s * SECOND),
    columns: { price: seconds.map((_, i) => 100 + i) },
  };
}

const SESSIONS = [[10, 100], [200, 300]].map((
  [a, b],
): [number, number] => [a * SECOND, b * SECOND]);

Deno.test("sessions are announced before their first event, and end before the next", () => {
  const heard: string[] = [];
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    onSessionStart: ({ open, close }, _b, _s, { time }, { price }) => {
      heard.push(
        `start ${open / SECOND}-${close / SECOND} at ${
          time / SECOND
        }, ${price.value}`,
      );
    },
    onSessionEnd: ({ close }, _b, _s, { time }, { price }) => {
      heard.push(`end ${close / SECOND} at ${time / SECOND}, ${price.value}`);
    },
    onTick({ price }) {
      heard.push(`tick ${price.value}`);
    },
  });
  runAll({
    strategy: definition,
    tapes: [at(12, 99, 205)],
    sessions: SESSIONS,
  });
  assert.deepEqual(heard, [
    "start 10-100 at 10, NaN",
    "tick 100",
    "tick 101",
    // The last price is still that of 99 s: the tick of 205 s is not there yet.
    "end 100 at 100, 101",
    "start 200-300 at 200, 101",
    "tick 102",
  ]);
});

Deno.test("timers run at their own time, before the event that comes after it", () => {
  const heard: string[] = [];
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    timers: {
      minute: { every: "30s" },
      early: { afterOpen: "5s" },
      late: { beforeClose: "10s" },
    },
    onTimer: (name, _b, _s, { time }, { price }) => {
      heard.push(`${name} at ${time / SECOND}, ${price.value}`);
    },
    onTick() {},
  });
  runAll({
    strategy: definition,
    tapes: [at(12, 16, 40, 95, 230)],
    sessions: SESSIONS,
  });
  assert.deepEqual(heard, [
    "early at 15, 100",
    "minute at 30, 101",
    // 60 and 90 came due together with nothing in between: once, at the first.
    "minute at 60, 102",
    "late at 90, 102",
    "early at 205, 103",
    "minute at 210, 103",
  ]);
});

Deno.test("an order that a timer sends meets the next event", () => {
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    timers: { now: { afterOpen: "5s" } },
    onTimer: (_name, broker) => void broker.buy(1),
    onTick() {},
  });
  const { record } = runAll({
    strategy: definition,
    tapes: [at(12, 16, 40)],
    sessions: SESSIONS,
  });
  assert.deepEqual([...record.fills.submitted], [15 * SECOND]);
  assert.deepEqual([...record.fills.time], [16 * SECOND]);
  assert.deepEqual([...record.fills.price], [101]);
});

Deno.test("a run that is cut anywhere hears the same timers and sessions", () => {
  const listen = (heard: string[]) =>
    strategy({
      indicators: ({ price }) => ({ price }),
      timers: { often: { every: "7s" }, late: { beforeClose: "10s" } },
      onTimer: (name, _b, _s, { time }) =>
        void heard.push(`${name} ${time / SECOND}`),
      onSessionStart: ({ open }) => void heard.push(`start ${open / SECOND}`),
      onSessionEnd: ({ close }) => void heard.push(`end ${close / SECOND}`),
      onTick({ price }) {
        heard.push(String(price.value));
      },
    });
  const tape = at(...Array.from({ length: 60 }, (_, i) => 11 + i * 4.7));
  const whole: string[] = [];
  const setup = { tapes: [tape], sessions: SESSIONS, equityEvery: MINUTE };
  runAll({ strategy: listen(whole), ...setup });
  for (const rows of [1, 7, 13]) {
    const cut: string[] = [];
    runAll({ strategy: listen(cut), ...setup }, { cut: () => rows });
    assert.deepEqual(cut, whole);
  }
});

Deno.test("timers that are no durations are refused", () => {
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    timers: { odd: { every: "soon" } },
    onTimer() {},
    onTick() {},
  });
  assert.ok(isStrategy(definition));
  assert.throws(
    () => compileStrategy(definition, {}),
    /Cannot use timer odd: current value is "soon"/,
  );
});

Deno.test("snapshot and restore carry what lies outside of the state", () => {
  let book = new Map<number, number>();
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    onTick({ price }, broker) {
      book.set(price.value, (book.get(price.value) ?? 0) + 1);
      broker.target(Math.max(...book.values()) % 3 - 1);
    },
    snapshot: () => book,
    restore: (kept: Map<number, number>) => {
      book = kept;
    },
  });
  const tape: Tape = {
    kind: "trades",
    time: Array.from({ length: 50 }, (_, i) => (i + 1) * SECOND),
    columns: { price: Array.from({ length: 50 }, (_, i) => 100 + i % 7) },
  };
  const { record, end, runner } = runAll({
    strategy: definition,
    tapes: [tape],
  });
  assert.equal(book.get(100), 8);
  runner.restore(runner.initial);
  assert.equal(book.size, 0, "the beginning is an empty book");
  runner.restore(end);
  assert.equal(book.get(100), 8);
  runner.restore(runner.initial);
  const again = runAll({ strategy: definition, tapes: [tape] });
  assert.deepEqual(again.record.fills, record.fills);
  assert.deepEqual(again.end, end);
});

Deno.test("snapshot without restore is refused", () => {
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    onTick() {},
    snapshot: () => 1,
  });
  assert.ok(isStrategy(definition));
  assert.throws(
    () => compileStrategy(definition, {}),
    /Cannot use snapshot without restore/,
  );
});

Deno.test("the account is not to be had by a name that the code does not hold", () => {
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    onTick: (_series, broker) => void broker.account.equity,
  });
  assert.throws(
    () => runAll({ strategy: definition, tapes: [at(1)] }),
    /Cannot look at the account/,
  );
});

Deno.test("a strategy may run by the clock alone", () => {
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    timers: { now: { afterOpen: "5s" } },
    onTimer: (_name, broker, _state, _context, { price }) =>
      void broker.target(price.value > 99 ? 1 : -1),
  });
  const { record } = runAll({
    strategy: definition,
    tapes: [at(12, 16, 40, 206)],
    sessions: SESSIONS,
  });
  assert.deepEqual([...record.fills.time], [16 * SECOND]);
  assert.deepEqual([...record.fills.price], [101]);
});
