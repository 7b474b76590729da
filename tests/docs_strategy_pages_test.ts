import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { SAMPLES } from "../formats/samples/mod.ts";
import { breakwater, ROOT } from "./helpers/cli.ts";
import { blocksOf, tableOf } from "./helpers/markdown.ts";

/** A page of a strategy, and the pipeline that it runs. */
interface Shown {
  readonly name: string;
  readonly text: string;
  readonly config: string;
}

const PAGES: Shown[] = readdirSync(join(ROOT, "docs/strategies")).map(
  (file) => {
    const text = readFileSync(join(ROOT, "docs/strategies", file), "utf8");
    const config = /task run (configs\/[\w-]+\.yaml)/.exec(text)?.[1];
    assert.ok(config, `${file} runs no pipeline`);
    return { name: basename(file, ".md"), text, config };
  },
);

/** Directories of the samples that a pipeline reads. */
function samplesOf(config: string): string[] {
  const { stages } = parse(readFileSync(join(ROOT, config), "utf8"));
  return Object.values<{ sample?: keyof typeof SAMPLES }>(stages)
    .flatMap(({ sample }) => sample ? [SAMPLES[sample].directory] : []);
}

Deno.test("every strategy but the tutorial's has a page", () => {
  const strategies = readdirSync(join(ROOT, "strategies"))
    .map((file) => basename(file, ".ts"))
    .filter((name) => name !== "bar_cross");
  assert.deepEqual(PAGES.map(({ name }) => name).sort(), strategies.sort());
});

for (const { name, text, config } of PAGES) {
  Deno.test(`docs/strategies/${name}.md lists the parameters with their defaults`, async () => {
    const { default: definition } = await import(`../strategies/${name}.ts`);
    const title = /^# (.+)$/m.exec(text)?.[1] ?? "";
    const tables = [0, 1].flatMap((n) => {
      try {
        return tableOf(text, title, n);
      } catch {
        return [];
      }
    });
    const said = new Map(tables.map(([key, value]) => [key, value]));
    for (const [key, spec] of Object.entries(definition.params)) {
      const { default: value } = spec as { default: number };
      assert.equal(Number(said.get(key)?.replaceAll(",", "")), value, key);
    }
  });

  const missing = samplesOf(config).filter((directory) =>
    !existsSync(join(ROOT, directory, "SAMPLE.md"))
  );
  if (missing.length > 0) {
    console.log(
      `Skipped: ${config} has no sample in ${missing.join(", ")}, run it once`,
    );
  }
  Deno.test({
    name: `docs/strategies/${name}.md prints what its pipeline does`,
    ignore: missing.length > 0,
    async fn() {
      const shown = blocksOf(text).find(({ language }) => language === "text");
      const out = await Deno.makeTempDir();
      try {
        const args = ["run", config, "--out", out];
        const ended = await breakwater(args, { cwd: ROOT });
        assert.equal(ended.code, 0, ended.err);
        assert.equal(steady(ended.out), steady(shown?.text ?? ""));
      } finally {
        await Deno.remove(out, { recursive: true });
      }
    },
  });
}

/** Leaves out what differs from one machine or minute to another. */
function steady(text: string): string {
  return text
    .replaceAll(/in [\d.]+ s \([\d.]+ M ticks\/s\), [\d.]+ s/g, "in T s, T s")
    .replaceAll(/on \d+ workers?/g, "on N workers")
    .replaceAll(/^ {2}about [\d.]+ times as fast.*\n/gm, "")
    .replaceAll(/^ {2}run .*$/gm, "  run DIRECTORY")
    .replaceAll(/^ {2}report .*$/gm, "  report PAGE")
    .replaceAll(/^digest .*\n/gm, "")
    .trim();
}
