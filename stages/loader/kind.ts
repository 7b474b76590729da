import { z } from "zod";
import type {
  DescribeContext,
  Described,
  StageIssue,
  StageKind,
} from "../../pipeline/contract/mod.ts";
import { SAMPLES } from "../../formats/samples/mod.ts";
import type { InstrumentsConfig } from "../sections.ts";
import { didYouMean } from "../../pipeline/contract/suggest.ts";
import { Columns } from "./columns.ts";
import { TICK_COLUMNS } from "./tick_columns.ts";

const SAMPLE_NAMES = Object.keys(SAMPLES) as (keyof typeof SAMPLES)[];

/** Keys of a loader. */
export const LoaderConfig = z.strictObject({
  instrument: z.string().min(1).describe(
    "The instrument of these ticks: a name from instruments",
  ),
  source: z.string().min(1).describe(
    "Path or glob of the raw files, relative to the working directory",
  ),
  format: z.enum(["csv"]).describe("How the raw files are written").default(
    "csv",
  ),
  columns: Columns.describe(
    "Which raw column becomes which: time, and price or both bid and ask",
  ),
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
  if (!config.csv.header) issues.push(...namesWithoutHeader(config));
  return {
    output: {
      form: "table",
      stage: context.id,
      instrument: config.instrument,
      columns: TICK_COLUMNS.filter((name) => config.columns[name]),
      stamp: "event",
    },
    issues,
  };
}

function namesWithoutHeader({ columns }: LoaderConfig): StageIssue[] {
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
