import type { Registry } from "../../contract/mod.ts";
import { toMermaid } from "../../graph/mod.ts";
import type { Io } from "../io.ts";
import { loadPipeline } from "../load.ts";
import type { ConfigOptions } from "./options.ts";

/** `graph CONFIG`: the stages and what travels between them, as Mermaid. */
export function graphCommand(
  file: string,
  { set, json }: ConfigOptions,
  { registry, io }: { registry: Registry; io: Io },
): void {
  const { graph } = loadPipeline(file, { set }, { registry, io });
  if (!json) return io.out(toMermaid(graph));
  const stages = graph.stages.map(({ id, kind, from }) => ({ id, kind, from }));
  io.out(JSON.stringify({ stages, edges: graph.edges }, null, 2) + "\n");
}
