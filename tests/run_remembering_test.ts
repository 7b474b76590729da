import assert from "node:assert/strict";
import {
  Desk,
  digestOf,
  pipelineText,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";

/** Runs a strategy on one worker and on three, cut by rows. */
async function both(strategy: string): Promise<number> {
  await using desk = await Desk.make({
    "it.yaml": pipelineText(),
    "data/ticks.csv": ticksText(walkPrices(6000)),
    "strategy.ts": strategy,
  });
  const set = ["--set", "stages.slices.slice=500 ticks"];
  const one = await desk.run("it.yaml", {
    out: "runs/one",
    args: [...set, "--workers", "1"],
  });
  const three = await desk.run("it.yaml", {
    out: "runs/three",
    args: [...set, "--workers", "3"],
  });
  assert.equal(digestOf(three), digestOf(one));
  return one.result.fills;
}

Deno.test("a Map that snapshot and restore carry is the same on many workers", async () => {
  const text = strategyText(`{
    indicators: ({ price }) => ({ price }),
    onTick({ price }, broker) {
      const seen = (counts.get(price.value) ?? 0) + 1;
      counts.set(price.value, seen);
      if (seen % 3 === 0) broker.target(seen % 2 ? 1 : -1);
    },
    snapshot: () => counts,
    restore(kept) { counts = kept; },
  }`);
  const fills = await both(
    text.replace("export default", "let counts = new Map();\nexport default"),
  );
  assert.ok(fills > 20, `fills are ${fills}`);
});

Deno.test("a strategy that sizes by equity is the same on many workers", async () => {
  const fills = await both(strategyText(`{
    indicators: ({ price }) => ({ price }),
    state: { seen: 0 },
    onTick({ price }, broker, state) {
      if (++state.seen % 40 !== 0) return;
      const size = 1 + Math.floor(broker.account.equity) % 3;
      broker.target(state.seen % 80 ? size : -size);
    },
  }`));
  assert.ok(fills > 50, `fills are ${fills}`);
});
