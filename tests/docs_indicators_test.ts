import assert from "node:assert/strict";
import * as indicators from "../engine/indicators/mod.ts";
import { runAll, walk } from "./helpers/engine.ts";
import { blocksOf, importBlock } from "./helpers/markdown.ts";

const PAGE = await Deno.readTextFile(
  new URL("../docs/indicators.md", import.meta.url),
);

Deno.test("docs: every indicator has its line", () => {
  const lacking = Object.keys(indicators).filter((name) =>
    !new RegExp(`^\\|.*\`${name}\\(.*\\|`, "m").test(PAGE)
  );
  assert.deepEqual(lacking, []);
});

Deno.test("docs: the strategies of the page run and trade", async () => {
  const blocks = blocksOf(PAGE).filter(({ language }) => language === "ts");
  assert.ok(blocks.length > 0);
  for (const { text, line } of blocks) {
    const module = await importBlock(text);
    const { record } = runAll({
      strategy: module.default as object,
      tapes: [walk(20_000, 5)],
    });
    assert.ok(record.fills.time.length > 0, `line ${line}`);
  }
});
