import assert from "node:assert/strict";
import { checkPipeline } from "../pipeline/graph/mod.ts";
import type { Issue } from "../pipeline/contract/mod.ts";
import { renderIssues } from "../pipeline/spec/mod.ts";
import { registry } from "../stages/registry.ts";

/** What a case may have in `options.json` beside its pipeline. */
interface CaseOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly set?: readonly string[];
  /** What the stages' modules say of themselves, by stage id. */
  readonly modules?: Readonly<Record<string, unknown>>;
}

const FOLDER = new URL("./cases/errors/", import.meta.url);
const FILE = "pipeline.yaml";

const cases = [...Deno.readDirSync(FOLDER)].filter((entry) => entry.isDirectory)
  .map((entry) => entry.name).sort();
const codes = new Set<string>();

for (const name of cases) {
  Deno.test(`errors: ${name}`, async () => {
    const folder = new URL(`${name}/`, FOLDER);
    const text = await Deno.readTextFile(new URL(FILE, folder));
    const options = await readOptions(new URL("options.json", folder));
    const checked = checkPipeline({ file: FILE, text }, registry, {
      env: (variable) => options.env?.[variable],
      set: options.set ?? [],
      describeModule: (id) => options.modules?.[id],
    });
    assert.equal(checked.ok, false);
    if (checked.ok) return;
    const found = checked.issues.map(summary);
    const golden = new URL("expected.json", folder);
    // UPDATE_GOLDEN=1 writes what was found, to be read before it is kept.
    if (Deno.env.get("UPDATE_GOLDEN") === "1") {
      const lines = found.map((one) =>
        "  " + JSON.stringify(one, null, 1).replaceAll(/\n */g, " ")
      );
      await Deno.writeTextFile(golden, `[\n${lines.join(",\n")}\n]\n`);
      console.log(
        renderIssues(checked.issues, checked.texts, { color: false }),
      );
    }
    const expected = JSON.parse(await Deno.readTextFile(golden));
    assert.deepEqual(found, expected);
    for (const issue of checked.issues) {
      codes.add(issue.code);
      assert.match(issue.message, /^Cannot .*[^.]$/s);
      assert.ok((issue.position?.length ?? 0) >= 1);
    }
  });
}

Deno.test("errors: every code that reading a file can give has a case", () => {
  const reachable: Issue["code"][] = [
    "yaml_syntax",
    "yaml_limit",
    "duplicate_key",
    "missing_key",
    "unknown_key",
    "wrong_type",
    "bad_value",
    "bad_override",
    "missing_variable",
    "unknown_kind",
    "unknown_input",
    "unknown_instrument",
    "duplicate_input",
    "no_input",
    "too_many_inputs",
    "no_consumer",
    "cycle",
    "type_mismatch",
    "missing_column",
    "bad_module",
    "bad_param",
    "no_stages",
  ];
  assert.deepEqual(reachable.filter((code) => !codes.has(code)), []);
});

function summary({ code, position }: Issue) {
  const { file, line, column } = position ?? {};
  return { code, line, column, ...(file === FILE ? {} : { file }) };
}

async function readOptions(path: URL): Promise<CaseOptions> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}
