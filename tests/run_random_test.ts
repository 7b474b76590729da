import assert from "node:assert/strict";
import { Desk, digestOf, pipelineText, strategyText } from "./helpers/cli.ts";
import { randomOf } from "./helpers/engine.ts";

/** What a strategy may keep in mind, and what decides when it trades. */
const STRATEGIES: readonly string[] = [
  `{
  indicators: ({ price }) => ({ fast: sma(price, 7), slow: ema(price, 31) }),
  onTick({ fast, slow }, broker) {
    if (fast.ready && slow.ready) broker.target(fast.value > slow.value ? 2 : -1);
  },
}`,
  `{
  indicators: ({ price }) => ({ price, mean: sma(price, 40) }),
  state: { held: 0, last: [0, 0, 0] },
  onFill(fill, broker, state) {
    state.last[0] = fill.price;
    state.held = 0;
    if (fill.side === -1 && broker.position < -2) broker.buy(1);
  },
  onTick({ price, mean }, broker, state, context) {
    state.held++;
    if (broker.position !== 0 && state.held > 25) broker.flatten();
    else if (mean.ready && context.random() < 0.05) {
      broker.target(Math.sign(mean.value - price.value) * 3);
    } else if (broker.openProfit < -150) broker.cancelAll();
  },
}`,
  `{
  indicators: ({ price }) => ({ price }),
  onTick({ price }, broker) {
    if (!(price.ago(3) > 0)) return;
    // Sized by what it has lost: nothing of the past is ever forgotten.
    broker.target(Math.round(broker.openProfit / 100) % 4 - Math.sign(price.ago(3) - price.value));
  },
}`,
];

const CHOICES = {
  slice: ["session", "3m", "47s", "100 ticks", "1 ticks", "2h"],
  warmup: ["auto", "0s", "5m", "17 ticks"],
  session: [
    "always",
    "cme-rth",
    '{ time_zone: UTC, open: "14:31", close: "14:35" }',
  ],
  flat: ["", ", flat_at_close: 90s", ", flat_at_close: 30s"],
  batch: [1, 37, 4096, 65_536],
};

/** Ticks with ties, bursts, gaps and a night, on the grid. */
function ticks(random: () => number): string {
  let at = Date.UTC(2024, 2, 4, 14, 29) * 1000;
  let price = 5000;
  const lines = ["ts,price"];
  for (let i = 0; i < 900; i++) {
    const draw = random();
    if (i === 600) at += 24 * 3600e6 - 900e6;
    else if (draw > 0.995) at += 120e6 * random();
    else if (draw > 0.3) at += Math.floor(3e6 * random() * random());
    price += Math.round((random() - 0.5) * 5) * 0.25;
    lines.push(`${Math.floor(at)},${price}`);
  }
  return lines.join("\n") + "\n";
}

for (let seed = 1; seed <= 6; seed++) {
  Deno.test(`random pipeline ${seed}: one result on any workers and batches`, async () => {
    const random = randomOf(seed);
    const pick = <T>(from: readonly T[]): T =>
      from[Math.floor(random() * from.length)];
    const slicing = () =>
      `slice: ${pick(CHOICES.slice)}, warmup: ${pick(CHOICES.warmup)}`;
    const pipeline = pipelineText({
      instrument:
        `tick_size: 0.25, multiplier: 50, commission: { per_contract: 1.1 }, session: ${
          pick(CHOICES.session)
        }`,
      worker: `slippage_ticks: 1${pick(CHOICES.flat)}`,
    }).replace("time: ts", "time: { column: ts, unit: us }");
    await using desk = await Desk.make({
      "strategy.ts": strategyText(STRATEGIES[seed % STRATEGIES.length]),
      "data/ticks.csv": ticks(random),
      "serial.yaml": pipeline,
      "cut.yaml": pipeline.replace("slice: session", slicing()),
    });
    const serial = await desk.run("serial.yaml", {
      out: "runs/serial",
      args: ["--workers", "1"],
    });
    assert.ok(serial.result.fills > 5, `fills are ${serial.result.fills}`);
    const cut = await desk.run("cut.yaml", {
      out: "runs/cut",
      args: [
        "--workers",
        "3",
        "--set",
        `run.batch_rows=${pick(CHOICES.batch)}`,
      ],
    });
    const about = desk.read("cut.yaml") + JSON.stringify(cut.result.reruns);
    assert.equal(digestOf(cut), digestOf(serial), about);
    assert.equal(cut.result.ticks + cut.result.filtered, 900);
  });
}
