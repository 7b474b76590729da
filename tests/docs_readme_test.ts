import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { breakwater, ROOT } from "./helpers/cli.ts";
import { blocksOf } from "./helpers/markdown.ts";

const SAMPLE = existsSync(join(ROOT, "data/es/SAMPLE.md"));
if (!SAMPLE) {
  console.log(
    "Skipped: the sample of data/es is not there, run configs/es.yaml to make it",
  );
}

Deno.test({
  name: "the README prints what it says",
  ignore: !SAMPLE,
  async fn() {
    const page = await Deno.readTextFile(join(ROOT, "README.md"));
    const [shown, verified] = blocksOf(page)
      .filter(({ language }) => language === "text");
    const out = await Deno.makeTempDir();
    try {
      const args = ["run", "configs/es.yaml", "--out", out];
      const ended = await breakwater(args, { cwd: ROOT });
      assert.equal(ended.code, 0, ended.err);
      assert.equal(
        steady(ended.out),
        steady(shown.text.replace(/^No file matches .*\n/, "")),
      );
      const [digest] = /^digest .*\n/m.exec(ended.out) ?? [];
      assert.ok(digest && verified.text.endsWith(digest));
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});

/** Leaves out what differs from one machine or minute to another. */
function steady(text: string): string {
  return text
    .replaceAll(/in [\d.]+ s \([\d.]+ M ticks\/s\), [\d.]+ s/g, "in T s, T s")
    .replaceAll(/on \d+ workers?/g, "on N workers")
    .replaceAll(/^ {2}about [\d.]+ times as fast.*\n/gm, "")
    .replaceAll(/^ {2}run .*$/gm, "  run DIRECTORY")
    .replaceAll(/^ {2}report .*$/gm, "  report PAGE");
}
