import assert from "node:assert/strict";
import fc from "fast-check";
import { histogramOf } from "../report/downsample/histogram.ts";
import { m4 } from "../report/downsample/m4.ts";
import { merge, Windows } from "../report/downsample/windows.ts";
import { readPrice } from "../report/run/price.ts";
import { Desk, pipelineText, strategyText, walkPrices } from "./helpers/cli.ts";

const ROWS = 5000;
const BEGIN = Date.UTC(2024, 2, 4, 14, 30);

Deno.test("a price has its shape everywhere and every tick near given moments", async () => {
  // Two sessions, the ticks of the night between them left out by the run.
  const prices = walkPrices(ROWS);
  const times = prices.map((_, i) => BEGIN + 20_000 * i + (i * 7919) % 5000);
  const rows = prices.map((price, i) =>
    `${new Date(times[i]).toISOString()},${price}`
  );
  await using desk = await Desk.make({
    "it.yaml": pipelineText({
      instrument: "tick_size: 0.25, multiplier: 50, session: nyse",
    }),
    "strategy.ts": strategyText(
      "{ indicators: ({ price }) => ({ price }), onTick() {} }",
    ),
    "data/ticks.csv": `ts,price\n${rows.join("\n")}\n`,
  });
  await desk.run("it.yaml");
  const plan = JSON.parse(desk.read("runs/it/plan.json"));
  const { origin, sessions } = plan.stages[2].prepared;
  const us = (ms: number) => ms * 1000 - Number(BigInt(origin) / 1000n);
  const within = sessions.map(
    ({ open, close }: { open: number; close: number }) => ({
      open: open / 1000,
      close: close / 1000,
    }),
  );
  const inside = prices.map((price, i) => ({ time: us(times[i]), price }))
    .filter(({ time }) =>
      within.some(({ open, close }: { open: number; close: number }) =>
        open <= time && time < close
      )
    );
  assert.ok(inside.length > 1000 && inside.length < ROWS);
  const moments = [3, 700, 705, 1100].map((row) => inside[row].time);
  const line = readPrice(
    { origin: Number(BigInt(origin) / 1000n), sessions: within },
    {
      directory: desk.at(plan.stages[0].prepared.table.directory),
      kind: "trades",
    },
    { around: Float64Array.from(moments), reach: 10, buckets: 64 },
  );
  assert.ok(line.time.length <= 4 * 64 + 4 * 20);
  assert.equal(line.rows, ROWS);

  const known = new Map(inside.map(({ time, price }) => [time, price]));
  for (const [i, time] of line.time.entries()) {
    assert.equal(line.price[i], known.get(time));
    if (i > 0) assert.ok(time > line.time[i - 1]);
  }
  const shown = new Set(line.time);
  for (const moment of moments) {
    const at = inside.findIndex(({ time }) => time === moment);
    for (const { time } of inside.slice(Math.max(0, at - 10), at + 10)) {
      assert.ok(shown.has(time));
    }
  }
  for (const [i, from] of line.windows.from.entries()) {
    for (const { time } of inside) {
      if (from <= time && time <= line.windows.to[i]) {
        assert.ok(shown.has(time));
      }
    }
  }
  // Extremes of each bucket of time outlast it.
  const buckets = Map.groupBy(
    inside,
    ({ time }) => Math.floor(time / line.width),
  );
  assert.ok(buckets.size <= 64);
  const drawn = new Set(line.price);
  for (const bucket of buckets.values()) {
    const own = bucket.map(({ price }) => price);
    assert.ok(drawn.has(Math.min(...own)) && drawn.has(Math.max(...own)));
  }
});

Deno.test("a histogram counts every value once, zero at an edge", () => {
  fc.assert(fc.property(
    fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
      minLength: 1,
      maxLength: 200,
    }),
    (values) => {
      const { middle, count, width, beyond } = histogramOf(
        Float64Array.from(values),
      );
      assert.equal(count.reduce((a, b) => a + b, 0), values.length);
      assert.ok(middle.length <= 64);
      for (const [i, at] of middle.entries()) {
        const low = at - width / 2;
        assert.ok(Math.abs(low / width - Math.round(low / width)) < 1e-6);
        if (i === 0 || i === middle.length - 1 || beyond > 0) continue;
        const own = values.filter((value) =>
          Math.floor(value / width) === Math.round(low / width)
        );
        assert.equal(count[i], own.length);
      }
    },
  ));
});

const ticks = fc.array(
  fc.record({ step: fc.nat(3), value: fc.nat(9), beside: fc.nat(9) }),
  { minLength: 1, maxLength: 120 },
);

Deno.test("windows have every point of their span, the shape is elsewhere", () => {
  fc.assert(fc.property(
    ticks,
    fc.array(fc.nat(200), { maxLength: 6 }),
    fc.integer({ min: 1, max: 8 }),
    fc.nat(120),
    (steps, moments, reach, cut) => {
      let at = 0;
      const time = Float64Array.from(steps, ({ step }) => at += step);
      const value = Float64Array.from(steps, ({ value }) => value);
      const beside = Float64Array.from(steps, ({ beside }) => beside);
      const around = Float64Array.from(moments).sort();
      const windows = new Windows(around, reach);
      const middle = Math.min(cut, time.length);
      windows.add({ time, value, beside }, 0, middle);
      windows.add({ time, value, beside }, middle, time.length);
      const near = windows.take();
      const within = (t: number) =>
        near.from.findIndex((from, i) => from <= t && t <= near.to[i]) >= 0;
      // Every point of a span, unless the cut parted points of one time.
      const parted = middle > 0 && time[middle - 1] === time[middle];
      const own = [...time.keys()].filter((row) => within(time[row]));
      if (!parted) {
        assert.deepEqual([...near.time], own.map((row) => time[row]));
        assert.deepEqual([...near.value], own.map((row) => value[row]));
        assert.deepEqual([...near.beside], own.map((row) => beside[row]));
      }
      for (const moment of around) {
        const row = time.findIndex((t) => t >= moment);
        if (row >= 0) assert.ok(within(time[row]));
      }
      const shape = m4({ time, value }, 4);
      const line = merge(shape, near);
      assert.deepEqual([...line.time], [...line.time].sort((a, b) => a - b));
      const drawn = line.time.filter((t) => !within(t));
      assert.deepEqual(drawn, shape.time.filter((t) => !within(t)));
    },
  ));
});
