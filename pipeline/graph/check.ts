import type { Issue, Registry } from "../contract/mod.ts";
import {
  type Locate,
  type ParseOptions,
  parsePipeline,
  placeIssues,
  type Spec,
  type Texts,
} from "../spec/mod.ts";
import { buildGraph, type DescribeModule } from "./build.ts";
import type { Graph } from "./graph.ts";
import { checkTopology, kindOf } from "./topology.ts";

/** What sources say of themselves needs no other stage to be right. */
function describeSources(
  { sections, stages }: Pick<Spec, "sections" | "stages">,
  registry: Registry,
): Issue[] {
  return stages.flatMap((stage) => {
    const kind = kindOf(stage, registry);
    if (kind?.inputs.form !== null) return [];
    const context = { id: stage.id, inputs: [], sections };
    return kind.describe(stage.config, context).issues.map((issue) => ({
      ...issue,
      path: [...stage.path, ...issue.path],
    }));
  });
}

export type CheckedPipeline =
  | {
    readonly ok: true;
    readonly spec: Spec;
    readonly graph: Graph;
    readonly locate: Locate;
    readonly texts: Texts;
  }
  | {
    readonly ok: false;
    /** All of them, placed, in the order of the text. */
    readonly issues: readonly Issue[];
    readonly texts: Texts;
  };

/**
 * Text to graph in one call. A file that does not parse to a Spec still has
 * its wiring checked, so that every problem shows at once.
 */
export function checkPipeline(
  source: { readonly file: string; readonly text: string },
  registry: Registry,
  options: ParseOptions & { readonly describeModule?: DescribeModule },
): CheckedPipeline {
  const parsed = parsePipeline(source, registry, options);
  const { locate, texts } = parsed;
  if (!parsed.ok) {
    const wiring = parsed.outline === undefined
      ? []
      : checkTopology(parsed.outline, registry).issues;
    const described = describeSources(parsed.sound, registry);
    const issues = placeIssues(
      [...parsed.issues, ...wiring, ...described],
      locate,
    );
    return { ok: false, issues, texts };
  }
  const built = buildGraph(parsed.spec, registry, options.describeModule);
  if (!built.ok) {
    return { ok: false, issues: placeIssues(built.issues, locate), texts };
  }
  const { spec } = parsed;
  return { ok: true, spec, graph: built.graph, locate, texts };
}
