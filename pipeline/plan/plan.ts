import type { RunSettings } from "../link/mod.ts";
import type { Graph } from "../graph/mod.ts";
import { programHash } from "./program.ts";
import type { WirePlan } from "./wires.ts";

/**
 * Everything that a run depends on, as plain data: with it and the store a
 * slice can be run anywhere. Written to the run directory as `plan.json`.
 */
export interface Plan {
  readonly version: 1;
  /** Hash of the program's own code: see `programHash`. */
  readonly program: string;
  readonly name: string;
  readonly run: RunSettings;
  readonly sections: Readonly<Record<string, unknown>>;
  readonly stages: readonly PlannedStage[];
  readonly wires: readonly WirePlan[];
}

export interface PlannedStage {
  readonly id: string;
  readonly kind: string;
  readonly from: readonly string[];
  readonly copies: number;
  readonly config: unknown;
  /** What the stage's preparation gave; null when it waits for a table. */
  readonly prepared: unknown;
}

export interface PlanParts {
  readonly graph: Graph;
  readonly run: RunSettings;
  readonly sections: Readonly<Record<string, unknown>>;
  readonly copies: ReadonlyMap<string, number>;
  readonly prepared: ReadonlyMap<string, unknown>;
  readonly wires: readonly WirePlan[];
}

export function makePlan(parts: PlanParts): Plan {
  const { graph, run, sections, copies, prepared, wires } = parts;
  return {
    version: 1,
    program: programHash(),
    name: graph.name,
    run,
    sections,
    stages: graph.stages.map(({ id, kind, from, config }) => ({
      id,
      kind,
      from,
      copies: copies.get(id) ?? 1,
      config,
      prepared: prepared.get(id) ?? null,
    })),
    wires,
  };
}

/** Bytes of all slots of a plan. */
export function slotMemory({ wires }: Pick<Plan, "wires">): number {
  return wires.reduce((sum, { lane }) => sum + (lane?.bytes ?? 0), 0);
}
