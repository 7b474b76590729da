import type { IngestRequest, StructLayout } from "../../formats/request.ts";
import { parseDuration } from "../../pipeline/contract/units.ts";
import type { StageTask } from "../../pipeline/link/mod.ts";
import type { InstrumentsConfig } from "../sections.ts";
import type { LoaderConfig } from "./config.ts";
import { formatOf, presetOf, rowsOf } from "./output.ts";
import { rangeOf } from "./period.ts";
import type { Struct } from "./struct.ts";
import { TICK_COLUMNS } from "./tick_columns.ts";

/** What the loader of a pipeline asks of the formats. */
export function requestOf(
  { sections, run }: StageTask,
  loader: LoaderConfig,
  synthetic: boolean,
): IngestRequest {
  const { instrument, source, symbol, price_divide } = loader;
  const { period, sort_window, duplicates, clock, struct } = loader;
  const preset = presetOf(loader);
  const format = preset ? "csv" : formatOf(loader);
  const instruments = sections.instruments as InstrumentsConfig;
  const { time = { column: 0, unit: "iso" as const }, ...values } =
    loader.columns ?? {};
  const given = Object.entries(values).filter(([, value]) =>
    value !== undefined
  );
  return {
    instrument,
    source,
    format,
    columns: preset?.columns ?? {
      time,
      values: Object.fromEntries(given) as IngestRequest["columns"]["values"],
    },
    csv: preset?.csv ?? loader.csv,
    ...(format === "csv" ? {} : { rows: rowsOf(loader) }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(price_divide === undefined ? {} : { price_divide }),
    ...(struct === undefined ? {} : { struct: layoutOf(struct) }),
    ...(clock === undefined ? {} : { clock }),
    ...(sort_window === undefined
      ? {}
      : { sort_window: parseDuration(sort_window) }),
    ...(duplicates === "bad" ? { duplicates } : {}),
    ...(period === undefined ? {} : { period: rangeOf(period) }),
    tick_size: instruments[instrument].tick_size,
    on_bad_tick: run.on_bad_tick.policy as IngestRequest["on_bad_tick"],
    max_bad: run.on_bad_tick.max,
    store: run.store,
    synthetic,
  };
}

function layoutOf({ record, header, fields }: Struct): StructLayout {
  const { time } = fields;
  const values = TICK_COLUMNS.flatMap((name) => {
    const field = fields[name];
    return field ? [[name, field] as const] : [];
  });
  return { record, header, time, values: Object.fromEntries(values) };
}
