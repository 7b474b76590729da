import type { Registry } from "../../contract/mod.ts";
import { startCrew } from "../compile.ts";
import type { Io } from "../io.ts";
import { loadPipeline } from "../load.ts";
import { printsOnly } from "../stage_worker.ts";
import type { ConfigOptions } from "./options.ts";

/** `check CONFIG`: every problem that can be found without reading ticks. */
export async function checkCommand(
  file: string,
  { set, workers, quiet, json }: ConfigOptions,
  { registry, io }: { registry: Registry; io: Io },
): Promise<void> {
  const loaded = loadPipeline(file, { set }, { registry, io });
  const crew = await startCrew(loaded, {
    registry,
    io,
    workers: workers ?? 1,
    listener: printsOnly(io.err),
  });
  crew.dismiss();
  const { stages, edges } = loaded.graph;
  if (json) {
    io.out(JSON.stringify({ ok: true, stages: stages.length }) + "\n");
  } else if (!quiet) {
    io.out(
      `${file}: ${stages.length} stages, ${edges.length} edges, no problems\n`,
    );
  }
}
