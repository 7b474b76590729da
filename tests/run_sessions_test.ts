import assert from "node:assert/strict";
import { Desk, pipelineText, strategyText } from "./helpers/cli.ts";

const STRATEGY = strategyText(`{
  indicators: ({ price }) => ({ price }),
  onTick(_, broker) {
    broker.target(1);
  },
}`);

function ticksOf(times: readonly string[]): string {
  return `ts,price\n${times.map((at, i) => `${at},${100 + i}\n`).join("")}`;
}

async function deskOf(session: string, times: readonly string[]) {
  return await Desk.make({
    "it.yaml": pipelineText({
      instrument: `tick_size: 0.25, session: ${session}`,
    }),
    "data/ticks.csv": ticksOf(times),
    "strategy.ts": STRATEGY,
  });
}

Deno.test("ticks of a holiday alone are a run without sessions", async () => {
  await using desk = await deskOf("nyse", [
    "2023-11-23T15:00:00Z",
    "2023-11-23T15:00:01Z",
    "2023-11-23T15:00:02Z",
  ]);
  const { result } = await desk.run("it.yaml");
  assert.equal(result.filtered, 3);
  assert.equal(result.slices, 0);
  assert.equal(result.ticks, 0);
  assert.equal(result.fills, 0);
  assert.equal(result.sharpe, null);
});

Deno.test("a session of one's own names its holidays and half days", async () => {
  const session =
    '{ time_zone: UTC, open: "08:00", close: "16:00", holidays: [2024-12-25], early_closes: { 2024-12-24: "12:00" }, late_opens: { 2024-12-26: "10:00" } }';
  await using desk = await deskOf(session, [
    "2024-12-24T11:59:59Z",
    "2024-12-24T12:00:00Z",
    "2024-12-25T10:00:00Z",
    "2024-12-26T09:59:59Z",
    "2024-12-26T10:00:00Z",
    "2024-12-27T08:00:00Z",
  ]);
  const { result } = await desk.run("it.yaml");
  assert.equal(result.filtered, 3);
  assert.equal(result.slices, 3);
  assert.equal(result.ticks, 3);
});

Deno.test("a run beyond the years of its calendar fails, and says what to do", async () => {
  await using desk = await deskOf("nyse", ["2028-01-03T15:00:00Z"]);
  const { code, err } = await desk.call(["run", "it.yaml"]);
  assert.equal(code, 65);
  assert.match(err, /Cannot tell whether 2028-01-03 is a holiday/);
  assert.match(err, /covers 1990-01-01 to 2027-12-31/);
  assert.match(err, /time_zone, open, close, holidays/);
});

Deno.test("flat at close is refused where a half day is shorter than it", async () => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText({
      instrument: "tick_size: 0.25, session: nyse",
      worker: "flat_at_close: 3h",
    }),
    "data/ticks.csv": ticksOf(["2023-11-22T15:00:00Z"]),
    "strategy.ts": STRATEGY,
  });
  const { code, err } = await desk.call(["run", "it.yaml"]);
  assert.equal(code, 78);
  assert.match(
    err,
    /current value is 3h, the shortest session has 180 minutes/,
  );
});

Deno.test("the return of a half day ends at its close", async () => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText({
      instrument: "tick_size: 1, session: nyse",
    }),
    "data/ticks.csv": [
      "ts,price",
      "2023-11-24T14:30:00Z,100",
      "2023-11-24T14:30:01Z,100", // bought here
      "2023-11-24T17:59:59Z,110", // the last tick of the half day
      "2023-11-24T18:00:00Z,150",
      "2023-11-24T20:59:59Z,160",
      "2023-11-27T14:30:00Z,120",
      "2023-11-27T20:59:59Z,115",
    ].join("\n") + "\n",
    "strategy.ts": STRATEGY,
  });
  const { result } = await desk.run("it.yaml", {
    args: ["--set", "account.capital=1000"],
  });
  assert.equal(result.filtered, 2);
  const returns = [10 / 1000, 5 / 1010];
  const mean = (returns[0] + returns[1]) / 2;
  const deviation = Math.abs(returns[0] - returns[1]) / Math.SQRT2;
  const sharpe = mean / deviation * Math.sqrt(252);
  assert.ok(Math.abs(result.sharpe / sharpe - 1) < 1e-12, result.sharpe);
});

Deno.test("sessions without data are named, holidays are not among them", async () => {
  // Thanksgiving is the 23rd; the 24th, a half day, and the 27th have no rows.
  await using desk = await deskOf("nyse", [
    "2023-11-22T15:00:00Z",
    "2023-11-28T15:00:00Z",
  ]);
  const { result, out } = await desk.run("it.yaml");
  assert.deepEqual(result.empty_sessions, ["2023-11-24", "2023-11-27"]);
  assert.match(out, /^ {2}2 sessions without rows: 2023-11-24, 2023-11-27$/m);
  const plan = await desk.call(["plan", "it.yaml"]);
  assert.match(plan.out, /2 sessions without rows: 2023-11-24, 2023-11-27/);
});

Deno.test("a table without rows asks nothing of a calendar", async () => {
  await using desk = await deskOf("cme-globex", []);
  const ended = await desk.call(["run", "it.yaml", "--out", "runs/it"]);
  assert.doesNotMatch(ended.err, /holiday/);
});
