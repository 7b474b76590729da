import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pageOf } from "./page/page.ts";
import { readRun, type Reportable } from "./run/read_run.ts";
import { sections } from "./sections/mod.ts";

export { NoRunError } from "./run/no_run_error.ts";
export { type Reportable, reportable } from "./run/read_run.ts";

/** The file of a report. */
export const REPORT = "report.html";

/**
 * Makes the report of one aggregator of a finished run, from the files in the
 * run's directory and the store's ticks; gives the path of the page.
 *
 * @param version of the program
 * @throws NoRunError when the directory lacks what a report is made of
 */
export async function writeReport(
  directory: string,
  aggregator: Reportable,
  version: string,
): Promise<string> {
  const run = await readRun(directory, aggregator, version);
  const path = join(aggregator.directory, REPORT);
  writeFileSync(`${path}.part`, pageOf(run, sections));
  renameSync(`${path}.part`, path);
  return path;
}
