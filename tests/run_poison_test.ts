import assert from "node:assert/strict";
import {
  Desk,
  type FillRow,
  pipelineText,
  readFills,
  readParquet,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";

const ROWS = 3000;
const CUT = 1777;

/** 14:30:00 UTC, one tick a second. */
function timeOf(row: number): string {
  return new Date(Date.UTC(2024, 2, 4, 14, 30) + 1000 * row).toISOString()
    .replace("Z", "000000Z");
}

const STRATEGIES: Readonly<Record<string, string>> = {
  "averages and the past": `{
  indicators: ({ price }) => ({ price, fast: sma(price, 20), slow: ema(price, 90) }),
  onTick({ price, fast, slow }, broker) {
    if (!fast.ready || !slow.ready) return;
    const up = fast.value > slow.value && price.value >= price.ago(5);
    broker.target(up ? 2 : -1);
  },
}`,
  "bars and fills": `{
  inputs: { ticks: "ticks", bars: "bars" },
  indicators: ({ ticks, bars }) => ({ price: ticks.price, close: bars.close, mean: sma(bars.close, 3) }),
  state: { stopped: 0 },
  onBar({ close, mean }, broker) {
    if (mean.ready) broker.target(close.value > mean.value ? 1 : -1);
  },
  onTick({ price }, broker, state) {
    if (broker.openProfit < -200) { state.stopped++; broker.flatten(); }
  },
}`,
};

for (const [what, body] of Object.entries(STRATEGIES)) {
  Deno.test(`nothing before a tick depends on what comes after it: ${what}`, async () => {
    const prices = walkPrices(ROWS, 5);
    const poisoned = prices.map((price, row) =>
      row < CUT ? price : 9000 - price + (row % 3) * 40
    );
    const pipeline = body.includes("bars")
      ? pipelineText({ dispatcher: "slice: 7m" })
        .replace("from: ticks, slice", "from: [ticks, bars], slice")
        .replace(
          "  slices:",
          "  bars: { kind: preaggregate, from: ticks, bars: 1m }\n  slices:",
        )
      : pipelineText({ dispatcher: "slice: 7m" });
    await using desk = await Desk.make({
      "it.yaml": pipeline,
      "strategy.ts": strategyText(body),
      "data/ticks.csv": ticksText(prices),
    });
    const args = ["--workers", "3"];
    const clean = await desk.run("it.yaml", { out: "runs/clean", args });
    desk.write("data/ticks.csv", ticksText(poisoned));
    const dirty = await desk.run("it.yaml", { out: "runs/dirty", args });
    const cut = timeOf(CUT);
    const before = async ({ directory }: { directory: string }) =>
      (await readFills(directory)).filter(({ time }) => time < cut);
    const fills: FillRow[] = await before(clean);
    assert.ok(fills.length > 10, `fills before the cut are ${fills.length}`);
    assert.deepEqual(await before(dirty), fills);
    const equity = async ({ directory }: { directory: string }) => {
      const at = BigInt(Date.parse(cut)) * 1_000_000n;
      const rows = await readParquet(`${directory}/equity.parquet`);
      return rows.filter(({ time }) => (time as bigint) < at);
    };
    assert.deepEqual(await equity(dirty), await equity(clean));
    // The poison is strong enough to be seen afterwards.
    assert.notDeepEqual(
      await readFills(dirty.directory),
      await readFills(clean.directory),
    );
  });
}
