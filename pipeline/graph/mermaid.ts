import type { EdgeType } from "../contract/mod.ts";
import type { Graph } from "./graph.ts";

/** The graph as a Mermaid flow chart, everything from the user escaped. */
export function toMermaid(graph: Graph): string {
  const names = new Map(
    graph.stages.map((stage, index) => [stage.id, `s${index}`]),
  );
  const nodes = graph.stages.map((stage) => {
    const kind = stage.custom ? `custom ${stage.kind}` : stage.kind;
    return `  ${names.get(stage.id)}["${escape(stage.id)}<br/>${
      escape(kind)
    }"]`;
  });
  const edges = graph.edges.map(({ from, to, type }) =>
    `  ${names.get(from)} -->|"${escape(labelOf(type))}"| ${names.get(to)}`
  );
  return ["flowchart LR", ...nodes, ...edges, ""].join("\n");
}

function labelOf(type: EdgeType): string {
  return type.form === "table" ? type.columns.join(", ") : type.form;
}

/** Mermaid reads `#35;` as the character of that code. */
function escape(text: string): string {
  return text.replace(
    /[^A-Za-z0-9 _.,/-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}
