import assert from "node:assert/strict";
import fc from "fast-check";
import { strategy } from "../engine/mod.ts";
import { ES, NQ, runAll, SECOND, type Tape } from "./helpers/engine.ts";

function tape(
  kind: Tape["kind"],
  time: readonly number[],
  first: number,
  instrument = 0,
): Tape {
  const values = time.map((_, i) => first + i);
  const columns: Tape["columns"] = kind === "bars"
    ? { open: values, close: values }
    : kind === "quotes"
    ? { bid: values, ask: values }
    : { price: values };
  return { kind, time, columns, instrument };
}

const two = { inputs: { ticks: "ticks", bars: "bars" } } as const;

Deno.test("at one time bars come first, then inputs in their order", () => {
  const log: string[] = [];
  const definition = strategy({
    inputs: { a: "ticks", b: "ticks", c: "bars", d: "bars" },
    indicators: ({ a, b, c, d }) => ({
      a: a.price,
      b: b.price,
      c: c.close,
      d: d.close,
    }),
    onTick: ({ a, b }, _broker, _state, { time }) => {
      log.push(`${time} tick ${a.value} ${b.value}`);
    },
    onBar: ({ c, d }, _broker, _state, { time }) => {
      log.push(`${time} bar ${c.value} ${d.value}`);
    },
  });
  runAll({
    strategy: definition,
    tapes: [
      tape("trades", [1, 2, 2, 3], 10),
      tape("trades", [2, 3, 3], 20),
      tape("bars", [2, 4], 30),
      tape("bars", [2, 3], 40),
    ],
  });
  assert.deepEqual(log, [
    "1 tick 10 NaN",
    "2 bar 30 NaN",
    "2 bar 30 40",
    // Equal times of one input stay together.
    "2 tick 11 NaN",
    "2 tick 12 NaN",
    "2 tick 12 20",
    "3 bar 30 41",
    "3 tick 13 20",
    "3 tick 13 21",
    "3 tick 13 22",
    "4 bar 31 41",
  ]);
});

interface Row {
  readonly time: number;
  readonly feed: number;
  readonly bars: boolean;
  readonly row: number;
}

Deno.test("any inputs merge by time, bars first, input, row, however they are cut", () => {
  const inputs = fc.array(
    fc.record({
      bars: fc.boolean(),
      times: fc.array(fc.nat(12), { maxLength: 12 }),
    }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(inputs, fc.integer({ min: 1, max: 5 }), (feeds, rows) => {
      const tapes = feeds.map(({ bars, times }, f) =>
        tape(
          bars ? "bars" : "trades",
          times.toSorted((a, b) => a - b),
          1000 * f,
        )
      );
      const seen: number[] = [];
      const before = feeds.map(() => NaN);
      const definition = strategy({
        inputs: Object.fromEntries(
          feeds.map(({ bars }, f) =>
            [`f${f}`, bars ? "bars" : "ticks"] as const
          ),
        ),
        indicators: (given) =>
          Object.fromEntries(
            feeds.map(({ bars }, f) => [
              `f${f}`,
              given[`f${f}`][bars ? "close" : "price"],
            ]),
          ),
        onTick: (series) => look(series),
        onBar: (series) => look(series),
      });
      function look(series: Readonly<Record<string, { value: number }>>) {
        // One input moves on with each event, and no other.
        const moved = feeds.flatMap((_, f) => {
          const { value } = series[`f${f}`];
          if (Object.is(value, before[f])) return [];
          before[f] = value;
          return [value];
        });
        assert.equal(moved.length, 1);
        seen.push(moved[0]);
      }
      const { record } = runAll({ strategy: definition, tapes }, {
        cut: () => rows,
      });
      const all: Row[] = tapes.flatMap(({ time, kind }, feed) =>
        Array.from(time, (time, row) => ({
          time,
          feed,
          bars: kind === "bars",
          row,
        }))
      );
      all.sort((a, b) =>
        a.time - b.time || Number(b.bars) - Number(a.bars) ||
        a.feed - b.feed || a.row - b.row
      );
      assert.deepEqual(seen, all.map(({ feed, row }) => 1000 * feed + row));
      assert.equal(record.ticks, all.length);
    }),
    { numRuns: 500 },
  );
});

Deno.test("a bar that closes at a tick's time is traded on at that tick", () => {
  const definition = strategy({
    ...two,
    indicators: ({ ticks, bars }) => ({ price: ticks.price, bar: bars.close }),
    onTick() {},
    onBar: (_series, broker) => broker.target(1),
  });
  const { record } = runAll({
    strategy: definition,
    tapes: [
      tape("trades", [1, 2, 3].map((s) => s * SECOND), 100),
      tape("bars", [2 * SECOND], 500),
    ],
  });
  // Orders match on ticks where there are ticks, never on the bars beside them.
  assert.deepEqual([...record.fills.time], [2 * SECOND]);
  assert.deepEqual([...record.fills.price], [101]);
});

Deno.test("orders of another instrument fill at its own next tick and price", () => {
  const definition = strategy({
    inputs: { es: "ticks", nq: "ticks" },
    indicators: ({ es, nq }) => ({ es: es.price, nq: nq.price }),
    state: { tick: 0 },
    onTick(_series, broker, state) {
      if (state.tick++ === 0) {
        broker.buy(1);
        broker.of("NQ").sell(3);
        assert.equal(broker.of("ES"), broker);
        assert.throws(() => broker.of("CL"), {
          name: "RangeError",
          message: "Cannot trade CL: the run has ES, NQ",
        });
      }
    },
  });
  const { record } = runAll({
    strategy: definition,
    instruments: [ES, NQ],
    tapes: [
      tape("trades", [1, 5, 6].map((s) => s * SECOND), 100),
      tape("trades", [2, 3].map((s) => s * SECOND), 200, 1),
    ],
  });
  const { fills, cash, commission } = record;
  assert.deepEqual([...fills.time], [2 * SECOND, 5 * SECOND]);
  assert.deepEqual([...fills.instrument], [1, 0]);
  assert.deepEqual([...fills.price], [200, 101]);
  assert.deepEqual([...fills.commission], [3, 2]);
  assert.equal(cash, 3 * 200 * 20 - 101 * 50);
  assert.equal(commission, 5);
});

Deno.test("an instrument keeps its last mark while others tick", () => {
  const marks: number[][] = [];
  const definition = strategy({
    inputs: { es: "ticks", nq: "ticks" },
    indicators: ({ es, nq }) => ({ es: es.price, nq: nq.price }),
    onTick(_series, broker) {
      marks.push([broker.mark, broker.of("NQ").mark]);
    },
  });
  runAll({
    strategy: definition,
    instruments: [ES, NQ],
    tapes: [
      tape("trades", [1, 3, 4, 6], 100),
      tape("trades", [2, 5], 200, 1),
    ],
  }, { cut: () => 1 });
  assert.deepEqual(marks, [
    [100, NaN],
    [100, 200],
    [101, 200],
    [102, 200],
    [102, 201],
    [103, 201],
  ]);
});

Deno.test("a feed that only carries prices fills orders and calls nothing", () => {
  let ticks = 0;
  let bars = 0;
  const definition = strategy({
    inputs: { bars: "bars" },
    indicators: ({ bars }) => ({ close: bars.close }),
    onTick() {
      ticks++;
    },
    onBar(_series, broker) {
      if (bars++ === 0) broker.buy(1);
    },
  });
  const { record } = runAll({
    strategy: definition,
    tapes: [
      tape("bars", [2, 4].map((s) => s * SECOND), 500),
      tape("quotes", [1, 3, 3.5, 5].map((s) => s * SECOND), 100),
    ],
  });
  assert.deepEqual([...record.fills.price], [101]);
  assert.deepEqual([ticks, bars], [0, 2]);
  assert.equal(record.ticks, 6);
});

Deno.test("more than eight inputs are refused", () => {
  const definition = strategy({
    indicators: ({ price }) => ({ price }),
    onTick() {},
  });
  const tapes = Array.from({ length: 9 }, () => tape("trades", [1], 1));
  assert.throws(() => runAll({ strategy: definition, tapes }), {
    message: "Cannot merge more than 8 inputs: current value is 9",
  });
});
