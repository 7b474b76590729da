import { type Issue, type Registry } from "../contract/mod.ts";
import { buildGraph } from "../graph/mod.ts";
import { makePlan, type Plan, planWires } from "../plan/mod.ts";
import { placeIssues } from "../spec/mod.ts";
import { Crew } from "./crew.ts";
import { bytes } from "./format.ts";
import type { Io } from "./io.ts";
import { type Loaded, reject } from "./load.ts";
import { describeModules, prepareStages } from "./preparation.ts";
import type { Listener } from "./stage_worker.ts";

export interface CompileOptions {
  readonly registry: Registry;
  readonly workers: number | undefined;
  /** Where results go; `run.out` when absent. */
  readonly out?: string | undefined;
  /** Workers will be profiled. */
  readonly profile?: boolean | undefined;
  readonly listener: Listener;
  readonly io: Io;
}

/** Starts the Workers of a pipeline and checks it against its modules. */
export async function startCrew(
  loaded: Loaded,
  { registry, workers, out, profile = false, listener, io }: CompileOptions,
): Promise<Crew> {
  const { graph, spec } = loaded;
  const places = { store: spec.run.store, out: out ?? spec.run.out };
  const crew = Crew.start(graph, {
    registry,
    places,
    listener,
    workers,
    profile,
  });
  const { descriptions, issues } = await describeModules(
    loaded,
    crew,
    registry,
  );
  const built = buildGraph(spec, registry, (id) => descriptions.get(id));
  const problems: Issue[] = [...issues, ...(built.ok ? [] : built.issues)];
  if (problems.length > 0) {
    crew.dismiss();
    throw reject(placeIssues(problems, loaded.locate), loaded.texts, io);
  }
  return crew;
}

/** Prepares every stage and lays the wires. */
export async function compile(
  loaded: Loaded,
  crew: Crew,
  { registry, io, dry }: CompileOptions & { readonly dry: boolean },
): Promise<Plan> {
  const { graph, spec, settings } = loaded;
  const prepared = await prepareStages(loaded, crew, { dry });
  const wiring = planWires({
    graph,
    registry,
    copies: crew.copies,
    prepared,
    memory: settings.memory,
  });
  if (!wiring.ok) {
    crew.dismiss();
    const issue: Issue = {
      code: "memory_too_small",
      path: ["run", "memory"],
      message:
        `Cannot fit the batches of this pipeline: current value is ${spec.run.memory}`,
      hint: `it needs at least ${bytes(wiring.needed)}, or fewer workers`,
    };
    throw reject(placeIssues([issue], loaded.locate), loaded.texts, io);
  }
  return makePlan({
    graph,
    run: settings,
    sections: spec.sections,
    copies: crew.copies,
    prepared,
    wires: wiring.wires,
  });
}
