import { z } from "zod";
import type { Registry, StageKind } from "../contract/mod.ts";
import { From, PipelineName, Run } from "./document.ts";

/** A JSON Schema or a part of one. */
export type JsonSchema = { [key: string]: unknown };

const CUSTOM_KIND = "^\\.{1,2}/|\\.ts$";

/**
 * The draft-07 JSON Schema of pipeline files: for editors, so every key has
 * hover text, and each kind of stage is its own branch, told apart by `kind`.
 */
export function pipelineJsonSchema(registry: Registry): JsonSchema {
  const sections = Object.fromEntries(
    Object.entries(registry.sections).map(([key, schema]) => [
      key,
      convert(schema),
    ]),
  );
  const stages = [
    ...Object.values(registry.kinds).map((kind) => stageSchema(kind, false)),
    stageSchema(registry.custom, true),
  ];
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Breakwater pipeline",
    type: "object",
    additionalProperties: false,
    required: ["name", "stages"],
    properties: {
      name: convert(PipelineName),
      ...sections,
      stages: {
        description: "The stages by id, wired by from",
        type: "object",
        minProperties: 1,
        propertyNames: { pattern: "^[a-z][a-z0-9_]*$" },
        additionalProperties: { $ref: "#/definitions/stage" },
      },
      run: convert(Run),
    },
    definitions: { stage: { type: "object", oneOf: stages } },
  };
}

/** The schema as it stands in `configs/schema/pipeline.schema.json`. */
export function jsonSchemaText(registry: Registry): string {
  return JSON.stringify(pipelineJsonSchema(registry), null, 2) + "\n";
}

function stageSchema(kind: StageKind, custom: boolean): JsonSchema {
  const config = convert(kind.config);
  const properties = { ...config.properties as JsonSchema };
  let required = [...config.required as string[] ?? []];
  if (custom) {
    delete properties.module;
    required = required.filter((key) => key !== "module");
  }
  const takes = kind.inputs.form !== null && kind.inputs.max > 0;
  if (takes && kind.inputs.min > 0) required.unshift("from");
  const word = custom
    ? { type: "string", pattern: CUSTOM_KIND }
    : { const: kind.kind };
  return {
    title: kind.kind,
    description: kind.summary,
    type: "object",
    additionalProperties: false,
    required: ["kind", ...required],
    properties: {
      kind: { description: kind.summary, ...word },
      ...(takes ? { from: fromSchema(kind) } : {}),
      ...properties,
    },
  };
}

function fromSchema(kind: StageKind): JsonSchema {
  const { min, max } = kind.inputs;
  const { description, anyOf } = convert(From);
  const branches = (anyOf as JsonSchema[]).map((branch) =>
    branch.type === "array"
      ? { ...branch, minItems: min, maxItems: max, uniqueItems: true }
      : branch
  );
  return { description, anyOf: branches };
}

function convert(schema: z.ZodType): JsonSchema {
  const { $schema: _, definitions, ...body } = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
  });
  return inline(body, (definitions ?? {}) as JsonSchema) as JsonSchema;
}

/** Puts definitions where they are used: hover text is lost beside a `$ref`. */
function inline(node: unknown, definitions: JsonSchema): unknown {
  if (Array.isArray(node)) {
    return node.map((child) => inline(child, definitions));
  }
  if (typeof node !== "object" || node === null) return node;
  const { $ref, allOf, ...rest } = node as JsonSchema;
  const own = Object.fromEntries(
    Object.entries(rest)
      .filter(([key, child]) => !isSafeBound(key, child))
      .map(([key, child]) => [key, inline(child, definitions)]),
  );
  const parts = [
    ...(typeof $ref === "string" ? [{ $ref }] : []),
    ...(allOf as JsonSchema[] | undefined ?? []),
  ];
  const merged: JsonSchema = {};
  const kept: JsonSchema[] = [];
  for (const part of parts) {
    const name = typeof part.$ref === "string" && /[^/]+$/.exec(part.$ref)?.[0];
    const body = inline(name ? definitions[name] : part, definitions);
    if (name) Object.assign(merged, body);
    else kept.push(body as JsonSchema);
  }
  delete merged.id;
  return { ...merged, ...own, ...(kept.length > 0 ? { allOf: kept } : {}) };
}

/** The bounds of safe integers say nothing to a reader. */
function isSafeBound(key: string, value: unknown): boolean {
  return (key === "maximum" || key === "minimum") &&
    typeof value === "number" && Math.abs(value) === Number.MAX_SAFE_INTEGER;
}
