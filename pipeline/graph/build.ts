import type { EdgeType, Issue, Registry } from "../contract/mod.ts";
import { deepFreeze, type Spec, type StageSpec } from "../spec/spec.ts";
import type { Edge, Graph, GraphStage } from "./graph.ts";
import { checkTopology, kindOf } from "./topology.ts";

export type Built =
  | { readonly ok: true; readonly graph: Graph }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** What a stage's own module said of itself; undefined when it was not loaded. */
export type DescribeModule = (stageId: string) => unknown;

/**
 * Checks how stages are wired and works out the type of every edge. Issues
 * have paths from the document's root and no positions: see `placeIssues`.
 */
export function buildGraph(
  spec: Spec,
  registry: Registry,
  describeModule: DescribeModule = () => undefined,
): Built {
  const { issues: wiring, sound } = checkTopology(spec.stages, registry);
  const issues: Issue[] = [...wiring];
  const outputs = new Map<string, EdgeType | null>();
  const stages: GraphStage[] = [];
  const edges: Edge[] = [];
  for (const stage of inOrder(spec.stages)) {
    const kind = kindOf(stage, registry);
    if (kind === undefined || !sound.has(stage.id)) continue;
    const inputs = stage.from.map((id) => outputs.get(id) ?? undefined)
      .filter((type) => type !== undefined);
    // What feeds it is broken, and says so itself.
    if (inputs.length < stage.from.length) continue;
    const described = kind.describe(stage.config, {
      id: stage.id,
      inputs,
      sections: spec.sections,
      module: describeModule(stage.id),
    });
    for (const issue of described.issues) {
      issues.push({ ...issue, path: [...stage.path, ...issue.path] });
    }
    outputs.set(stage.id, described.output);
    stages.push({ ...stage, inputs, output: described.output });
    for (const [index, from] of stage.from.entries()) {
      edges.push({ from, to: stage.id, type: inputs[index] });
    }
  }
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, graph: deepFreeze({ name: spec.name, stages, edges }) };
}

/** Stages after all that feed them; ties by document order; cycles left out. */
function inOrder(stages: readonly StageSpec[]): StageSpec[] {
  const ordered: StageSpec[] = [];
  const placed = new Set<string>();
  const known = new Set(stages.map((stage) => stage.id));
  const waiting = [...stages];
  while (waiting.length > 0) {
    const next = waiting.findIndex((stage) =>
      stage.from.every((id) => placed.has(id) || !known.has(id))
    );
    if (next < 0) break;
    const [stage] = waiting.splice(next, 1);
    placed.add(stage.id);
    ordered.push(stage);
  }
  return ordered;
}
