export { type CheckParams } from "./check.ts";
export { parseShare, type RunConfig } from "./document.ts";
export { jsonSchemaText, pipelineJsonSchema } from "./json_schema.ts";
export {
  type Parsed,
  type ParseOptions,
  parsePipeline,
  type Texts,
} from "./parse.ts";
export {
  type Locate,
  OVERRIDES_FILE,
  type Path,
  placeIssues,
} from "./places.ts";
export { renderIssues, type RenderOptions } from "./render.ts";
export { resolvedYaml } from "./resolved.ts";
export { type Spec, type StageOutline, type StageSpec } from "./spec.ts";
export { type Lookup } from "./variables.ts";
