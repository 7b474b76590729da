import { z } from "zod";
import { SAMPLE_NAMES } from "../../formats/samples/names.ts";
import { Duration } from "../../pipeline/contract/schema.ts";
import { parseDuration } from "../../pipeline/contract/units.ts";
import { Columns } from "./columns.ts";
import { edgeOf } from "./period.ts";
import { Struct } from "./struct.ts";

const DAY = 86400e9;

const Edge = z.string().refine((text) => edgeOf(text, "from") !== undefined, {
  error:
    "a day such as 2024-03-04, or an instant such as 2024-03-04T14:30Z or 2024-03-04T09:30[America/New_York]",
});

const FORMATS = [
  "csv",
  "parquet",
  "dbn",
  "bi5",
  "itch",
  "lobster",
  "binance-ws",
  "arrow",
  "struct",
  "histdata",
  "truefx",
  "lean",
  "tardis",
  "binance-agg-trades",
  "dukascopy-csv",
] as const;

const Format = z.enum(FORMATS).describe(
  "How the raw files are written. When absent, told by the source's name",
);

const Csv = z.strictObject({
  header: z.boolean().describe("The first line names the columns").default(
    true,
  ),
  delimiter: z.string().length(1, { error: "a single character" }).describe(
    "What stands between two values",
  ).default(","),
}).describe("Details of CSV files");

const Clock = z.enum(["local", "exchange"]).describe(
  "Whose time a row of binance-ws has: that of the machine which received it, or the exchange's. local when absent",
);

/** A second source, whose quotes stand beside the trades of the first. */
const Quotes = z.strictObject({
  source: z.string().min(1).describe("Path or glob of the files of quotes"),
  format: Format.optional(),
  symbol: z.string().min(1).describe(
    "The instrument's name among the quotes. As the loader's when absent",
  ).optional(),
  columns: Columns.describe("As for the loader: time, bid and ask").optional(),
  csv: Csv.prefault({}),
  clock: Clock.optional(),
});

/** Keys of a loader. */
export const LoaderConfig = z.strictObject({
  instrument: z.string().min(1).describe(
    "The instrument of these ticks: a name from instruments",
  ),
  source: z.string().min(1).describe(
    "Path or glob of the raw files, relative to the working directory",
  ),
  format: Format.optional(),
  rows: z.enum(["trades", "quotes", "trades_with_quotes"]).describe(
    "What becomes a row, in formats that bring their own columns. trades when absent, quotes where there are no trades",
  ).optional(),
  symbol: z.string().min(1).describe(
    "The instrument's name in a source that holds several: a symbol or an instrument id",
  ).optional(),
  definition: z.string().min(1).describe(
    "Databento file of definitions that tick_size, multiplier and currency of the instrument must agree with",
  ).optional(),
  price_divide: z.number().positive().describe(
    "Raw prices of bi5 are divided by this. 100000 when absent",
  ).optional(),
  columns: Columns.describe(
    "Which raw column of a CSV, Parquet or Arrow file becomes which: time, and price or both bid and ask",
  ).optional(),
  struct: Struct.describe("Layout of a packed binary file, little-endian")
    .optional(),
  csv: Csv.prefault({}),
  clock: Clock.optional(),
  quotes: Quotes.describe(
    "Where the quotes lie, when the source holds trades alone: each trade gets the last quote before it",
  ).optional(),
  period: z.strictObject({
    from: Edge.describe("The first day or instant").optional(),
    to: Edge.describe(
      "The last day, which is whole, or the instant before which it ends",
    ).optional(),
  }).describe(
    "Only rows of this time are loaded: days or instants, UTC unless they name a zone",
  ).optional(),
  sort_window: Duration.refine((text) => parseDuration(text)! <= DAY, {
    error: "a duration of at most 1d",
  }).describe(
    "Rows that come late by at most this much are put in order. 0s when absent",
  ).optional(),
  duplicates: z.enum(["keep", "bad"]).describe(
    "A row that repeats the row before it in every column: keep it, or treat it as a bad tick. keep when absent",
  ).optional(),
  sample: z.enum(SAMPLE_NAMES).describe(
    "Built-in synthetic sample to make where the source has no files",
  ).optional(),
});

/** A loader's keys with defaults filled; every column in its long form. */
export type LoaderConfig = z.output<typeof LoaderConfig>;
