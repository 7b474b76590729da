import {
  type Fault,
  FaultError,
  type Issue,
  parseDuration,
  type Registry,
} from "../contract/mod.ts";
import type { GraphStage } from "../graph/mod.ts";
import type { StageTask } from "../link/mod.ts";
import { kindOf } from "../plan/mod.ts";
import type { Crew } from "./crew.ts";
import { placeOf } from "./render_fault.ts";
import type { Loaded } from "./load.ts";

/** What a stage's Worker gets to know of the pipeline. */
export function taskOf(
  { id, config }: GraphStage,
  { spec, settings }: Loaded,
): StageTask {
  return { id, config, sections: spec.sections, run: settings };
}

export interface ModuleDescriptions {
  readonly descriptions: ReadonlyMap<string, unknown>;
  readonly issues: readonly Issue[];
}

/** Lets each stage with a user's module load it and say what it needs. */
export async function describeModules(
  loaded: Loaded,
  crew: Crew,
  registry: Registry,
): Promise<ModuleDescriptions> {
  const descriptions = new Map<string, unknown>();
  const issues: Issue[] = [];
  await Promise.all(loaded.graph.stages.map(async (stage) => {
    const module = kindOf(stage, { registry }).module?.(stage.config);
    if (!module) return;
    try {
      const task = taskOf(stage, loaded);
      const worker = crew.of(stage.id);
      const answer = worker.ask({ type: "describe", task });
      descriptions.set(
        stage.id,
        await within(answer, loaded.spec.run.watchdog),
      );
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      issues.push(badModule(error.fault, [...stage.path, module.key]));
    }
  }));
  return { descriptions, issues };
}

/**
 * What is still being loaded after `limit` never will be: a loop in a module
 * cannot be stopped, so it must not be waited for.
 */
async function within<T>(answer: Promise<T>, limit: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(
      new FaultError({
        code: "module_failed",
        message: `Cannot wait longer for the module: current limit is ${limit}`,
        hint: "look for a loop that does not end, or raise run.watchdog",
      }),
    );
  }, parseDuration(limit)! / 1e6);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function badModule(fault: Fault, path: Issue["path"]): Issue {
  const { message, line, hint } = fault;
  const place = line === undefined ? undefined : placeOf(fault);
  return {
    code: "bad_module",
    path,
    message: place === undefined ? message : `${message} (${place})`,
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
  loaded: Loaded,
  crew: Crew,
  { dry, tablesOnly = false }: PrepareOptions,
): Promise<ReadonlyMap<string, unknown>> {
  const pending = new Map<string, Promise<unknown>>();
  for (const stage of loaded.graph.stages) {
    if (tablesOnly && stage.output?.form !== "table") continue;
    const prepare = async () => {
      const inputs = await Promise.all(
        stage.from.map((id) => pending.get(id)),
      );
      const task = taskOf(stage, loaded);
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
