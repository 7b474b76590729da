import assert from "node:assert/strict";
import type { Broker } from "../engine/mod.ts";
import { strategy } from "../engine/mod.ts";
import { parse } from "yaml";
import { commissionOf } from "../engine/broker/commission.ts";
import type { Delay, SliceRecord } from "../engine/host.ts";
import { makeBars, TableReader, TableWriter } from "../formats/mod.ts";
import { instrumentFrom } from "../stages/instrument.ts";
import { Instruments } from "../stages/sections.ts";
import {
  ES,
  MINUTE,
  runAll,
  SECOND,
  type Setup,
  type Tape,
} from "./helpers/engine.ts";
import { tableOf } from "./helpers/markdown.ts";

const PAGE = await Deno.readTextFile(
  new URL("../docs/simulation.md", import.meta.url),
);

function tape(
  kind: Tape["kind"],
  time: readonly number[],
  columns: Tape["columns"],
): Tape {
  return { kind, time: time.map((s) => s * SECOND), columns };
}

/** Rows of a table of the page, turned into columns of numbers. */
function numbers(rows: readonly string[][], column: number): number[] {
  return rows.map((row) => Number(row[column]));
}

type Script = Readonly<Record<number, (broker: Broker) => unknown>>;

interface Seen {
  readonly position: number;
  readonly entry: number;
  readonly mark: number;
  readonly profit: number;
}

/** Runs a script by event number; gives what was seen after each event's fills. */
function run(script: Script, tape: Tape, more: Partial<Setup> = {}) {
  const seen: Seen[] = [];
  const step = (_series: unknown, broker: Broker, state: { at: number }) => {
    seen.push({
      position: broker.position,
      entry: broker.entryPrice,
      mark: broker.mark,
      profit: broker.openProfit + 0,
    });
    script[state.at++]?.(broker);
  };
  const definition = strategy({
    indicators: ({ column }) => ({ x: column(Object.keys(tape.columns)[0]) }),
    state: { at: 0 },
    onTick: step,
    onBar: step,
  });
  const { record } = runAll({
    strategy: definition,
    tapes: [tape],
    equityEvery: 1e15,
    ...more,
  });
  return { record, seen };
}

/** What was sent at, and filled on, each event. */
function story({ fills }: SliceRecord, tape: Tape): [string, string][] {
  const times = Array.from(tape.time);
  const rows = times.map((): [string[], string[]] => [[], []]);
  for (let i = 0; i < fills.time.length; i++) {
    const order = `${fills.side[i] > 0 ? "buy" : "sell"} ${fills.quantity[i]}`;
    const row = times.indexOf(fills.time[i]);
    const sent = times.indexOf(fills.submitted[i]);
    if (sent >= 0) rows[sent][0].push(order);
    else rows[row][0].push(`${order} (at ${fills.submitted[i] / SECOND})`);
    rows[row][1].push(`${order} @ ${fills.price[i]}`);
  }
  return rows.map(([sent, filled]) => [sent.join(", "), filled.join(", ")]);
}

Deno.test("docs: merging", () => {
  const log: string[][] = [];
  const add = (time: number, what: string) =>
    log.push([String(log.length + 1), String(time / SECOND), what]);
  const definition = strategy({
    inputs: { ticks: "ticks", bars: "bars" },
    indicators: ({ ticks, bars }) => ({ price: ticks.price, bar: bars.close }),
    onTick: ({ price }, _broker, _state, { time }) =>
      add(time, `tick at ${price.value}`),
    onBar: ({ bar }, _broker, _state, { time }) =>
      add(time, `bar, close ${bar.value}`),
  });
  runAll({
    strategy: definition,
    tapes: [
      tape("trades", [59, 60, 61], { price: [100, 101, 102] }),
      tape("bars", [60], { open: [100], close: [100] }),
    ],
  });
  assert.deepEqual(log, tableOf(PAGE, "Merging"));
});

Deno.test("docs: on trades", () => {
  const rows = tableOf(PAGE, "On trades");
  const ticks = tape("trades", numbers(rows, 0), { price: numbers(rows, 1) });
  const { record, seen } = run({
    1: (broker) => broker.buy(2),
    3: (broker) => broker.sell(2),
  }, ticks);
  const told = story(record, ticks);
  let paid = 0;
  const expected = rows.map(([time, price], i) => {
    for (let f = 0; f < record.fills.time.length; f++) {
      if (record.fills.time[f] === ticks.time[i]) {
        paid += record.fills.commission[f];
      }
    }
    return [time, price, ...told[i], String(seen[i].position), String(paid)];
  });
  assert.deepEqual(rows, expected);
});

Deno.test("docs: on quotes", () => {
  const rows = tableOf(PAGE, "On quotes");
  const ticks = tape("quotes", numbers(rows, 0), {
    bid: numbers(rows, 1),
    ask: numbers(rows, 2),
  });
  const { record, seen } = run({
    0: (broker) => broker.buy(1),
    1: (broker) => broker.sell(1),
  }, ticks);
  const told = story(record, ticks);
  const expected = rows.map(([time, bid, ask], i) => [
    time,
    bid,
    ask,
    ...told[i],
    String(seen[i].mark),
    String(seen[i].profit),
  ]);
  assert.deepEqual(rows, expected);
});

Deno.test("docs: on bars", () => {
  const rows = tableOf(PAGE, "On bars");
  const bars = tape("bars", numbers(rows, 0), {
    open: numbers(rows, 1),
    close: numbers(rows, 2),
  });
  const { record, seen } = run({ 0: (broker) => broker.buy(1) }, bars);
  const told = story(record, bars);
  const expected = rows.map(([time, open, close], i) => [
    time,
    open,
    close,
    ...told[i],
    String(seen[i].mark),
  ]);
  assert.deepEqual(rows, expected);
});

Deno.test("docs: slippage", () => {
  const rows = tableOf(PAGE, "Slippage");
  const ticks = tape("trades", numbers(rows, 0), { price: numbers(rows, 1) });
  const { record } = run(
    {
      0: (broker) => broker.buy(1),
      2: (broker) => broker.sell(1),
    },
    ticks,
    { slippageTicks: 3 },
  );
  const told = story(record, ticks);
  assert.deepEqual(rows, rows.map(([t, p], i) => [t, p, ...told[i]]));
});

Deno.test("docs: commission", () => {
  for (const [yaml, fill, charge] of tableOf(PAGE, "Commission")) {
    const [quantity, price] = fill.split(" @ ").map(Number);
    const config = Instruments.parse({
      X: { tick_size: 0.00001, commission: parse(yaml) },
    });
    const instrument = instrumentFrom("X", config.X);
    const found = commissionOf(instrument, quantity, price, false);
    assert.ok(Math.abs(found - Number(charge)) < 1e-9, `${yaml}: ${found}`);
  }
});

Deno.test("docs: contracts that end", () => {
  const rows = tableOf(PAGE, "Contracts that end");
  const ticks = tape("trades", numbers(rows, 0), { price: numbers(rows, 1) });
  const instrument = {
    ...ES,
    commission: [],
    roll: { at: [2.5 * SECOND], prices: "raw" as const },
  };
  const { record } = run({ 0: (broker) => broker.buy(1) }, ticks, {
    instruments: [instrument],
    equityEvery: SECOND,
  });
  const { fills, equity } = record;
  const found = rows.map(([s]) => {
    const at = Number(s) * SECOND;
    const filled = Array.from(
      fills.time,
      (t, i) =>
        Math.ceil(t / SECOND) * SECOND === at
          ? [
            `${fills.side[i] > 0 ? "buy" : "sell"} ${fills.quantity[i]} @ ${
              fills.price[i]
            }`,
          ]
          : [],
    ).flat();
    const row = equity.time.findLastIndex((t) => t <= at);
    return [filled.join(", "), String(equity.value[row] ?? 0)];
  });
  assert.deepEqual(found, rows.map((row) => row.slice(2)));
});

Deno.test("docs: latency", () => {
  const rows = tableOf(PAGE, "Latency");
  const ticks = tape("trades", numbers(rows, 0), { price: numbers(rows, 1) });
  const after = (ns: number): Delay => ({ kind: "constant", ns });
  const { record, seen } = run({ 0: (broker) => broker.buy(1) }, ticks, {
    simulation: {
      latency: {
        entry: after(1.5 * SECOND),
        cancel: after(0),
        notice: after(SECOND),
      },
    },
  });
  assert.deepEqual(
    story(record, ticks).map(([, filled], i) => [
      filled,
      String(seen[i].position),
    ]),
    rows.map((row) => row.slice(2)),
  );
});

Deno.test("docs: position and average price", () => {
  const rows = tableOf(PAGE, "Position and average price");
  const fills = rows.map(([fill]) => {
    const [side, quantity, , price] = fill.split(" ");
    return { side, quantity: Number(quantity), price: Number(price) };
  });
  const script: Script = Object.fromEntries(
    fills.map(({ side, quantity }, i) => [
      i,
      (broker: Broker) =>
        side === "buy" ? broker.buy(quantity) : broker.sell(quantity),
    ]),
  );
  const price = [99, ...fills.map((fill) => fill.price)];
  const { seen } = run(
    script,
    tape("trades", price.map((_, i) => i + 1), { price }),
  );
  const expected = rows.map(([fill], i) => {
    const { position, entry, mark, profit } = seen[i + 1];
    return [
      fill,
      position,
      Number.isNaN(entry) ? "–" : entry,
      mark,
      profit,
    ].map(String);
  });
  assert.deepEqual(rows, expected);
});

Deno.test("docs: targets", () => {
  const rows: string[][] = [];
  const calls = (broker: Broker) => {
    for (const q of [2, 2, -1]) {
      const before = broker.goal;
      broker.target(q);
      const by = broker.goal - before;
      rows.push([
        `target(${q})`,
        String(broker.position),
        String(before),
        by === 0 ? "" : `${by > 0 ? "buy" : "sell"} ${Math.abs(by)}`,
        String(broker.goal),
      ]);
    }
  };
  const { record } = run(
    { 0: calls },
    tape("trades", [1, 2], { price: [100, 101] }),
  );
  assert.deepEqual(rows, tableOf(PAGE, "Targets"));
  assert.deepEqual([...record.fills.quantity], [2, 3]);
  assert.equal(new Set(record.fills.time).size, 1);
});

Deno.test("docs: flat at close", () => {
  const rows = tableOf(PAGE, "Flat at close");
  const ticks = tape("trades", numbers(rows, 0), { price: numbers(rows, 1) });
  const always = (broker: Broker) => broker.target(1);
  const { record, seen } = run(
    Object.fromEntries(rows.map((_, i) => [i, always])),
    ticks,
    {
      sessions: [[0, 100 * SECOND], [200 * SECOND, 300 * SECOND]],
      flatBefore: 20 * SECOND,
    },
  );
  const told = story(record, ticks);
  const expected = rows.map(([time, price], i) => [
    time,
    price,
    ...told[i],
    String(seen[i].position),
  ]);
  assert.deepEqual(rows, expected);
});

Deno.test("docs: equity samples", () => {
  const rows = tableOf(PAGE, "Equity samples");
  const ticks = rows.slice(0, -1);
  const time = numbers(ticks, 0);
  const { record: { equity } } = run(
    { 0: (broker) => broker.buy(1) },
    tape("trades", time, { price: numbers(ticks, 1) }),
    { equityEvery: MINUTE },
  );
  const samples = [...equity.time].map((at, i) => ({
    at: at / SECOND,
    cells: [String(equity.exposure[i]), String(equity.value[i])],
  }));
  const last = samples.pop();
  assert.ok(last);
  const expected = ticks.map(([at, price], i) => {
    const from = time[i - 1] ?? -Infinity;
    const before = samples.find((s) =>
      s.at > from && s.at <= time[i] && s.at % 60 === 0
    );
    const on = samples.find((s) => s.at === time[i] && s.at % 60 !== 0);
    if (before) return [at, price, `${before.at} (before)`, ...before.cells];
    return on ? [at, price, `${on.at}`, ...on.cells] : [at, price, "", "", ""];
  });
  assert.deepEqual(rows, [
    ...expected,
    ["end", "", String(last.at), ...last.cells],
  ]);
});

Deno.test("docs: bars", async () => {
  const ticks = tableOf(PAGE, "Bars", 1);
  const store = await Deno.makeTempDir();
  try {
    const writer = await TableWriter.create({
      store,
      key: "ES-docs",
      instrument: ES.symbol,
      columns: ["price", "size"],
      stamp: "event",
      source: { made_by: "csv", files: [], fingerprint: "f", synthetic: true },
    });
    const time = BigInt64Array.from(
      ticks,
      ([at]) => BigInt(Math.round(Number(at) * SECOND)),
    );
    writer.append(
      [
        Float64Array.from(numbers(ticks, 1)),
        Float64Array.from(numbers(ticks, 2)),
      ],
      time,
      ticks.length,
    );
    const rows = ticks.length;
    const input = writer.publish({
      quality: { read: rows, kept: rows, rejected: {}, quarantine: null },
    });
    const { directory } = await makeBars({
      input,
      rule: { by: "time", ns: MINUTE },
      store,
      stage: "bars",
    });
    using reader = TableReader.open(directory);
    const names = reader.manifest.columns;
    const ends = new BigInt64Array(16);
    const values = names.map(() => new Float64Array(16));
    const count = reader.readRaw(0, names, ends, values);
    const bars = Array.from({ length: count }, (_, i) => [
      String(Number(ends[i]) / SECOND),
      ...values.map((column) => String(column[i])),
    ]);
    assert.deepEqual(tableOf(PAGE, "Bars", 2), bars);
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});
