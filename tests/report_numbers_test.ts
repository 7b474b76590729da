import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeColumns } from "../report/client/decode.ts";
import { TradingTime } from "../report/client/trading_time.ts";
import { M4, m4, type Points } from "../report/downsample/m4.ts";
import { markup, scriptJson } from "../report/html.ts";
import { scaleOf } from "../report/payload/encode.ts";
import { Payload } from "../report/payload/payload.ts";

const walk = fc.array(
  fc.record({
    step: fc.integer({ min: 0, max: 40 }),
    value: fc.integer({ min: -50, max: 50 }),
  }),
  { minLength: 1, maxLength: 300 },
).map((steps): Points => {
  let at = 0;
  return {
    time: Float64Array.from(steps, ({ step }) => at += step),
    value: Float64Array.from(steps, ({ value }) => value),
  };
});

Deno.test("M4 keeps the first, the last and the extremes of every bucket", () => {
  fc.assert(fc.property(
    walk,
    fc.integer({ min: 1, max: 40 }),
    fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }),
    (line, most, pieces) => {
      const sampled = new M4({ most, width: 1 });
      let from = 0;
      for (const piece of [...pieces, line.time.length]) {
        const to = Math.min(from + piece, line.time.length);
        sampled.add(line.time, line.value, from, to);
        from = to;
      }
      assert.deepEqual(sampled.points(), keptOf(line, sampled.width));
      const buckets = new Set(
        [...line.time].map((time) => Math.floor(time / sampled.width)),
      );
      assert.ok(buckets.size <= most);
      // As narrow as that allows: half as wide there were too many.
      if (sampled.width > 1) {
        const half = new Set(
          [...line.time].map((time) => Math.floor(2 * time / sampled.width)),
        );
        assert.ok(half.size > most);
      }
    },
  ));
});

/** M4 by its definition. */
function keptOf({ time, value }: Points, width: number): Points {
  const buckets = Map.groupBy(
    time.keys(),
    (row) => Math.floor(time[row] / width),
  );
  const kept = [...buckets.values()].flatMap((rows) => {
    const low = rows.reduce((a, b) => value[b] < value[a] ? b : a);
    const high = rows.reduce((a, b) => value[b] > value[a] ? b : a);
    const all = [
      rows[0],
      ...[low, high].sort((a, b) => time[a] - time[b]),
      rows.at(-1)!,
    ];
    return all;
  });
  // Rows at one time and value look the same.
  const rows = kept.filter((row, i) =>
    i === 0 || time[row] !== time[kept[i - 1]] ||
    value[row] !== value[kept[i - 1]]
  );
  return {
    time: Float64Array.from(rows, (row) => time[row]),
    value: Float64Array.from(rows, (row) => value[row]),
  };
}

Deno.test("a short line is kept as it is", () => {
  const line = { time: Float64Array.of(1, 2), value: Float64Array.of(3, 4) };
  assert.equal(m4(line, 1), line);
});

Deno.test("numbers come back as they went in", async () => {
  const columns = [
    [[0, 1, 5, 5, 1e15], 1],
    [[5152.75, 5150.25, -3.5, 0], 100],
    [[], 1],
    [[NaN, 1.5, NaN, NaN, -2, NaN], 10],
    [[1.10234, 1.10233, 1.10235], 1e5],
    [[-(2 ** 40), 2 ** 40, 127, 128, -128, 16384], 1],
  ] as const;
  const payload = new Payload();
  const places = columns.map(([values, scale]) =>
    payload.column(Float64Array.from(values), scale)
  );
  const { data, bytes } = payload.finish({ origin: 0, sessions: [] });
  const decoded = await decodeColumns(bytes, data.columns);
  for (const [i, [values]] of columns.entries()) {
    assert.deepEqual([...decoded(places[i])], [...values]);
  }
});

Deno.test("a scale keeps what numbers need", () => {
  assert.equal(scaleOf(Float64Array.of(1, 2, 3)), 1);
  assert.equal(scaleOf(Float64Array.of(0.25, 5)), 100);
  assert.equal(scaleOf(Float64Array.of(1.10235)), 1e5);
  assert.equal(scaleOf(Float64Array.of(1 / 3, 1e6)), 100);
  assert.equal(scaleOf(Float64Array.of(NaN, 0.5)), 10);
  assert.equal(scaleOf(new Float64Array(0)), 1);
});

Deno.test("what is put into a page stays text", () => {
  const evil = `</script><img src=x onerror='alert("1")'>&amp;`;
  assert.equal(
    markup`<p title="${evil}">${[evil, 1, null, false]}</p>`.text,
    `<p title="${ESCAPED}">${ESCAPED}1</p>`,
  );
  const { text } = scriptJson({ [evil]: [evil, "\u2028"] });
  assert.doesNotMatch(text, /[<>&\u2028]/);
  assert.deepEqual(JSON.parse(text), { [evil]: [evil, "\u2028"] });
});

const ESCAPED =
  "&lt;/script&gt;&lt;img src=x onerror=&#39;alert(&quot;1&quot;)&#39;&gt;&amp;amp;";

const HOUR = 3600e6;
/** Two sessions of two hours, 14:00 to 16:00 UTC. */
const clock = new TradingTime(Date.UTC(2024, 2, 4) * 1000, [
  [14 * HOUR, 16 * HOUR],
  [38 * HOUR, 40 * HOUR],
]);

Deno.test("trading time stands still between sessions", () => {
  assert.equal(clock.length, 4 * 3600);
  const times = [13, 14, 15, 16, 30, 38, 39.5, 40, 50].map((h) => h * HOUR);
  const trading = [0, 0, 1, 2, 2, 2, 3.5, 4, 4].map((h) => h * 3600);
  assert.deepEqual(times.map((time) => clock.at(time)), trading);
  assert.deepEqual([...clock.all(Float64Array.from(times))], trading);
  assert.equal(
    new Date(clock.epoch(3 * 3600) / 1000).toISOString(),
    "2024-03-05T15:00:00.000Z",
  );
  assert.equal(new TradingTime(0, []).length, 1);
});

Deno.test("an axis of trading time has round marks, and dates at opens", () => {
  const day = clock.marks(0, 2 * 3600, 5);
  assert.deepEqual(day.texts, ["2024-03-04", "14:30", "15:00", "15:30"]);
  assert.deepEqual(day.at, [0, 1800, 3600, 5400]);
  const both = clock.marks(0, 4 * 3600, 4);
  assert.deepEqual(both.texts, ["2024-03-04", "15:00", "2024-03-05", "15:00"]);
  const close = clock.marks(3600, 3600 + 0.01, 6);
  assert.deepEqual(close.texts.slice(0, 2), ["00.000", "00.002"]);
});
