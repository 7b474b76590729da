import type { Form, Issue, Registry, StageKind } from "../contract/mod.ts";
import type { StageOutline } from "../spec/spec.ts";
import { nearest } from "../contract/suggest.ts";
import { findCycles } from "./cycles.ts";

export interface Topology {
  readonly issues: readonly Issue[];
  /** Ids of the stages whose own wiring is sound. */
  readonly sound: ReadonlySet<string>;
}

/**
 * Checks how stages are wired, knowing only their ids, kinds and inputs: so
 * it also works on a file that has mistakes elsewhere.
 */
export function checkTopology(
  stages: readonly StageOutline[],
  registry: Registry,
): Topology {
  const byId = new Map(stages.map((stage) => [stage.id, stage]));
  const issues: Issue[] = [];
  const unsound = new Set<string>();
  const consumed = new Set<string>();
  for (const stage of stages) {
    const found = [
      ...checkCount(stage, registry),
      ...checkInputs(stage, { byId, registry, consumed }),
    ];
    issues.push(...found);
    if (found.length > 0 || stage.kind === undefined || !stage.from) {
      unsound.add(stage.id);
    }
  }
  // A source that has inputs is told so above.
  const takers = stages.filter((stage) =>
    kindOf(stage, registry)?.inputs.form !== null
  );
  for (const { path, to, index } of findCycles(takers)) {
    unsound.add(to);
    issues.push({
      code: "cycle",
      path: ["stages", to, "from", index],
      message: `Cannot run stages in a cycle: ${path.join(" → ")}`,
    });
  }
  // A stage whose inputs cannot be read may well be the missing consumer.
  if (stages.every((stage) => stage.from !== undefined)) {
    issues.push(...checkConsumers(stages, { consumed, registry }));
  }
  const sound = stages.map((stage) => stage.id)
    .filter((id) => !unsound.has(id));
  return { issues, sound: new Set(sound) };
}

/** The kind behind a stage; undefined when it is not known. */
export function kindOf(
  stage: Pick<StageOutline, "kind" | "custom">,
  registry: Registry,
): StageKind | undefined {
  if (stage.custom) return registry.custom;
  return stage.kind === undefined ? undefined : registry.kinds[stage.kind];
}

function checkCount(stage: StageOutline, registry: Registry): Issue[] {
  const kind = kindOf(stage, registry);
  if (kind === undefined || stage.from === undefined) return [];
  const { form, min, max } = kind.inputs;
  const count = stage.from.length;
  const path = ["stages", stage.id, "from"];
  const name = `${kind.kind} "${stage.id}"`;
  if (form === null || max === 0) {
    if (count === 0) return [];
    const message = `Cannot feed ${name}: it is a source, current inputs are ${
      stage.from.join(", ")
    }`;
    return [{ code: "too_many_inputs", path, message, hint: "remove from" }];
  }
  if (count < min) {
    const candidates = registryKindsGiving(form, registry).map(withArticle)
      .join(" or ");
    const message = `Cannot run ${name} with ${
      count === 0 ? "no input" : `${count} inputs`
    }: it takes ${form}${min > 1 ? ` from at least ${min} stages` : ""}`;
    const hint = `set from to the id of ${candidates}`;
    return [{ code: "no_input", path, message, hint }];
  }
  const distinct = [...new Set(stage.from)];
  if (distinct.length > max) {
    const surplus = stage.from.indexOf(distinct[max]);
    const message = `Cannot feed ${name} from more than ${max} stage${
      max === 1 ? "" : "s"
    }: current inputs are ${stage.from.join(", ")}`;
    return [{ code: "too_many_inputs", path: [...path, surplus], message }];
  }
  return [];
}

function checkInputs(
  stage: StageOutline,
  context: {
    byId: ReadonlyMap<string, StageOutline>;
    registry: Registry;
    consumed: Set<string>;
  },
): Issue[] {
  const { byId, registry, consumed } = context;
  const kind = kindOf(stage, registry);
  const issues: Issue[] = [];
  const seen = new Set<string>();
  for (const [index, id] of (stage.from ?? []).entries()) {
    const path = ["stages", stage.id, "from", index];
    if (seen.has(id)) {
      const message = `Cannot feed "${stage.id}" from "${id}" twice`;
      issues.push({ code: "duplicate_input", path, message });
      continue;
    }
    seen.add(id);
    const source = byId.get(id);
    if (source === undefined) {
      const others = [...byId.keys()].filter((other) => other !== stage.id);
      const meant = nearest(id, others);
      if (meant !== undefined) consumed.add(meant);
      const message = `Cannot find the stage "${id}": known stages are ${
        others.join(", ") || "none"
      }`;
      const hint = meant === undefined
        ? {}
        : { hint: `did you mean "${meant}"?` };
      issues.push({ code: "unknown_input", path, message, ...hint });
      continue;
    }
    consumed.add(id);
    const giver = kindOf(source, registry);
    const mismatch = giver && kind?.inputs.form &&
      mismatchOf(kind, giver, { from: id, to: stage.id, registry });
    if (mismatch) issues.push({ ...mismatch, path });
  }
  return issues;
}

function mismatchOf(
  taker: StageKind,
  giver: StageKind,
  context: { from: string; to: string; registry: Registry },
): Omit<Issue, "path"> | undefined {
  const wanted = taker.inputs.form;
  if (wanted === null || giver.output === wanted) return undefined;
  const { from, to, registry } = context;
  const message =
    `Cannot feed ${taker.kind} "${to}" from ${giver.kind} "${from}": it takes ${wanted}, current output of "${from}" is ${
      giver.output ?? "nothing"
    }`;
  const between = giver.output === null
    ? undefined
    : kindsBetween(giver.output, wanted, registry);
  const hint = between === undefined ? {} : {
    hint: `put ${
      between.map(withArticle).join(" and ")
    } between "${from}" and "${to}"`,
  };
  return { code: "type_mismatch", message, ...hint };
}

/** The fewest kinds that lead from one form to another. */
function kindsBetween(
  from: Form,
  to: Form,
  registry: Registry,
): string[] | undefined {
  const paths = new Map<Form, string[]>([[from, []]]);
  const queue: Form[] = [from];
  for (const form of queue) {
    for (const { kind, inputs, output } of Object.values(registry.kinds)) {
      if (inputs.form !== form || output === null || paths.has(output)) {
        continue;
      }
      paths.set(output, [...paths.get(form) ?? [], kind]);
      queue.push(output);
    }
  }
  return paths.get(to);
}

function registryKindsGiving(form: Form, registry: Registry): string[] {
  return Object.values(registry.kinds)
    .filter((kind) => kind.output === form)
    .map((kind) => kind.kind);
}

function checkConsumers(
  stages: readonly StageOutline[],
  context: { consumed: ReadonlySet<string>; registry: Registry },
): Issue[] {
  const { consumed, registry } = context;
  return stages.flatMap((stage) => {
    const kind = kindOf(stage, registry);
    if (!kind || kind.output === null || consumed.has(stage.id)) return [];
    const takers = Object.values(registry.kinds)
      .filter((other) => other.inputs.form === kind.output)
      .map((other) => withArticle(other.kind));
    return [{
      code: "no_consumer" as const,
      path: ["stages", stage.id],
      message:
        `Cannot use the ${kind.output} of "${stage.id}": no stage takes ${
          kind.output === "table" ? "it" : "them"
        }`,
      hint: `feed ${takers.join(" or ")} from it, or remove it`,
    }];
  });
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
