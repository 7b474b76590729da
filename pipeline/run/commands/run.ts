import { summaryOf } from "../../../stages/summary.ts";
import type { Registry } from "../../contract/mod.ts";
import { execute, type Executed } from "../execute.ts";
import type { Io } from "../io.ts";
import { loadPipeline } from "../load.ts";
import type { ConfigOptions } from "./options.ts";

/** `run CONFIG`: ingests what is missing, runs, and leaves a run directory. */
export async function runCommand(
  file: string,
  options: ConfigOptions,
  context: { readonly registry: Registry; readonly io: Io },
): Promise<void> {
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
