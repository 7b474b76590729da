import type { StageOutline } from "../spec/spec.ts";

export interface Cycle {
  /** Ids along the flow, the first one repeated at the end. */
  readonly path: readonly string[];
  /** The edge that closes it: element `index` of the `from` of stage `to`. */
  readonly to: string;
  readonly index: number;
}

/**
 * The cycles that the edges back to an open stage close, walking along the
 * flow from the first stage on. Iterative: a long chain is no deep stack.
 */
export function findCycles(stages: readonly StageOutline[]): Cycle[] {
  const consumers = new Map<string, { id: string; index: number }[]>(
    stages.map((stage) => [stage.id, []]),
  );
  for (const stage of stages) {
    const inputs = stage.from ?? [];
    for (const [index, id] of inputs.entries()) {
      if (inputs.indexOf(id) === index) {
        consumers.get(id)?.push({ id: stage.id, index });
      }
    }
  }
  const cycles: Cycle[] = [];
  const done = new Set<string>();
  const open = new Map<string, number>();
  for (const { id: start } of stages) {
    if (done.has(start)) continue;
    const stack = [{ id: start, next: 0 }];
    open.set(start, 0);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const edge = consumers.get(top.id)?.[top.next++];
      if (edge === undefined) {
        stack.pop();
        open.delete(top.id);
        done.add(top.id);
        continue;
      }
      const depth = open.get(edge.id);
      if (depth !== undefined) {
        const ids = stack.slice(depth).map((entry) => entry.id);
        cycles.push({
          path: [...ids, edge.id],
          to: edge.id,
          index: edge.index,
        });
      } else if (!done.has(edge.id)) {
        open.set(edge.id, stack.length);
        stack.push({ id: edge.id, next: 0 });
      }
    }
  }
  return cycles;
}
