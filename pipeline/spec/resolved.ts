import { stringify } from "yaml";
import type { Spec, StageSpec } from "./spec.ts";
import { escapeVariables } from "./variables.ts";

/**
 * The complete configuration as YAML: every default written out, variables
 * and overrides applied. It parses back to an equal Spec.
 */
export function resolvedYaml(
  spec: Spec,
  options: { readonly schema?: string } = {},
): string {
  const schema = options.schema ?? "./schema/pipeline.schema.json";
  const stages = Object.fromEntries(
    spec.stages.map((stage) => [stage.id, stageEntry(stage)]),
  );
  const document = {
    name: spec.name,
    ...spec.sections,
    stages,
    run: spec.run,
  };
  const body = stringify(escaped(document), {
    aliasDuplicateObjects: false,
    lineWidth: 0,
  });
  return `# yaml-language-server: $schema=${schema}\n${body}`;
}

function stageEntry(stage: StageSpec): Record<string, unknown> {
  const { kind, from, custom } = stage;
  const config: Record<string, unknown> = { ...(stage.config as object) };
  if (custom) delete config.module;
  const written = from.length === 0 ? {} : {
    from: from.length === 1 ? from[0] : [...from],
  };
  return { kind, ...written, ...config };
}

function escaped(value: unknown): unknown {
  if (typeof value === "string") return escapeVariables(value);
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, escaped(child)]),
  );
}
