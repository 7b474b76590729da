import type { IngestRequest } from "../../formats/request.ts";
import type { StageTask } from "../../pipeline/link/mod.ts";
import type { InstrumentsConfig } from "../sections.ts";
import type { LoaderConfig } from "./kind.ts";

/** What the loader of a pipeline asks of the formats. */
export function requestOf(
  { config, sections, run }: StageTask,
  synthetic: boolean,
): IngestRequest {
  const { instrument, source, format, columns, csv } = config as LoaderConfig;
  const instruments = sections.instruments as InstrumentsConfig;
  const { time, ...values } = columns;
  const given = Object.entries(values).filter(([, value]) =>
    value !== undefined
  );
  return {
    instrument,
    source,
    format,
    columns: {
      time,
      values: Object.fromEntries(given) as IngestRequest["columns"]["values"],
    },
    csv,
    tick_size: instruments[instrument].tick_size,
    on_bad_tick: run.on_bad_tick.policy as IngestRequest["on_bad_tick"],
    max_bad: run.on_bad_tick.max,
    store: run.store,
    synthetic,
  };
}
