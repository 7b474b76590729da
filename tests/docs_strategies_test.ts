import assert from "node:assert/strict";
import type { Series } from "../engine/mod.ts";
import { strategy } from "../engine/mod.ts";
import { noise, play, runAll, runnerOf, type Tape } from "./helpers/engine.ts";
import { blocksOf, importBlock, tableOf } from "./helpers/markdown.ts";

const PAGE = await Deno.readTextFile(
  new URL("../docs/strategies.md", import.meta.url),
);

interface Streak {
  readonly default: object;
  roc(source: Series, n: number): Series;
  streak(source: Series): Series;
}

async function streakModule(): Promise<Streak> {
  const block = blocksOf(PAGE).find(({ file }) =>
    file === "strategies/streak.ts"
  );
  assert.ok(block);
  return await importBlock(block.text) as unknown as Streak;
}

function trades(price: readonly number[] | Float64Array): Tape {
  return {
    kind: "trades",
    time: Array.from(price, (_, i) => i * 1e9),
    columns: { price },
  };
}

Deno.test("the indicators of the guide give the numbers of its table", async () => {
  const { roc, streak } = await streakModule();
  const rows: string[][] = [["price"], ["change"], ["streak"]];
  const watch = strategy({
    indicators: ({ price }) => ({
      price,
      change: roc(price, 3),
      streak: streak(price),
    }),
    onTick({ price, change, streak }) {
      rows[0].push(String(price.value));
      rows[1].push(change.ready ? change.value.toFixed(4) : "NaN");
      rows[2].push(String(streak.value));
    },
  });
  runAll({
    strategy: watch,
    tapes: [trades([100, 101, 102, 102, 103, 101, 100])],
  });
  assert.deepEqual(tableOf(PAGE, "An indicator of your own", 1), rows);
});

Deno.test("the strategy of the guide is the same however its rows are cut", async () => {
  const { default: definition } = await streakModule();
  const tape = trades(noise(9000, 3));
  const whole = runAll({ strategy: definition, tapes: [tape] });
  assert.ok(whole.record.fills.time.length > 100);
  const cut = runAll({ strategy: definition, tapes: [tape] }, {
    cut: () => 777,
  });
  assert.deepEqual(cut.record, whole.record);

  // From a guess after a warm-up, as a slice begins.
  const warmed = runnerOf({ strategy: definition, tapes: [tape] });
  warmed.record(false);
  play(warmed, [tape], { ranges: [[{ from: 3000, to: 6000 }]] });
  const through = runnerOf({ strategy: definition, tapes: [tape] });
  through.record(false);
  play(through, [tape], { ranges: [[{ from: 0, to: 6000 }]] });
  assert.deepEqual(warmed.snapshot(), through.snapshot());
});
