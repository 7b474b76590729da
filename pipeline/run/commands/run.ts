import { summaryOf } from "../../../stages/summary.ts";
import manifest from "../../../deno.json" with { type: "json" };
import { existsSync } from "node:fs";
import { join } from "node:path";
import { EXIT, type Registry } from "../../contract/mod.ts";
import { execute, type Executed } from "../execute.ts";
import { bytes } from "../format.ts";
import type { Io } from "../io.ts";
import { Exit, type Loaded, loadPipeline } from "../load.ts";
import type { LogOptions } from "../run_log.ts";
import { RunDirectory } from "../run_directory.ts";
import { usageText } from "../usage.ts";
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
  if (resume !== undefined && options.out !== undefined) {
    context.io.err("Cannot run: give --out DIR or --resume DIR, not both\n");
    throw new Exit(EXIT.usage);
  }
  // Before any work: what is no run directory never will be.
  const directory = resume !== undefined && existsSync(resume)
    ? RunDirectory.open(resume)
    : undefined;
  const loaded = loadPipeline(file, options, context);
  const executed = await execute(
    loaded,
    { ...options, resume: directory, log: logOptions(options) },
    context,
  );
  const pages = reportsOf(executed, loaded);
  print(executed, pages, loaded, options, context.io);
  if (pages.length === 0) return;
  // Last, so that nobody waits for it: it reads all prices once more.
  const { makeReports } = await import("../../../stages/report.ts");
  const { version } = manifest;
  await makeReports(executed.directory.path, { version, all: false });
}

/** The pages that the aggregators are to leave. */
function reportsOf({ directory }: Executed, { graph }: Loaded): string[] {
  const ends = graph.stages.filter(({ kind }) => kind === "aggregator");
  return ends
    .filter(({ config }) => (config as { report: boolean }).report)
    .map(({ id }) => directory.of(id, ends.length))
    .map((path) => join(path, "report.html"));
}

function print(
  { result, directory, usage }: Executed,
  pages: readonly string[],
  { graph }: Loaded,
  { json, quiet, profile }: ConfigOptions,
  io: Io,
): void {
  if (json) return io.out(JSON.stringify(result, null, 2) + "\n");
  if (profile) {
    const strategies = graph.stages.filter(({ kind }) => kind === "worker");
    const names = strategies.map(({ id }) => id);
    io.err(`${usageText(usage, names, Number(result.run_s))}\n`);
    io.err(
      `  peak memory of the process ${bytes(Number(result.peak_memory))}\n`,
    );
    io.err(`  profiles ${join(directory.path, "profile")}\n\n`);
  }
  if (!quiet) {
    io.out(`${summaryOf(result)}\n  run ${directory.path}\n`);
    for (const page of pages) io.out(`  report ${page}\n`);
  }
  io.out(`digest ${result.digest}\n`);
}

/** What of the log goes to standard error. */
function logOptions({ logLevel, log }: ConfigOptions): LogOptions {
  return { level: logLevel, json: log === "json" };
}
