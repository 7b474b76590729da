import { summaryOf } from "../../../stages/summary.ts";
import { join } from "node:path";
import { EXIT, type Registry } from "../../contract/mod.ts";
import { execute, type Executed } from "../execute.ts";
import type { Io } from "../io.ts";
import { Exit, loadPipeline } from "../load.ts";
import type { ConfigOptions } from "./options.ts";

/**
 * `run CONFIG`: ingests what is missing, runs, and leaves a run directory.
 * `run --resume DIR`: goes on with a run that was stopped.
 */
export async function runCommand(
  config: string | undefined,
  options: ConfigOptions,
  context: { readonly registry: Registry; readonly io: Io },
): Promise<void> {
  const { resume } = options;
  const file = config ?? (resume && join(resume, "config.yaml"));
  if (file === undefined || (config !== undefined && resume !== undefined)) {
    context.io.err("Cannot run: give a pipeline file or --resume DIR\n");
    throw new Exit(EXIT.usage);
  }
  const loaded = loadPipeline(file, options, context);
  report(await execute(loaded, options, context), options, context.io);
}

function report(
  { result, directory }: Executed,
  { json, quiet }: ConfigOptions,
  io: Io,
): void {
  if (json) return io.out(JSON.stringify(result, null, 2) + "\n");
  if (!quiet) io.out(`${summaryOf(result)}\n  run ${directory.path}\n`);
  io.out(`digest ${result.digest}\n`);
}
