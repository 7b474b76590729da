import assert from "node:assert/strict";
import { yamlPage } from "../scripts/docs.ts";

const PAGE = new URL("../docs/yaml.md", import.meta.url);

Deno.test("the tables of docs/yaml.md are the generated ones", async () => {
  const page = await Deno.readTextFile(PAGE);
  const made = await yamlPage(page);
  assert.equal(page, made, "write them anew with: deno task docs");
});

Deno.test("a table for keys that the schema does not have is refused", async () => {
  await assert.rejects(
    yamlPage("<!-- keys: nonsense -->\n<!-- end of keys -->\n"),
    /Cannot find the keys of nonsense/,
  );
});

Deno.test("a page without a stage's table is refused", async () => {
  await assert.rejects(yamlPage("# Nothing\n"), /lacks top,instruments/);
});
