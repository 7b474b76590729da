import type { IngestOptions } from "../../formats/ingest.ts";
import { locateCarried } from "../../formats/join/locate.ts";
import { locate } from "../../formats/source/mod.ts";
import { type PrepareContext, serveStage } from "../../pipeline/link/mod.ts";
import type { PreparedTable } from "../prepared.ts";
import type { InstrumentsConfig } from "../sections.ts";
import { serveTable } from "../serve_table.ts";
import { tableFacts } from "../table_facts.ts";
import type { LoaderConfig } from "./config.ts";
import { checkDefinition } from "./definition.ts";
import { columnsOf } from "./output.ts";
import { sourcesOf } from "./quotes.ts";
import { requestOf } from "./request.ts";
import { makeSample, sampleUse } from "./sample.ts";

serveStage({
  prepare,
  flow(context) {
    const { table } = context.prepared as PreparedTable;
    return serveTable(context, table!.directory);
  },
});

async function prepare(context: PrepareContext): Promise<PreparedTable> {
  const { task, dry } = context;
  const config = task.config as LoaderConfig;
  const type = {
    stage: task.id,
    instrument: config.instrument,
    columns: columnsOf(config),
    stamp: "event" as const,
  };
  await checkDefinition(config, task.sections.instruments as InstrumentsConfig);
  const sample = await sampleUse(config);
  if (sample === "missing") {
    if (dry) return { ...type, cached: false, table: null };
    await makeSample(context, config);
  }
  const isSynthetic = sample !== "unused";
  const sources = sourcesOf(config);
  const request = requestOf(task, sources?.trades ?? config, isSynthetic);
  const quotes = sources && requestOf(task, sources.quotes, isSynthetic);
  const located = quotes
    ? locateCarried({ trades: request, quotes })
    : locate(request);
  if (located.cached) {
    return { ...type, cached: true, table: tableFacts(located) };
  }
  if (dry) return { ...type, cached: false, table: null };
  const options: IngestOptions = {
    signal: context.signal,
    onProgress: ({ rows, bytesRead, bytesTotal }) =>
      context.progress({
        activity: "ingesting",
        rows,
        ...(bytesRead === undefined || bytesTotal === undefined
          ? {}
          : { fraction: bytesRead / bytesTotal }),
      }),
  };
  const made =
    await (quotes
      ? (await import("../../formats/join/carry.ts")).ingestCarried(
        { trades: request, quotes },
        options,
      )
      : (await import("../../formats/ingest.ts")).ingest(request, options));
  return { ...type, cached: false, table: tableFacts(made) };
}
