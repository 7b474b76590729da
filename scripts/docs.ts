/**
 * Writes the tables of keys in docs/yaml.md anew, from the schema that checks
 * pipeline files and gives editors their hover text.
 *
 * The page keeps its prose: only what stands between `<!-- keys: … -->` and
 * `<!-- end of keys -->` is replaced.
 */
import {
  type JsonSchema,
  pipelineJsonSchema,
} from "../pipeline/spec/json_schema.ts";
import { registry } from "../stages/registry.ts";

const PAGE = new URL("../docs/yaml.md", import.meta.url);

const BLOCK = /(<!-- keys: ([a-z]+) -->\n)[^]*?(<!-- end of keys -->)/g;

/** The page with its tables made anew, formatted. */
export async function yamlPage(page: string): Promise<string> {
  const parts = partsOf(pipelineJsonSchema(registry));
  const used: string[] = [];
  const text = page.replaceAll(
    BLOCK,
    (_, head: string, name: string, end: string) => {
      const schema = parts.get(name);
      if (!schema) throw new Error(`Cannot find the keys of ${name}`);
      used.push(name);
      return `${head}\n${tableOf(schema)}\n\n${end}`;
    },
  );
  const lacking = [...parts.keys()].filter((name) => !used.includes(name));
  if (lacking.length > 0) {
    throw new Error(`Cannot leave keys out: docs/yaml.md lacks ${lacking}`);
  }
  return await formatted(text);
}

/** The mappings that the page has a table for, by name. */
function partsOf(root: JsonSchema): Map<string, JsonSchema> {
  const sections = Object.entries(root.properties as Schemas);
  const { stage } = root.definitions as Schemas;
  const top = {
    ...root,
    properties: Object.fromEntries(
      sections.map(([key, { description }]) => [
        key,
        { description, type: key === "name" ? "string" : "object" },
      ]),
    ),
  };
  return new Map([
    ["top", top],
    ...sections.filter(([key]) => key !== "name" && key !== "stages").map((
      [key, schema],
    ): [string, JsonSchema] => [key, schema]),
    ...(stage.oneOf as JsonSchema[]).map((
      branch,
    ): [string, JsonSchema] => [String(branch.title), branch]),
  ]);
}

type Schemas = Record<string, JsonSchema>;

function tableOf(schema: JsonSchema): string {
  const named = schema.additionalProperties as JsonSchema | undefined;
  const rows = named?.properties
    ? rowsOf(named, "<name>.")
    : rowsOf(schema, "");
  return [
    "| key | value | default | meaning |",
    "| --- | --- | --- | --- |",
    ...rows.map((cells) =>
      `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`
    ),
  ].join("\n");
}

/** A row for each key, those of inner mappings after the key that holds them. */
function rowsOf(schema: JsonSchema, prefix: string): string[][] {
  const required = schema.required as string[] | undefined ?? [];
  const seen = new Map<string, string>();
  return Object.entries(schema.properties as Schemas).flatMap(
    ([key, child]) => {
      const { description, ...shape } = child;
      const inner = mappingIn(child);
      const same = inner && seen.get(JSON.stringify(shape));
      if (!same) seen.set(JSON.stringify(shape), key);
      return [
        [
          `\`${prefix}${key}\``,
          same ? `as \`${prefix}${same}\`` : valueOf(child),
          defaultOf(child, required.includes(key)),
          `${description ?? ""}`,
        ],
        ...(inner && !same ? rowsOf(inner, `${prefix}${key}.`) : []),
      ];
    },
  );
}

/** The mapping with keys of its own that a value is or may be. */
function mappingIn(schema: JsonSchema): JsonSchema | undefined {
  const branches = [schema, ...schema.anyOf as JsonSchema[] ?? []];
  return branches.find(({ properties }) => properties !== undefined);
}

function defaultOf(schema: JsonSchema, required: boolean): string {
  if (required) return "required";
  const { default: value } = schema;
  if (value === undefined || typeof value === "object") {
    return Array.isArray(value) ? `\`[${value.join(", ")}]\`` : "";
  }
  return `\`${JSON.stringify(value).replaceAll('"', "")}\``.replace(
    "`,`",
    '`","`',
  );
}

/** What the patterns of the schema mean to a reader. */
const PATTERNS: Readonly<Record<string, string>> = {
  "^(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h|d)$": "duration",
  "^(\\d+(?:\\.\\d+)?)(B|KB|MB|GB)$": "size in bytes",
  "^[1-9]\\d* ticks$": "`N ticks`",
  "^[a-z][a-z0-9_]*$": "id of a stage",
  "^[A-Z]{3,5}$": "currency code",
  [String.raw`^(-?\d+(?:\.\d+)?)(%|bps)$`]: "text such as `0.02%` or `2bps`",
  "^([01]\\d|2[0-3]):[0-5]\\d$": '`"HH:MM"`',
  "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$": '`"HH:MM"`, at most `"24:00"`',
  "^\\d{4}-\\d{2}-\\d{2}$": "date",
  "^(\\d+(?:\\.\\d+)?)%$": "percentage",
  "\\.ts$": "path of a `.ts` file",
  "^\\.{1,2}/|\\.ts$": "path of a module: begins with `./` or ends in `.ts`",
  "^(?!time$)[a-z][a-z0-9_]*$": "column names",
};

function valueOf(schema: JsonSchema): string {
  const { anyOf, const: word, enum: words, type, pattern } = schema;
  if (anyOf) return either((anyOf as JsonSchema[]).map(valueOf));
  if (word !== undefined) return `\`${word}\``;
  if (words) return (words as string[]).map((w) => `\`${w}\``).join(", ");
  if (Array.isArray(type)) return either(type.map(nameOf));
  switch (type) {
    case "array":
      return listOf(schema);
    case "object":
      return schema.additionalProperties
        ? `mapping of names to ${
          valueOf(schema.additionalProperties as JsonSchema)
        }`
        : "mapping";
    case "string":
      if (typeof pattern === "string") {
        return PATTERNS[pattern] ?? `text like \`${pattern}\``;
      }
      return schema.maxLength === 1 ? "one character" : "text";
    case "boolean":
      return "true or false";
    default:
      return nameOf(String(type)) + rangeOf(schema);
  }
}

/** `a`, `a or b`, or `a, b or c`. */
function either(values: readonly string[]): string {
  const different = [...new Set(values)];
  const last = different.pop();
  return different.length === 0
    ? `${last}`
    : `${different.join(", ")} or ${last}`;
}

function listOf({ items, minItems, maxItems }: JsonSchema): string {
  const item = valueOf(items as JsonSchema);
  if (maxItems === 1) return item;
  return maxItems === undefined
    ? `list of ${item}`
    : `list of ${minItems} to ${maxItems} of them`;
}

function nameOf(type: string): string {
  return { boolean: "true, false", integer: "whole number", string: "text" }[
    type
  ] ?? type;
}

function rangeOf(schema: JsonSchema): string {
  const { minimum, maximum, exclusiveMinimum } = schema;
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  if (minimum !== undefined && maximum !== undefined) {
    return ` from ${minimum} to ${maximum}`;
  }
  return minimum === undefined ? "" : ` of at least ${minimum}`;
}

async function formatted(text: string): Promise<string> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { stdout, code } = await process.output();
  if (code !== 0) throw new Error(`Cannot format the page: code ${code}`);
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  await Deno.writeTextFile(
    PAGE,
    await yamlPage(await Deno.readTextFile(PAGE)),
  );
}
