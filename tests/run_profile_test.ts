import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { usageText, type WorkerUsage } from "../pipeline/run/usage.ts";
import {
  Desk,
  digestOf,
  pipelineText,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";
import { blocksOf } from "./helpers/markdown.ts";

const BODY = `{
  indicators: ({ price }) => ({ price, average: sma(price, 30) }),
  state: { sum: 0 },
  onTick({ price, average }, broker, state) {
    for (let i = 0; i < 4000; i++) state.sum = (state.sum + i) % 97;
    state.sum = 0;
    if (average.ready) broker.target(price.value > average.value ? 1 : -1);
  },
}`;

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
  readonly startTime: number;
  readonly endTime: number;
}

Deno.test("--profile tells where the time went, and leaves a CPU profile of every worker", async () => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText({ dispatcher: "slice: 10m" }),
    "strategy.ts": strategyText(BODY),
    "data/ticks.csv": ticksText(walkPrices(6000)),
  });
  const plain = await desk.run("it.yaml", { out: "runs/plain" });
  const ended = await desk.run("it.yaml", { args: ["--profile"] });
  assert.equal(digestOf(ended), digestOf(plain));
  const names = readdirSync(desk.at("runs/it/profile")).sort();
  assert.deepEqual(names, [
    "results-0.cpuprofile",
    "slices-0.cpuprofile",
    "ticks-0.cpuprofile",
    "trader-0.cpuprofile",
  ]);
  const profile: Profile = JSON.parse(
    desk.read("runs/it/profile/trader-0.cpuprofile"),
  );
  assert.ok(profile.endTime > profile.startTime);
  assert.equal(profile.samples.length, profile.timeDeltas.length);
  const ids = new Set(profile.nodes.map(({ id }) => id));
  assert.ok(profile.samples.every((id) => ids.has(id)));
  // Most of the time was in the strategy's own callback.
  const own = new Set(
    profile.nodes.filter(({ callFrame: { functionName, url } }) =>
      functionName === "onTick" && url.endsWith("/strategy.ts")
    ).map(({ id }) => id),
  );
  const spent = (of: (id: number) => boolean) =>
    profile.samples.reduce(
      (sum, id, i) => of(id) ? sum + profile.timeDeltas[i] : sum,
      0,
    );
  const share = spent((id) => own.has(id)) / spent(() => true);
  assert.ok(share > 0.3, `share of onTick is ${share}`);
  const usage: WorkerUsage[] = ended.result.usage;
  for (const use of usage) {
    assert.ok(use.peak_heap >= use.heap && use.heap > 1e6, use.stage);
    assert.ok(use.done_s > 0);
  }
  assert.ok(ended.result.peak_memory > 5e7);

  const page = await Deno.readTextFile(
    new URL("../docs/strategies.md", import.meta.url),
  );
  const { text } = blocksOf(page).find(({ text }) => /peak heap/.test(text))!;
  const plainText = (said: string) =>
    said.trim().replaceAll(/^ +/gm, "").replaceAll(/ +/g, " ").replaceAll(
      /\d[\d.]*/g,
      "0",
    );
  assert.equal(plainText(ended.err), plainText(text));
});

function use(
  stage: string,
  { busy = 0, starved = 0, done = 10 },
): WorkerUsage {
  return {
    stage,
    copy: 0,
    busy_s: busy,
    starved_s: starved,
    blocked_s: 0,
    rows: 1,
    done_s: done,
    heap: 1,
    peak_heap: 1,
  };
}

const VERDICTS: readonly [string, readonly WorkerUsage[]][] = [
  ["Bound by the strategy: its workers were busy 80 % of the time", [
    use("ticks", { busy: 9 }),
    use("cross", { busy: 7 }),
    use("cross", { busy: 9 }),
  ]],
  ["Bound by ticks: it was busy 60 % of the time", [
    use("ticks", { busy: 6 }),
    use("cross", { busy: 3, starved: 7 }),
  ]],
  ["Bound by writing results: that was 70 % of the time", [
    use("ticks", { busy: 1 }),
    use("cross", { busy: 2, done: 3 }),
    use("results", { done: 10 }),
  ]],
  [
    "Bound by waiting: the strategy's workers had no input 90 % of the time, and nobody was busy with it",
    [use("ticks", { busy: 1 }), use("cross", { busy: 1, starved: 9 })],
  ],
  [
    "Bound by no one thing: the strategy's workers were busy 40 % of the time, 30 % they had no input",
    [use("ticks", { busy: 2 }), use("cross", { busy: 4, starved: 3 })],
  ],
];

for (const [says, usage] of VERDICTS) {
  Deno.test(`one line says what a run was bound by: ${says}`, () => {
    assert.equal(
      usageText(usage, ["cross"], 10).split("\n").at(-1),
      `  ${says}`,
    );
  });
}
