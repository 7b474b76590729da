import { pathToFileURL } from "node:url";
import { serveStage } from "../../pipeline/link/mod.ts";
import type { PreparedWorker } from "../prepared.ts";
import { examineStrategy } from "./examine/examine.ts";
import { ownFiles } from "./hash_code.ts";
import type { WorkerConfig } from "./kind.ts";
import { describeStrategy, loadStrategy } from "./load.ts";
import { prepareWorker } from "./prepare.ts";
import { runSlices } from "./run_slices.ts";
import { firstStray } from "./stray.ts";

serveStage({
  async describe({ task }) {
    const config = task.config as WorkerConfig;
    const url = urlOf(config);
    const definition = await loadStrategy(url);
    const description = describeStrategy(definition, url, config.params);
    const found = await examineStrategy(
      ownFiles(url),
      config.strategy,
      definition.snapshot !== undefined,
    );
    return { ...description, issues: [...found, ...description.issues] };
  },
  async prepare({ task, inputs }) {
    const config = task.config as WorkerConfig;
    const url = urlOf(config);
    const definition = await loadStrategy(url);
    const description = describeStrategy(definition, url, config.params);
    return prepareWorker(task, url, description, inputs);
  },
  flow(context) {
    const { strategy } = context.prepared as PreparedWorker;
    const stray = firstStray(context.task.id, strategy);
    return Promise.race([runSlices(context), stray]);
  },
});

function urlOf({ strategy }: WorkerConfig): string {
  return pathToFileURL(strategy).href;
}
