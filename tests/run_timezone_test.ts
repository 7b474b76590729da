import assert from "node:assert/strict";
import {
  Desk,
  digestOf,
  pipelineText,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";

Deno.test("the machine's time zone does not reach a strategy", async () => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText(),
    "data/ticks.csv": ticksText(walkPrices(8000)),
    "strategy.ts": strategyText(`{
      indicators: ({ price }) => ({ price }),
      onTick(_, broker, __, { epochNs }) {
        const date = new Date(Number(epochNs / 1000000n));
        broker.target(date.getHours() % 2);
      },
    }`),
  });
  const digests: string[] = [];
  for (const TZ of ["UTC", "America/New_York", "Asia/Kolkata"]) {
    const out = `runs/${digests.length}`;
    digests.push(digestOf(await desk.run("it.yaml", { out, env: { TZ } })));
  }
  assert.equal(new Set(digests).size, 1);
});
