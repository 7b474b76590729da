import {
  type Fault,
  FaultError,
  type Issue,
  parseBytes,
  type Registry,
} from "../contract/mod.ts";
import type { Graph, GraphStage } from "../graph/mod.ts";
import type { RunSettings, StageTask } from "../link/mod.ts";
import { kindOf } from "../plan/mod.ts";
import { parseShare, type Spec } from "../spec/mod.ts";
import type { Crew } from "./crew.ts";

/** `run:` with units resolved. */
export function settingsOf({ run }: Spec): RunSettings {
  return {
    seed: run.seed,
    memory: parseBytes(run.memory)!,
    batch_rows: run.batch_rows,
    store: run.store,
    on_bad_tick: {
      policy: run.on_bad_tick.policy,
      max: parseShare(run.on_bad_tick.max)!,
    },
  };
}

/** What a stage's Worker gets to know of the pipeline. */
export function taskOf(stage: GraphStage, spec: Spec): StageTask {
  return {
    id: stage.id,
    config: stage.config,
    sections: spec.sections,
    run: settingsOf(spec),
  };
}

export interface ModuleDescriptions {
  readonly descriptions: ReadonlyMap<string, unknown>;
  readonly issues: readonly Issue[];
}

/** Lets each stage with a user's module load it and say what it needs. */
export async function describeModules(
  graph: Graph,
  spec: Spec,
  crew: Crew,
  registry: Registry,
): Promise<ModuleDescriptions> {
  const descriptions = new Map<string, unknown>();
  const issues: Issue[] = [];
  await Promise.all(graph.stages.map(async (stage) => {
    const module = kindOf(stage, { registry }).module?.(stage.config);
    if (!module) return;
    try {
      const task = taskOf(stage, spec);
      const worker = crew.of(stage.id);
      descriptions.set(stage.id, await worker.ask({ type: "describe", task }));
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      issues.push(badModule(error.fault, [...stage.path, module.key]));
    }
  }));
  return { descriptions, issues };
}

function badModule(fault: Fault, path: Issue["path"]): Issue {
  const { message, file, line, column, hint } = fault;
  const place = file === undefined || line === undefined
    ? ""
    : ` (${file}:${line}${column === undefined ? "" : `:${column}`})`;
  return {
    code: "bad_module",
    path,
    message: message + place,
    ...(hint === undefined ? {} : { hint }),
  };
}

export interface PrepareOptions {
  /** Look, but make nothing. */
  readonly dry: boolean;
  /** Prepare only the stages whose output is a table. */
  readonly tablesOnly?: boolean;
}

/** Prepares each stage once its inputs are: tables are made, slices cut. */
export async function prepareStages(
  graph: Graph,
  spec: Spec,
  crew: Crew,
  { dry, tablesOnly = false }: PrepareOptions,
): Promise<ReadonlyMap<string, unknown>> {
  const pending = new Map<string, Promise<unknown>>();
  for (const stage of graph.stages) {
    if (tablesOnly && stage.output?.form !== "table") continue;
    const prepare = async () => {
      const inputs = await Promise.all(
        stage.from.map((id) => pending.get(id)),
      );
      const task = taskOf(stage, spec);
      return crew.of(stage.id).ask({ type: "prepare", task, inputs, dry });
    };
    pending.set(stage.id, prepare());
  }
  // The first failure ends the preparation; the others must not go unheard.
  const entries = await Promise.all(
    [...pending].map(async ([id, value]) => [id, await value] as const),
  );
  return new Map(entries);
}
