import { availableParallelism } from "node:os";
import type { Places, Registry } from "../contract/mod.ts";
import type { Graph, GraphStage } from "../graph/mod.ts";
import { kindOf } from "../plan/mod.ts";
import { type Listener, StageWorker } from "./stage_worker.ts";

export interface CrewOptions {
  readonly registry: Registry;
  readonly places: Places;
  readonly listener: Listener;
  /** Workers of every stage that runs in several; undefined: as its config says. */
  readonly workers: number | undefined;
  /** Their flow will be profiled. */
  readonly profile: boolean;
}

/** All Workers of a pipeline. */
export class Crew {
  readonly copies: ReadonlyMap<string, number>;
  readonly #workers = new Map<string, StageWorker[]>();
  readonly #options: CrewOptions;

  private constructor(
    options: CrewOptions,
    copies: ReadonlyMap<string, number>,
  ) {
    this.#options = options;
    this.copies = copies;
  }

  /** Starts a Worker for each stage, and for each copy of those that have some. */
  static start(graph: Graph, options: CrewOptions): Crew {
    const copies = new Map(
      graph.stages.map((stage) => [stage.id, copiesOf(stage, options)]),
    );
    const crew = new Crew(options, copies);
    for (const stage of graph.stages) crew.#hire(stage);
    return crew;
  }

  #hire(stage: GraphStage): void {
    const kind = kindOf(stage, this.#options);
    const { places, listener, profile } = this.#options;
    const access = kind.access?.(stage.config, places);
    const workers = Array.from(
      { length: this.copies.get(stage.id)! },
      (_, copy) =>
        new StageWorker({
          stage: stage.id,
          copy,
          kind,
          access,
          listener,
          profile,
        }),
    );
    this.#workers.set(stage.id, workers);
  }

  /** One Worker of a stage. */
  of(stage: string, copy = 0): StageWorker {
    return this.#workers.get(stage)![copy];
  }

  get all(): StageWorker[] {
    return [...this.#workers.values()].flat();
  }

  /** Ends every Worker. */
  dismiss(): void {
    for (const worker of this.all) worker.terminate();
  }
}

function copiesOf(stage: GraphStage, options: CrewOptions): number {
  const copies = kindOf(stage, options).copies;
  if (!copies) return 1;
  const wanted = options.workers ?? copies(stage.config);
  return wanted === "auto" ? availableParallelism() : wanted;
}
