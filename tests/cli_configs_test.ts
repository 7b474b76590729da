import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkPipeline, toMermaid } from "../pipeline/graph/mod.ts";
import { resolvedYaml } from "../pipeline/spec/mod.ts";
import { registry } from "../stages/registry.ts";
import { breakwater, ROOT } from "./helpers/cli.ts";
import { blocksOf } from "./helpers/markdown.ts";

const OPTIONS = { env: () => undefined, set: [] };

/** Every pipeline that users are shown. */
const CONFIGS = readdirSync("configs").filter((name) => name.endsWith(".yaml"))
  .map((name) => join("configs", name)).sort();

const PAGES = [
  "README.md",
  ...existsSync("docs")
    ? readdirSync("docs").filter((name) => name.endsWith(".md"))
      .map((name) => join("docs", name)).sort()
    : [],
];

for (const file of CONFIGS) {
  Deno.test(`${file} is a pipeline, has its schema line, and a graph`, async () => {
    const text = readFileSync(file, "utf8");
    assert.match(
      text,
      /^# yaml-language-server: \$schema=\.\/schema\/pipeline\.schema\.json\n/,
    );
    const checked = checkPipeline({ file, text }, registry, OPTIONS);
    assert.ok(checked.ok, JSON.stringify(checked, null, 2));
    assert.match(toMermaid(checked.graph), /^flowchart LR\n/);
    const again = checkPipeline(
      { file, text: resolvedYaml(checked.spec) },
      registry,
      OPTIONS,
    );
    assert.ok(again.ok);
    assert.deepEqual(again.spec, checked.spec);
    // Its strategies and stages load, and get the columns that they read.
    const { code, err } = await breakwater(["check", file], { cwd: ROOT });
    assert.equal(code, 0, err);
  });
}

for (const page of PAGES) {
  const blocks = blocksOf(readFileSync(page, "utf8")).filter((
    { language, text },
  ) => language === "yaml" && /^stages:/m.test(text) && /^name:/m.test(text));
  if (blocks.length === 0) continue;
  Deno.test(`whole pipelines of ${page} are right, or wrong as it says`, () => {
    const told = readFileSync(page, "utf8");
    for (const { text, line } of blocks) {
      const where = `${page}:${line}`;
      const checked = checkPipeline({ file: where, text }, registry, OPTIONS);
      if (checked.ok) {
        assert.match(toMermaid(checked.graph), /^flowchart LR\n/, where);
        continue;
      }
      for (const { message, code } of checked.issues) {
        assert.ok(
          told.includes(`${message} [${code}]`),
          `${where}: ${message}`,
        );
      }
    }
  });
}
