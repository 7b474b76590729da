import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { hashOf, hasTable } from "../../formats/source/mod.ts";
import { TableWriter } from "../../formats/store/mod.ts";
import { type PrepareContext, serveStage } from "../../pipeline/link/mod.ts";
import type { PreparedTable } from "../prepared.ts";
import { serveTable } from "../serve_table.ts";
import { tableFacts } from "../table_facts.ts";
import { applyTransform } from "./apply.ts";
import type { CustomConfig } from "./kind.ts";
import { hashModule, loadTransform } from "./load.ts";

serveStage({
  async describe({ task }) {
    const { module } = task.config as CustomConfig;
    const { reads } = await loadTransform(module);
    return { reads: reads ?? null };
  },
  prepare,
  flow(context) {
    const { table } = context.prepared as PreparedTable;
    return serveTable(context, table!.directory);
  },
});

async function prepare(context: PrepareContext): Promise<PreparedTable> {
  const { task, inputs, dry } = context;
  const [input] = inputs as readonly PreparedTable[];
  const config = task.config as CustomConfig;
  const columns = config.columns ?? input.columns;
  const { instrument, stamp } = input;
  const type = { stage: task.id, instrument, columns, stamp };
  if (input.table === null) return { ...type, cached: false, table: null };
  const fingerprint = hashOf({
    version: 1,
    input: input.table.content,
    module: hashModule(config.module),
    params: config.params,
    columns,
  });
  const key = `${task.id}-${fingerprint.slice(0, 12)}`;
  const directory = join(task.run.store, key);
  if (hasTable(directory)) {
    return { ...type, cached: true, table: tableFacts({ directory, key }) };
  }
  if (dry) return { ...type, cached: false, table: null };
  const writer = await TableWriter.create({
    store: task.run.store,
    key,
    instrument,
    columns,
    stamp,
    source: {
      made_by: "custom",
      files: [],
      fingerprint,
      synthetic: input.table.synthetic,
    },
  });
  try {
    const { reads, begin } = await loadTransform(config.module);
    applyTransform({
      input: input.table,
      reads: reads ?? input.columns,
      onRow: begin(config.params),
      module: pathToFileURL(resolve(config.module)).href,
      writer,
      columns,
      signal: context.signal,
      progress: (rows, fraction) =>
        context.progress({ activity: "making", rows, fraction }),
    });
    const { rows } = writer;
    const made = writer.publish({
      quality: { read: rows, kept: rows, rejected: {}, quarantine: null },
    });
    return { ...type, cached: false, table: tableFacts(made) };
  } catch (error) {
    writer.abort();
    throw error;
  }
}
