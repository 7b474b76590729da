import { emptyRecord } from "../../engine/host.ts";
import { compose } from "../aggregator/compose.ts";
import { figuresOf } from "../aggregator/figures.ts";

/** Names of the figures that a run has. */
export function figureNames(): string[] {
  const capital = 1;
  const record = compose([emptyRecord()], { capital, instruments: [] });
  const options = { capital, annualisation: 1, sessions: [], instruments: [] };
  return Object.keys(figuresOf(record, options));
}
