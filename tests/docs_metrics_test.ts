import assert from "node:assert/strict";
import type { Broker } from "../engine/mod.ts";
import { strategy } from "../engine/mod.ts";
import { roundTrips } from "../engine/metrics/mod.ts";
import { compose } from "../stages/aggregator/compose.ts";
import { figuresOf } from "../stages/aggregator/figures.ts";
import { runTables } from "../stages/aggregator/run_tables.ts";
import { Desk, pipelineText, strategyText, ticksText } from "./helpers/cli.ts";
import { ES, runAll, SECOND } from "./helpers/engine.ts";
import { tableOf } from "./helpers/markdown.ts";

const URL_OF_PAGE = new URL("../docs/metrics.md", import.meta.url);
const PAGE = await Deno.readTextFile(URL_OF_PAGE);

const CAPITAL = 10_000;
const SESSIONS = [[0, 100], [200, 300], [400, 500]].map(([open, close]) => ({
  open: open * SECOND,
  close: close * SECOND,
}));

/** What is sent on the tick at a second; it fills at the next one. */
const ORDERS: Readonly<Record<number, (broker: Broker) => unknown>> = {
  10: (broker) => broker.buy(1),
  30: (broker) => broker.sell(1),
  210: (broker) => broker.sell(2),
  230: (broker) => broker.buy(2),
  410: (broker) => broker.buy(1),
  430: (broker) => broker.sell(1),
};

const TICKS: readonly (readonly [second: number, price: number])[] = [
  [10, 100],
  [20, 100],
  [30, 103],
  [40, 104],
  [210, 104],
  [220, 104],
  [230, 107],
  [240, 106],
  [410, 106],
  [420, 106],
  [430, 108],
  [440, 109],
];

function example() {
  const { record } = runAll({
    strategy: strategy({
      indicators: ({ price }) => ({ price }),
      onTick: (_series, broker, _state, { time }) => {
        ORDERS[time / SECOND]?.(broker);
      },
    }),
    tapes: [{
      kind: "trades",
      time: TICKS.map(([second]) => second * SECOND),
      columns: { price: TICKS.map(([, price]) => price) },
    }],
    sessions: SESSIONS.map(({ open, close }) => [open, close]),
    equityEvery: 1e15,
  });
  const instruments = [ES];
  const whole = compose([record], { capital: CAPITAL, instruments });
  const sessions = SESSIONS.map((span, i) => ({
    date: `2024-03-0${i + 4}`,
    ...span,
  }));
  const run = runTables(whole, { capital: CAPITAL, sessions, instruments });
  const figures = figuresOf(run, { capital: CAPITAL, annualisation: 252 });
  return { whole, figures };
}

Deno.test("docs: the worked example's sessions", () => {
  const { whole: { fills, equity } } = example();
  const trades = roundTrips({ ...fills, multiplier: ES.multiplier });
  let before = CAPITAL;
  const rows = SESSIONS.map(({ close }, i) => {
    const { gross, commission, net } = trades[i];
    const told = [2 * i, 2 * i + 1].map((f) =>
      `${fills.side[f] > 0 ? "buy" : "sell"} ${fills.quantity[f]} @ ${
        fills.price[f]
      }`
    );
    const at = equity.time.findLastIndex((time) => time <= close);
    const now = equity.equity[at];
    const change = now / before - 1;
    before = now;
    return [
      i + 1,
      told.join(", "),
      gross,
      commission,
      net,
      now,
      change.toFixed(6),
    ].map(String);
  });
  assert.deepEqual(tableOf(PAGE, "A worked example"), rows);
});

Deno.test("docs: the worked example's figures", async () => {
  const { figures } = example();
  const rows = Object.entries(figures).map(([name, value]) => [
    name,
    value === null ? "null" : String(Number(value.toPrecision(7))),
  ]);
  // UPDATE_GOLDEN=1 writes the table into the page.
  if (Deno.env.get("UPDATE_GOLDEN") === "1") {
    const table = rows.map(([name, value]) => `| \`${name}\` | ${value} |\n`);
    const text = PAGE.replace(
      /(\| figure +\| value +\|\n\| -+ \| -+ \|\n)(\|.*\n)+/,
      (_, head: string) => head + table.join(""),
    );
    return await Deno.writeTextFile(URL_OF_PAGE, text);
  }
  assert.deepEqual(tableOf(PAGE, "A worked example", 1), rows);
  assert.equal(figures.max_drawdown, -210 / 10_196);
  assert.equal(figures.profit_factor, (196 + 146) / 208);
  assert.equal(figures.expectancy, (196 - 208 + 146) / 3);
});

/** Keys of a group, those of a group within it as `daily.max`. */
function keysOf(group: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(group).flatMap(([key, value]) =>
    typeof value === "object" && value !== null
      ? keysOf(value as Readonly<Record<string, unknown>>)
        .map((inner) => `${key}.${inner}`)
      : [key]
  );
}

Deno.test("docs: every key of every group of metrics is there", async () => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText().replace(
      "kind: aggregator,",
      "kind: aggregator, benchmark: ES,",
    ),
    "data/ticks.csv": ticksText([100, 101, 100, 102, 103]),
    "strategy.ts": strategyText(
      "{ indicators: ({ price }) => ({ price }), onTick(_, b) { b.target(b.position === 0 ? 1 : 0); } }",
    ),
  });
  const { result: { metrics } } = await desk.run("it.yaml");
  const [returns, risk, drawdown, activity, trades, benchmark] = [
    ...Array(6).keys(),
  ].map((table) =>
    tableOf(PAGE, "Groups", table)
      .flatMap(([names]) => names.split(",").map((name) => name.trim()))
  );
  for (
    const [group, keys] of Object.entries({
      returns,
      risk,
      drawdown,
      activity,
      trades,
      benchmark,
    })
  ) {
    assert.deepEqual(keysOf(metrics[group]).toSorted(), keys.toSorted(), group);
  }
  const parts = ["long", "short", "by_instrument", "by_hour", "by_weekday"];
  for (const name of parts) assert.ok(PAGE.includes(`\`${name}\``));
  assert.deepEqual(
    Object.keys(metrics).toSorted(),
    [
      "returns",
      "risk",
      "drawdown",
      "activity",
      "trades",
      "benchmark",
      ...parts,
    ].toSorted(),
  );
  assert.deepEqual(Object.keys(metrics.long), Object.keys(metrics.trades));
});

Deno.test("docs: every key of result.json is there, and no figure too many", async () => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText(),
    "data/ticks.csv": ticksText([100, 101, 100, 102]),
    "strategy.ts": strategyText(
      "{ indicators: ({ price }) => ({ price }), onTick() {} }",
    ),
  });
  const { result } = await desk.run("it.yaml");
  const figures = tableOf(PAGE, "Figures").map(([name]) => name);
  const rest = tableOf(PAGE, "The rest of result.json").map(([name]) => name);
  assert.deepEqual(Object.keys(example().figures), figures);
  assert.deepEqual(
    [...figures, ...rest].filter((name) =>
      !["by_stage", "monte_carlo"].includes(name)
    ).toSorted(),
    Object.keys(result).toSorted(),
  );
});
