import { type Fault, FaultError } from "../pipeline/contract/mod.ts";
import { NoRunError, reportable, writeReport } from "../report/mod.ts";

export interface ReportRequest {
  /** Version of the program. */
  readonly version: string;
  /** Of every aggregator, not only of those whose `report` is true. */
  readonly all: boolean;
}

/**
 * Makes the reports of a finished run; gives their paths.
 *
 * @throws FaultError with code `no_run` when `directory` holds no finished
 * run, `output_write` when a report cannot be written
 */
export async function makeReports(
  directory: string,
  { version, all }: ReportRequest,
): Promise<string[]> {
  const paths: string[] = [];
  try {
    for (const aggregator of reportable(directory)) {
      if (!all && aggregator.config.report === false) continue;
      paths.push(await writeReport(directory, aggregator, version));
    }
  } catch (error) {
    throw new FaultError(faultOf(directory, error), { cause: error });
  }
  return paths;
}

function faultOf(directory: string, error: unknown): Fault {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `Cannot make the report of ${directory}: ${reason}`;
  if (error instanceof NoRunError) {
    return {
      code: "no_run",
      message,
      hint: "give the directory of a run that has finished",
    };
  }
  if (error instanceof Error && "code" in error) {
    return { code: "output_write", message };
  }
  return { code: "internal", message };
}
