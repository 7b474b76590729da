import { describeTables } from "../../../stages/summary.ts";
import type { Registry } from "../../contract/mod.ts";
import { startCrew } from "../compile.ts";
import { unlessInterrupted } from "../interrupt.ts";
import type { Io } from "../io.ts";
import { loadPipeline } from "../load.ts";
import { prepareStages } from "../preparation.ts";
import { ProgressLine } from "../progress.ts";
import { printsOnly } from "../stage_worker.ts";
import { watchVitals } from "../vitals.ts";
import type { ConfigOptions } from "./options.ts";

/** `ingest CONFIG`: makes every table that the store lacks, and runs nothing. */
export async function ingestCommand(
  file: string,
  options: ConfigOptions,
  { registry, io }: { registry: Registry; io: Io },
): Promise<void> {
  const loaded = loadPipeline(file, options, { registry, io });
  const progress = new ProgressLine(io, options.quiet);
  const crew = await startCrew(loaded, {
    registry,
    io,
    workers: 1,
    listener: {
      ...printsOnly((text) => {
        progress.clear();
        io.err(text);
      }),
      progress: progress.preparation.bind(progress),
      notice: (_, text) => progress.notice(text),
    },
  });
  const stuck = Promise.withResolvers<never>();
  const vitals = watchVitals(loaded, crew.all, stuck.reject);
  try {
    const prepared = await unlessInterrupted(Promise.race([
      prepareStages(loaded, crew, { dry: false, tablesOnly: true }),
      stuck.promise,
    ]));
    progress.clear();
    const { text, data } = describeTables(prepared);
    if (options.json) io.out(JSON.stringify(data, null, 2) + "\n");
    else if (!options.quiet) io.out(text);
  } finally {
    progress.clear();
    vitals.stop();
    crew.dismiss();
  }
}
