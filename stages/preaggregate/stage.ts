import { BAR_COLUMNS } from "../../formats/duckdb/bar_columns.ts";
import { locateBars, makeBars } from "../../formats/duckdb/bars.ts";
import { parseDuration } from "../../pipeline/contract/mod.ts";
import { type PrepareContext, serveStage } from "../../pipeline/link/mod.ts";
import type { PreparedTable } from "../prepared.ts";
import { serveTable } from "../serve_table.ts";
import { tableFacts } from "../table_facts.ts";
import type { PreaggregateConfig } from "./kind.ts";

serveStage({
  prepare,
  flow(context) {
    const { table } = context.prepared as PreparedTable;
    return serveTable(context, table!.directory);
  },
});

async function prepare(context: PrepareContext): Promise<PreparedTable> {
  const { task, inputs, dry, signal } = context;
  const [ticks] = inputs as readonly PreparedTable[];
  const { bars } = task.config as PreaggregateConfig;
  const type = {
    stage: task.id,
    instrument: ticks.instrument,
    columns: BAR_COLUMNS,
    stamp: "close" as const,
  };
  if (ticks.table === null) return { ...type, cached: false, table: null };
  const request = {
    input: ticks.table,
    interval_ns: parseDuration(bars)!,
    store: task.run.store,
    stage: task.id,
  };
  const located = locateBars(request);
  if (located.cached) {
    return { ...type, cached: true, table: tableFacts(located) };
  }
  if (dry) return { ...type, cached: false, table: null };
  const made = await makeBars(request, {
    signal,
    onProgress: ({ rows, total }) =>
      context.progress({ activity: "making", rows, fraction: rows / total }),
  });
  return { ...type, cached: false, table: tableFacts(made) };
}
