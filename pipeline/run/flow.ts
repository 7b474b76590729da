import {
  allocateGauges,
  allocateSlots,
  type Finished,
  Gauges,
  type SlotMemory,
  type WireEnd,
} from "../link/mod.ts";
import type { Plan, WirePlan } from "../plan/mod.ts";
import type { Crew } from "./crew.ts";
import type { Loaded } from "./load.ts";
import { taskOf } from "./preparation.ts";
import type { StageWorker } from "./stage_worker.ts";

/** One Worker and its gauges. */
export interface Watched {
  readonly worker: StageWorker;
  readonly gauges: Gauges;
}

export interface Flow {
  readonly watched: readonly Watched[];
  /** What each Worker left, in the order of {@link watched}. */
  readonly finished: Promise<
    readonly (Finished & { readonly done_s: number })[]
  >;
}

export interface FlowOptions {
  readonly loaded: Loaded;
  readonly plan: Plan;
  readonly crew: Crew;
  /** The run directory of a stage's results. */
  directoryOf(stage: string): string;
  /** The run's journal of finished work. */
  readonly journal: string;
  /** Take a CPU profile of every Worker. */
  readonly profile: boolean;
}

/** Links the Workers and lets rows flow. */
export function startFlow(options: FlowOptions): Flow {
  const { loaded, plan, crew } = options;
  const ends = wireUp(plan.wires);
  const workers = crew.all;
  const buffer = allocateGauges(workers.length);
  const watched = workers.map((worker, index) => ({
    worker,
    gauges: new Gauges(buffer, index),
  }));
  const begun = performance.now();
  const answers = workers.map(async (worker, index) => {
    const { stage, copy } = worker;
    const graphStage = loaded.graph.stages.find(({ id }) => id === stage)!;
    const wires = ends.get(nameOf(stage, copy)) ?? [];
    const planned = plan.stages.find(({ id }) => id === stage)!;
    const finished = await worker.ask({
      type: "flow",
      task: taskOf(graphStage, loaded),
      copy,
      prepared: planned.prepared,
      wires,
      gauges: { buffer, index },
      directory: options.directoryOf(stage),
      journal: options.journal,
      profile: options.profile,
    }, wires.map(({ port }) => port)) as Finished;
    return { ...finished, done_s: (performance.now() - begun) / 1000 };
  });
  return { watched, finished: Promise.all(answers) };
}

/** Both ends of every wire, by the Worker that gets them. */
function wireUp(wires: readonly WirePlan[]): Map<string, WireEnd[]> {
  const ends = new Map<string, WireEnd[]>();
  const give = (stage: string, copy: number, end: WireEnd) => {
    const name = nameOf(stage, copy);
    ends.set(name, [...ends.get(name) ?? [], end]);
  };
  for (const { from, to, lane } of wires) {
    const { port1, port2 } = new MessageChannel();
    const memory: SlotMemory | undefined = lane && allocateSlots({
      slots: lane.slots,
      rows: lane.rows,
      columns: lane.columns,
      origin: BigInt(lane.origin),
    });
    const shared = memory ? { memory } : {};
    give(from.stage, from.copy, {
      role: memory ? "rows" : "downstream",
      ...to,
      port: port1,
      ...shared,
    });
    give(to.stage, to.copy, {
      role: memory ? "rows" : "upstream",
      ...from,
      port: port2,
      ...shared,
    });
  }
  return ends;
}

function nameOf(stage: string, copy: number): string {
  return `${stage}[${copy}]`;
}
