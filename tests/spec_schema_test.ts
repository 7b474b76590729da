import assert from "node:assert/strict";
import {
  type JsonSchema,
  jsonSchemaText,
  pipelineJsonSchema,
} from "../pipeline/spec/json_schema.ts";
import { registry } from "../stages/registry.ts";

const PATH = new URL(
  "../configs/schema/pipeline.schema.json",
  import.meta.url,
);

Deno.test("the committed JSON Schema is the generated one", async () => {
  const text = jsonSchemaText(registry);
  // UPDATE_GOLDEN=1 writes the file anew after a change of the schemas.
  if (Deno.env.get("UPDATE_GOLDEN") === "1") {
    await Deno.writeTextFile(PATH, text);
  }
  assert.equal(await Deno.readTextFile(PATH), text);
  assert.equal(jsonSchemaText(registry), text);
});

Deno.test("every key has hover text and every mapping is closed", () => {
  const lacking: string[] = [];
  const open: string[] = [];
  walk(pipelineJsonSchema(registry), "", (schema, path) => {
    for (const [key, child] of Object.entries(schema.properties ?? {})) {
      if (!child.description) lacking.push(`${path}.${key}`);
    }
    if (schema.properties && schema.additionalProperties !== false) {
      open.push(path);
    }
  });
  assert.deepEqual(lacking, []);
  assert.deepEqual(open, []);
});

Deno.test("each kind is one branch told apart by its kind", () => {
  const { definitions } = pipelineJsonSchema(registry) as {
    definitions: { stage: { oneOf: JsonSchema[] } };
  };
  const kinds = definitions.stage.oneOf.map((branch) => {
    const { kind } = branch.properties as { kind: JsonSchema };
    return kind.const ?? new RegExp(String(kind.pattern));
  });
  assert.deepEqual(kinds.slice(0, -1), Object.keys(registry.kinds));
  const pattern = kinds.at(-1) as RegExp;
  assert.ok(pattern.test("./mine.ts") && pattern.test("../a/b.ts"));
  assert.ok(!Object.keys(registry.kinds).some((kind) => pattern.test(kind)));
});

Deno.test("no reference is left unresolved", () => {
  const text = jsonSchemaText(registry);
  const references = [...text.matchAll(/"\$ref": "([^"]+)"/g)].map((m) => m[1]);
  assert.deepEqual(references, ["#/definitions/stage"]);
});

interface Walked {
  properties?: Record<string, Walked>;
  additionalProperties?: unknown;
  description?: string;
}

function walk(
  node: unknown,
  path: string,
  visit: (schema: Walked, path: string) => void,
): void {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) visit(node as Walked, path);
  for (const [key, child] of Object.entries(node)) {
    walk(child, `${path}.${key}`, visit);
  }
}
