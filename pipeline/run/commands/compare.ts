import { compareRuns } from "../../../stages/compare/compare_runs.ts";
import { readFinishedRun } from "../../../stages/compare/finished_run.ts";
import { comparisonText } from "../../../stages/compare/text.ts";
import { EXIT } from "../../contract/mod.ts";
import type { Io } from "../io.ts";
import { Exit } from "../load.ts";

/**
 * `compare A B`: which inputs of two runs differ, and how their results do. Exit
 * code 1 when the results differ.
 */
export async function compareCommand(
  a: string,
  b: string,
  { json }: { readonly json: boolean },
  io: Io,
): Promise<void> {
  const comparison = await compareRuns(readFinishedRun(a), readFinishedRun(b));
  io.out(
    json
      ? JSON.stringify(comparison, null, 2) + "\n"
      : comparisonText(comparison),
  );
  if (!comparison.same) throw new Exit(EXIT.failed);
}
