import type { SliceRecord } from "../../../engine/host.ts";
import { compose } from "../compose.ts";
import type { OutcomeOptions, RunFacts, WholeRun } from "../run_outcome.ts";

/** The run that records of slices make, put one after the other. */
export function wholeOf(
  records: readonly SliceRecord[],
  { instruments }: Pick<RunFacts, "instruments">,
  { capital }: Pick<OutcomeOptions, "capital">,
): WholeRun {
  const record = compose(records, { capital, instruments });
  const orders = records.map(({ ended }) => ended);
  return { record, orders: [...orders, record.openOrders] };
}
