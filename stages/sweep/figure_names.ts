import { emptyRecord } from "../../engine/host.ts";
import { compose } from "../aggregator/compose.ts";
import { figuresOf } from "../aggregator/figures.ts";
import { runTables } from "../aggregator/run_tables.ts";

/** Names of the figures that a run has. */
export function figureNames(): string[] {
  const instruments = [{ multiplier: 1, inverse: false }];
  const nothing = { capital: 1, instruments, sessions: [] };
  const run = runTables(compose([emptyRecord()], nothing), nothing);
  return Object.keys(figuresOf(run, { capital: 1, annualisation: 1 }));
}
