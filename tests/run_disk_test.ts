import assert from "node:assert/strict";
import {
  codesOf,
  Desk,
  digestOf,
  pipelineText,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";

/** A directory that holds `bytes` at most; undefined where none can be had. */
async function smallDisk(
  path: string,
  bytes: number,
): Promise<((bytes: number) => Promise<void>) | undefined> {
  Deno.mkdirSync(path);
  const mount = async (...options: string[]) => {
    const { success } = await new Deno.Command("mount", {
      args: [...options, path],
      stderr: "null",
    }).output().catch(() => ({ success: false }));
    return success;
  };
  if (!await mount("-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs")) return;
  return async (more) => {
    assert.ok(await mount("-o", `remount,size=${more}`));
  };
}

Deno.test("a run on a full disk says so, and goes on when there is room", async (t) => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText(),
    "data/ticks.csv": ticksText(walkPrices(20_000)),
    "strategy.ts": strategyText(
      "{ indicators: ({ price }) => ({ price }), onTick(_, broker) { broker.target(broker.position > 0 ? -1 : 1); } }",
    ),
  });
  const disk = desk.at("disk");
  const grow = await smallDisk(disk, 64 * 1024);
  if (!grow) {
    console.warn(`skipped ${t.name}: no small disk can be mounted here`);
    return;
  }
  try {
    const whole = digestOf(await desk.run("it.yaml"));
    const full = await desk.call(["run", "it.yaml", "--out", "disk/run"]);
    assert.equal(full.code, 1);
    assert.deepEqual(codesOf(full), ["output_write"]);
    assert.equal(desk.has("disk/run/result.json"), false);
    await grow(64 * 1024 * 1024);
    const resumed = await desk.call(["run", "--resume", "disk/run"]);
    assert.equal(digestOf(resumed), whole);
  } finally {
    await new Deno.Command("umount", { args: [disk] }).output();
  }
});
