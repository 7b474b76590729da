import type { EdgeType } from "../contract/mod.ts";
import type { StageSpec } from "../spec/spec.ts";

/** A checked pipeline: every edge has a type. Deeply frozen. */
export interface Graph {
  readonly name: string;
  /** In topological order; of stages that could come next, the one written first. */
  readonly stages: readonly GraphStage[];
  /** By consumer in the order of `stages`, then in the order of its `from`. */
  readonly edges: readonly Edge[];
}

export interface GraphStage extends StageSpec {
  /** Types of what comes in, in the order of `from`. */
  readonly inputs: readonly EdgeType[];
  /** Type of what goes out; null when the stage ends the graph. */
  readonly output: EdgeType | null;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly type: EdgeType;
}
