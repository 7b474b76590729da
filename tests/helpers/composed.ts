import type { Instrument, SliceRecord } from "../../engine/host.ts";
import { compose, type RunRecord } from "../../stages/aggregator/compose.ts";

/** A whole run of one slice. */
export function composed(
  record: SliceRecord,
  options: {
    readonly capital: number;
    readonly instruments: readonly Instrument[];
  },
): RunRecord {
  return compose([record], options);
}
