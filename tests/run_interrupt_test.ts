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

/** Runs until `path` is there, then sends the signal. */
async function stopWhen(
  desk: Desk,
  path: () => boolean,
  signal: Deno.Signal,
): Promise<Ended> {
  let timer: ReturnType<typeof setInterval> | undefined;
  const ended = await desk.call(["run", "it.yaml", "--out", "runs/it"], {
    limit: 20_000,
    onStart(process) {
      timer = setInterval(() => {
        if (!path()) return;
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
