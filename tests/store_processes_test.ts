import assert from "node:assert/strict";
import { Desk, pipelineText, strategyText, ticksText } from "./helpers/cli.ts";
import { readManifest } from "../formats/store/mod.ts";

const ROWS = 400_000;
const FILES = {
  "it.yaml": pipelineText(),
  "strategy.ts": strategyText(
    "{ indicators: ({ price }) => ({ price }), onTick() {} }",
  ),
  "data/ticks.csv": ticksText(
    Array.from({ length: ROWS }, (_, i) => 5000 + (i % 7) * 0.25),
  ),
};

function deskOf(): Promise<Desk> {
  return Desk.make(FILES);
}

function namesIn(desk: Desk): string[] {
  try {
    return [...Deno.readDirSync(desk.at("store"))].map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

Deno.test("two processes that ingest one source at once both succeed and leave one table", async () => {
  await using desk = await deskOf();
  const ended = await Promise.all(
    [1, 2].map(() => desk.call(["ingest", "it.yaml"])),
  );
  for (const { code, err } of ended) assert.equal(code, 0, err);
  const names = namesIn(desk);
  assert.equal(names.length, 1, names.join(", "));
  assert.equal(readManifest(desk.at("store", names[0])).rows, ROWS);
  assert.equal((await desk.call(["store", "verify"])).code, 0);
});

Deno.test("an ingest that is killed leaves nothing that a run trusts, and prune takes what it left", async () => {
  await using desk = await deskOf();
  let over = false;
  const watch = async (process: Deno.ChildProcess) => {
    while (!over) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      const [name] = namesIn(desk);
      // Killed with some of its files written.
      if (name === undefined || ![...walk(desk.at("store", name))].length) {
        continue;
      }
      over = true;
      process.kill("SIGKILL");
    }
  };
  const ended = await desk.call(["ingest", "it.yaml"], {
    onStart: (process) => void watch(process),
  });
  over = true;
  assert.notEqual(ended.code, 0);
  const left = namesIn(desk);
  assert.equal(left.length, 1);
  assert.match(left[0], /^\.making-ES-/);

  const listed = await desk.call(["store", "list"]);
  assert.equal(listed.out, "store has no tables\n");
  const dry = await desk.call(["store", "prune", "--dry-run"]);
  assert.equal(
    dry.out,
    `would remove store/${left[0]}: left by a process that was killed\n`,
  );
  assert.deepEqual(namesIn(desk), left);

  const again = await desk.call(["ingest", "it.yaml"]);
  assert.equal(again.code, 0, again.err);
  const [key, ...others] = namesIn(desk);
  assert.deepEqual(others, []);
  await using fresh = await deskOf();
  assert.equal((await fresh.call(["ingest", "it.yaml"])).code, 0);
  const [freshKey] = namesIn(fresh);
  assert.equal(
    readManifest(desk.at("store", key)).content,
    readManifest(fresh.at("store", freshKey)).content,
  );
});

Deno.test("prune leaves alone what another process is making", async () => {
  await using desk = await deskOf();
  const making = desk.call(["ingest", "it.yaml"]);
  let pruned = 0;
  let done = false;
  void making.then(() => done = true);
  while (!done) {
    if (namesIn(desk).some((name) => name.startsWith(".making-"))) {
      const { out } = await desk.call(["store", "prune"]);
      assert.equal(out, "store has nothing to prune\n");
      pruned++;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal((await making).code, 0);
  assert.ok(pruned > 0);
  assert.equal(namesIn(desk).length, 1);
});

function* walk(directory: string): Iterable<string> {
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory) yield* walk(path);
    else if (name.endsWith(".arrow")) yield path;
  }
}
