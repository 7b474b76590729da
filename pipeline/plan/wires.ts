import type { Registry, StageKind } from "../contract/mod.ts";
import type { Graph, GraphStage } from "../graph/mod.ts";
import { type LaneNeed, type Prepared, slotBytes } from "../link/mod.ts";

/** A wire between two Workers, before it has memory or a port. */
export interface WirePlan {
  readonly from: WorkerRef;
  readonly to: WorkerRef;
  /** Present on a wire of rows. */
  readonly lane?: LanePlan;
}

export interface WorkerRef {
  readonly stage: string;
  readonly copy: number;
}

export interface LanePlan extends Omit<LaneNeed, "stage"> {
  readonly slots: number;
  /** Of all its slots. */
  readonly bytes: number;
}

export interface WiringOptions {
  readonly graph: Graph;
  readonly registry: Registry;
  /** Workers of each stage. */
  readonly copies: ReadonlyMap<string, number>;
  readonly prepared: ReadonlyMap<string, unknown>;
  /** Bytes that all slots together may take. */
  readonly memory: number;
}

/** Fewer would make a table's stage and its consumer take turns. */
const LEAST_SLOTS = 2;
/** More would only be a longer way through the memory. */
const MOST_SLOTS = 6;

export type Wiring =
  | { readonly ok: true; readonly wires: readonly WirePlan[] }
  /** The bytes that this pipeline needs at least. */
  | { readonly ok: false; readonly needed: number };

/**
 * Which Worker is linked to which. Rows go from the stage that holds a table to
 * the Worker that runs them; a stage that only deals them out is asked by both.
 */
export function planWires(options: WiringOptions): Wiring {
  const { graph } = options;
  const needs: { from: WorkerRef; to: WorkerRef; need?: LaneNeed }[] = [];
  for (const edge of graph.edges) {
    const from = stageOf(graph, edge.from);
    const to = stageOf(graph, edge.to);
    if (kindOf(from, options).direct) {
      for (const copy of copiesOf(to, options)) {
        needs.push({ from: { stage: from.id, copy: 0 }, to: copy });
        for (const need of lanesOf(to, options)) {
          needs.push({ from: { stage: need.stage, copy: 0 }, to: copy, need });
        }
      }
    } else if (from.output?.form !== "table") {
      for (const copy of copiesOf(from, options)) {
        needs.push({ from: copy, to: { stage: to.id, copy: 0 } });
      }
    }
  }
  const perSlot = needs.reduce((sum, { need }) => sum + bytesOf(need), 0);
  const slots = Math.min(MOST_SLOTS, Math.floor(options.memory / perSlot));
  if (slots < LEAST_SLOTS) return { ok: false, needed: LEAST_SLOTS * perSlot };
  return {
    ok: true,
    wires: needs.map(({ from, to, need }) => {
      if (!need) return { from, to };
      const { columns, origin, rows } = need;
      const bytes = slots * bytesOf(need);
      return { from, to, lane: { columns, origin, rows, slots, bytes } };
    }),
  };
}

function bytesOf(need: LaneNeed | undefined): number {
  return need ? slotBytes(need.rows, need.columns.length) : 0;
}

function stageOf(graph: Graph, id: string): GraphStage {
  return graph.stages.find((stage) => stage.id === id)!;
}

/** The kind behind a stage. */
export function kindOf(
  stage: Pick<GraphStage, "kind" | "custom">,
  { registry }: { readonly registry: Registry },
): StageKind {
  return stage.custom ? registry.custom : registry.kinds[stage.kind];
}

function copiesOf(stage: GraphStage, options: WiringOptions): WorkerRef[] {
  const copies = options.copies.get(stage.id) ?? 1;
  return Array.from({ length: copies }, (_, copy) => ({
    stage: stage.id,
    copy,
  }));
}

function lanesOf(
  stage: GraphStage,
  { prepared }: WiringOptions,
): readonly LaneNeed[] {
  return (prepared.get(stage.id) as Prepared | null)?.lanes ?? [];
}
