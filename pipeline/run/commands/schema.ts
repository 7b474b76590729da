import type { Registry } from "../../contract/mod.ts";
import { jsonSchemaText } from "../../spec/mod.ts";
import type { Io } from "../io.ts";

/** `schema`: the JSON Schema of pipeline files, for editors. */
export function schemaCommand(
  { registry, io }: { registry: Registry; io: Io },
): void {
  io.out(jsonSchemaText(registry));
}
