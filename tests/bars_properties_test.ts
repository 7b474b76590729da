import assert from "node:assert/strict";
import fc from "fast-check";
import { SESSIONS, sessionsBetween } from "../engine/sessions/mod.ts";
import {
  type BarRule,
  makeBars,
  type StoredTable,
  TableReader,
  TableWriter,
} from "../formats/mod.ts";
import { BATCH_ROWS } from "../formats/table.ts";

const DAY = 86_400_000_000_000n;
/** 2024-03-04, a Monday before the clocks of Chicago change on the 10th. */
const BEGIN = 1_709_510_400_000_000_000n;

interface Tick {
  readonly time: bigint;
  readonly price: number;
  readonly size: number;
}

const rules: fc.Arbitrary<BarRule> = fc.oneof(
  fc.constantFrom(60e9, 7 * 60e9, 3600e9, 86_400e9).map((ns) => ({
    by: "time" as const,
    ns,
  })),
  fc.integer({ min: 1, max: 9 }).map((ticks) => ({
    by: "ticks" as const,
    ticks,
  })),
  fc.integer({ min: 1, max: 40 }).map((volume) => ({
    by: "volume" as const,
    volume,
  })),
  fc.integer({ min: 100, max: 9000 }).map((value) => ({
    by: "value" as const,
    value,
    multiplier: 2,
  })),
  fc.integer({ min: 1, max: 20 }).map((imbalance) => ({
    by: "imbalance" as const,
    imbalance,
  })),
);

const tapes: fc.Arbitrary<Tick[]> = fc.array(
  fc.record({
    time: fc.bigInt({ min: BEGIN, max: BEGIN + 8n * DAY - 1n }),
    price: fc.integer({ min: 396, max: 404 }).map((quarters) => quarters / 4),
    size: fc.integer({ min: 0, max: 9 }),
  }),
  { minLength: 1, maxLength: 120 },
).map((ticks) =>
  ticks.toSorted((a, b) => a.time < b.time ? -1 : a.time > b.time ? 1 : 0)
);

async function barsOf(
  store: string,
  ticks: readonly Tick[],
  request: {
    rule: BarRule;
    session: keyof typeof SESSIONS;
    gaps?: "skip" | "carry";
  },
): Promise<string[]> {
  const writer = await TableWriter.create({
    store,
    key: `X-${crypto.randomUUID()}`,
    instrument: "X",
    columns: ["price", "size"],
    stamp: "event",
    source: { made_by: "custom", files: [], fingerprint: "f", synthetic: true },
  });
  writer.append(
    [
      Float64Array.from(ticks, ({ price }) => price),
      Float64Array.from(ticks, ({ size }) => size),
    ],
    BigInt64Array.from(ticks, ({ time }) => time),
    ticks.length,
  );
  const rows = ticks.length;
  const input = writer.publish({
    quality: { read: rows, kept: rows, rejected: {}, quarantine: null },
  });
  const { rule, session, gaps } = request;
  const sessions = rows === 0 ? [] : sessionsBetween(
    SESSIONS[session],
    ticks[0].time,
    ticks[rows - 1].time,
  );
  const stage = crypto.randomUUID();
  const made = await makeBars({ input, rule, sessions, gaps, store, stage });
  return linesOf(made);
}

function linesOf({ directory }: StoredTable): string[] {
  using reader = TableReader.open(directory);
  const { columns } = reader.manifest;
  const time = new BigInt64Array(BATCH_ROWS);
  const into = columns.map(() => new Float64Array(BATCH_ROWS));
  const lines: string[] = [];
  for (let index = 0; index < reader.batches.length; index++) {
    const rows = reader.readRaw(index, columns, time, into);
    for (let i = 0; i < rows; i++) {
      lines.push([time[i], ...into.map((values) => values[i])].join(" "));
    }
  }
  return lines;
}

const sessions = fc.constantFrom("always" as const, "cme-rth" as const);

Deno.test("the bars of all sessions are those of each session alone, and no tick is lost or counted twice", async () => {
  const store = await Deno.makeTempDir();
  try {
    await fc.assert(
      fc.asyncProperty(tapes, rules, sessions, async (ticks, rule, session) => {
        const whole = await barsOf(store, ticks, { rule, session });
        const spans = sessionsBetween(
          SESSIONS[session],
          BEGIN,
          BEGIN + 8n * DAY,
        );
        const alone: string[] = [];
        let inside = 0;
        for (const { open, close } of spans) {
          const own = ticks.filter(({ time }) => time >= open && time < close);
          inside += own.length;
          if (own.length === 0) continue;
          const made = await barsOf(store, own, { rule, session });
          alone.push(...made);
          for (const line of made) {
            const end = BigInt(line.split(" ")[0]);
            assert.ok(end > open && end <= close);
          }
        }
        assert.deepEqual(whole, alone);
        const count = whole.map((line) => Number(line.split(" ")[7]));
        assert.equal(count.reduce((a, b) => a + b, 0), inside);
      }),
      { numRuns: 8 },
    );
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("carried bars hold the others, and no interval of trading time is missing between them", async () => {
  const store = await Deno.makeTempDir();
  const rule: BarRule = { by: "time", ns: 7 * 60e9 };
  try {
    await fc.assert(
      fc.asyncProperty(tapes, sessions, async (ticks, session) => {
        const skipped = await barsOf(store, ticks, { rule, session });
        const carried = await barsOf(store, ticks, {
          rule,
          session,
          gaps: "carry",
        });
        const real = carried.filter((line) => !line.endsWith(" 0"));
        assert.deepEqual(real, skipped);
        if (carried.length === 0) return;
        const ends = carried.map((line) => BigInt(line.split(" ")[0]));
        const expected: bigint[] = [];
        const length = BigInt(rule.ns);
        for (
          const { open, close } of sessionsBetween(
            SESSIONS[session],
            ends[0] - 1n,
            ends[ends.length - 1],
          )
        ) {
          for (let at = open - open % length; at < close; at += length) {
            const end = at + length < close ? at + length : close;
            if (end >= ends[0] && end <= ends[ends.length - 1]) {
              expected.push(end);
            }
          }
        }
        assert.deepEqual(ends, expected);
      }),
      { numRuns: 10 },
    );
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("an interval that a session's end cuts is carried, though the next session's first tick is in it", async () => {
  const store = await Deno.makeTempDir();
  try {
    // 00:00 of 2024-03-06 is no multiple of 7 minutes: the interval around it
    // ends with its session, and holds the first tick of the next.
    const day = 86_400_000_000_000n;
    const first = 1_709_510_400_000_000_000n;
    const ticks = [first, first + 2n * day].map((time) => ({
      time,
      price: 99,
      size: 1,
    }));
    const lines = await barsOf(store, ticks, {
      rule: { by: "time", ns: 7 * 60e9 },
      session: "always",
      gaps: "carry",
    });
    const ends = lines.map((line) => BigInt(line.split(" ")[0]));
    assert.ok(ends.includes(first + day), "the first day's last bar");
    assert.ok(ends.includes(first + 2n * day), "the second day's last bar");
    assert.deepEqual(ends, [...new Set(ends)].sort());
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("no ticks make no bars, with and without columns of one's own", async () => {
  const store = await Deno.makeTempDir();
  try {
    const rule: BarRule = { by: "ticks", ticks: 2 };
    assert.deepEqual(await barsOf(store, [], { rule, session: "always" }), []);
    const [key] = [...Deno.readDirSync(store)].map(({ name }) => name)
      .filter((name) => name.startsWith("X-"));
    const made = await makeBars({
      input: { directory: `${store}/${key}`, key },
      rule,
      sessions: [],
      select: { total: "sum(size)" },
      store,
      stage: "empty",
    });
    assert.equal(made.manifest.rows, 0);
    assert.equal(made.manifest.columns.at(-1), "total");
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});
