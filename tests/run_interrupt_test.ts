import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import {
  codesOf,
  Desk,
  type Ended,
  pipelineText,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";

/** Slow on purpose: some milliseconds a tick. */
const STRATEGY = strategyText(`{
  params: { work: param.int({ default: 0, min: 0 }) },
  indicators: ({ price }) => ({ price, average: sma(price, 30) }),
  state: { sum: 0 },
  onTick({ price, average }, broker, state, { params }) {
    for (let i = 0; i < params.work; i++) state.sum = (state.sum + i) % 97;
    state.sum = 0;
    if (average.ready) broker.target(price.value > average.value ? 1 : -1);
  },
}`);

const WORK = 1_000_000;

function deskOf(): Promise<Desk> {
  return Desk.make({
    "it.yaml": pipelineText({
      dispatcher: "slice: 1m",
      worker: `params: { work: ${WORK} }, workers: 2`,
    }),
    "strategy.ts": STRATEGY,
    "data/ticks.csv": ticksText(walkPrices(6000)),
  });
}

/** Runs until the condition holds, then sends the signal. */
async function stopWhen(
  desk: Desk,
  holds: () => boolean,
  signal: Deno.Signal,
  args: readonly string[] = ["run", "it.yaml", "--out", "runs/it"],
): Promise<Ended> {
  let timer: ReturnType<typeof setInterval> | undefined;
  const ended = await desk.call(args, {
    limit: 20_000,
    onStart(process) {
      timer = setInterval(() => {
        if (!holds()) return;
        clearInterval(timer);
        process.kill(signal);
      }, 20);
    },
  });
  clearInterval(timer);
  return ended;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`${signal} ends a run with 130, at once and without a result`, async () => {
    await using desk = await deskOf();
    const ended = await stopWhen(
      desk,
      () => desk.has("runs/it/plan.json"),
      signal,
    );
    assert.equal(ended.code, 130, ended.err);
    assert.deepEqual(codesOf(ended), ["interrupted"]);
    assert.equal(ended.out, "");
    const names = readdirSync(desk.at("runs/it"));
    assert.ok(!names.includes("result.json"));
    assert.ok(!names.includes("fills.parquet"));
    // What it had ingested is whole, so the next run takes it up.
    const plan = await desk.call(["plan", "it.yaml"]);
    assert.match(plan.out, /6,?000 rows/);
  });
}

Deno.test("an ingest that is stopped ends with 130 and leaves no table", async () => {
  await using desk = await deskOf();
  const begin = Date.UTC(2024, 2, 4);
  const rows = Array.from(
    { length: 1_000_000 },
    (_, i) => `${begin + i},${5000 + (i % 7) * 0.25}\n`,
  );
  desk.write("data/ticks.csv", `ts,price\n${rows.join("")}`);
  desk.write(
    "it.yaml",
    pipelineText().replace("time: ts", "time: { column: ts, unit: ms }"),
  );
  const making = () =>
    desk.has("store") &&
    readdirSync(desk.at("store")).some((name) => name.startsWith(".making"));
  const ended = await stopWhen(desk, making, "SIGINT", ["ingest", "it.yaml"]);
  assert.equal(ended.code, 130, ended.err);
  assert.deepEqual(codesOf(ended), ["interrupted"]);
  const tables = readdirSync(desk.at("store"))
    .filter((name) => !name.startsWith("."));
  assert.deepEqual(tables, []);
  const again = await desk.call(["ingest", "it.yaml"]);
  assert.equal(again.code, 0, again.err);
  assert.match(again.out, /1,000,000 rows/);
  const [table, ...others] = readdirSync(desk.at("store"));
  assert.match(table, /^ES-/);
  assert.deepEqual(others, []);
});
