import { pathToFileURL } from "node:url";
import type { AnyStrategy } from "../../engine/host.ts";
import { serveStage, type StageTask } from "../../pipeline/link/mod.ts";
import type { PreparedWorker } from "../prepared.ts";
import { examineStrategy } from "./examine/examine.ts";
import { ownFiles } from "./hash_code.ts";
import type { StrategyDescription } from "./description.ts";
import type { WorkerConfig } from "./kind.ts";
import { describeStrategy, loadStrategy } from "./load.ts";
import { prepareWorker } from "./prepare.ts";
import { runSlices } from "./run_slices.ts";
import { firstStray } from "./stray.ts";

serveStage({
  async describe({ task }) {
    const { strategy, sweep } = task.config as WorkerConfig;
    const url = urlOf({ strategy });
    const definition = await loadStrategy(url);
    const description = await describe(task, definition, url);
    const found = await examineStrategy(
      ownFiles(url),
      strategy,
      definition.snapshot !== undefined,
      sweep !== undefined,
    );
    return { ...description, issues: [...found, ...description.issues] };
  },
  async prepare({ task, inputs }) {
    const url = urlOf(task.config as WorkerConfig);
    const definition = await loadStrategy(url);
    const description = await describe(task, definition, url);
    return prepareWorker(task, url, description, inputs);
  },
  flow(context) {
    const { strategy } = context.prepared as PreparedWorker;
    const stray = firstStray(context.task.id, strategy);
    return Promise.race([runSlices(context), stray]);
  },
});

/** Sweeps are rare, and what works them out takes its time to load. */
async function describe(
  { id, run, config }: StageTask,
  definition: AnyStrategy,
  url: string,
): Promise<StrategyDescription> {
  const { params, sweep } = config as WorkerConfig;
  if (sweep === undefined) return describeStrategy(definition, url, params);
  const { describeSweep } = await import("./describe_sweep.ts");
  const { seed } = run;
  return describeSweep(definition, url, { sweep, params, stage: id, seed });
}

function urlOf({ strategy }: Pick<WorkerConfig, "strategy">): string {
  return pathToFileURL(strategy).href;
}
