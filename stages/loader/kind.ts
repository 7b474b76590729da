import { z } from "zod";
import type {
  DescribeContext,
  Described,
  StageIssue,
  StageKind,
} from "../../pipeline/contract/mod.ts";
import { SAMPLE_NAMES } from "../../formats/samples/names.ts";
import type { InstrumentsConfig } from "../sections.ts";
import { didYouMean } from "../../pipeline/contract/suggest.ts";
import { Columns } from "./columns.ts";
import { columnsOf, formatOf, isMapped, rowsKnown } from "./output.ts";

const FORMATS = [
  "csv",
  "parquet",
  "dbn",
  "bi5",
  "itch",
  "histdata",
  "truefx",
  "lean",
  "tardis",
  "binance-agg-trades",
  "dukascopy-csv",
] as const;

/** Keys of a loader. */
export const LoaderConfig = z.strictObject({
  instrument: z.string().min(1).describe(
    "The instrument of these ticks: a name from instruments",
  ),
  source: z.string().min(1).describe(
    "Path or glob of the raw files, relative to the working directory",
  ),
  format: z.enum(FORMATS).describe(
    "How the raw files are written. When absent, told by the source's name",
  ).optional(),
  rows: z.enum(["trades", "quotes", "trades_with_quotes"]).describe(
    "What becomes a row, in formats that bring their own columns. trades when absent, quotes where there are no trades",
  ).optional(),
  symbol: z.string().min(1).describe(
    "The instrument's name in a source that holds several: a symbol or an instrument id",
  ).optional(),
  price_divide: z.number().positive().describe(
    "Raw prices of bi5 are divided by this. 100000 when absent",
  ).optional(),
  columns: Columns.describe(
    "Which raw column of a CSV or Parquet file becomes which: time, and price or both bid and ask",
  ).optional(),
  csv: z.strictObject({
    header: z.boolean().describe("The first line names the columns").default(
      true,
    ),
    delimiter: z.string().length(1, { error: "a single character" }).describe(
      "What stands between two values",
    ).default(","),
  }).describe("Details of CSV files").prefault({}),
  sample: z.enum(SAMPLE_NAMES).describe(
    "Built-in synthetic sample to make where the source has no files",
  ).optional(),
});

/** A loader's keys with defaults filled; every column in its long form. */
export type LoaderConfig = z.output<typeof LoaderConfig>;

export const loader: StageKind<LoaderConfig> = {
  kind: "loader",
  summary: "Reads raw files into ticks of one instrument",
  config: LoaderConfig,
  inputs: { form: null, min: 0, max: 0 },
  output: "table",
  entry: new URL("./stage.ts", import.meta.url),
  describe,
};

function describe(config: LoaderConfig, context: DescribeContext): Described {
  const issues: StageIssue[] = [];
  const instruments = context.sections.instruments as
    | InstrumentsConfig
    | undefined;
  const known = Object.keys(instruments ?? {});
  if (!known.includes(config.instrument)) {
    issues.push({
      code: "unknown_instrument",
      path: ["instrument"],
      message: `Cannot find the instrument "${config.instrument}": ${
        known.length === 0
          ? "no instruments are defined"
          : `known instruments are ${known.join(", ")}`
      }`,
      ...didYouMean(config.instrument, known),
    });
  }
  issues.push(...misfits(config));
  if (!config.csv.header) issues.push(...namesWithoutHeader(config));
  return {
    output: {
      form: "table",
      stage: context.id,
      instrument: config.instrument,
      columns: columnsOf(config),
      stamp: "event",
    },
    issues,
  };
}

function misfits(config: LoaderConfig): StageIssue[] {
  const format = formatOf(config);
  if (isMapped(format)) {
    return config.columns ? [] : [{
      code: "missing_key",
      path: ["columns"],
      message:
        `Cannot leave out "columns" with the format ${format}: it says which raw column becomes which`,
    }];
  }
  const issues: StageIssue[] = [];
  if (config.columns) {
    issues.push({
      code: "bad_value",
      path: ["columns"],
      message: `Cannot map columns of the format ${format}: it brings its own`,
      hint: "leave columns out, and choose with rows",
    });
  }
  const known = rowsKnown(format);
  if (config.rows !== undefined && !known.includes(config.rows)) {
    issues.push({
      code: "bad_value",
      path: ["rows"],
      message: `Cannot make ${config.rows} of ${format}: it gives ${
        known.join(", ")
      }`,
    });
  }
  return issues;
}

function namesWithoutHeader(
  { columns = {} as Columns }: LoaderConfig,
): StageIssue[] {
  return Object.entries(columns).flatMap(([name, mapping]) =>
    typeof mapping?.column !== "string" ? [] : [{
      code: "bad_value" as const,
      path: ["columns", name, "column"],
      message:
        `Cannot find "${name}" by name in a file without a header: current value is "${mapping.column}"`,
      hint: "give the column's index from 0",
    }]
  );
}
