import { z } from "zod";
import { BAR_COLUMNS } from "../../formats/duckdb/bar_columns.ts";
import {
  type DescribeContext,
  type Described,
  parseDuration,
  type StageIssue,
  type StageKind,
} from "../../pipeline/contract/mod.ts";
import { Duration } from "../../pipeline/contract/schema.ts";

/** Keys of a pre-aggregation. */
export const PreaggregateConfig = z.strictObject({
  bars: Duration.refine((text) => (parseDuration(text) ?? 1) > 0, {
    error: "a duration above zero such as 1m",
  }).describe("Length of a bar in event time, such as 1m"),
});

export type PreaggregateConfig = z.output<typeof PreaggregateConfig>;

export const preaggregate: StageKind<PreaggregateConfig> = {
  kind: "preaggregate",
  summary: "Makes time bars of ticks once and keeps them in the store",
  config: PreaggregateConfig,
  inputs: { form: "table", min: 1, max: 1 },
  output: "table",
  entry: new URL("./stage.ts", import.meta.url),
  describe,
};

function describe(
  _config: PreaggregateConfig,
  context: DescribeContext,
): Described {
  const issues: StageIssue[] = [];
  const [input] = context.inputs;
  if (input?.form !== "table") return { output: null, issues };
  if (input.stamp !== "event") {
    issues.push({
      code: "type_mismatch",
      path: ["from", 0],
      message:
        `Cannot make bars of "${input.stage}": current rows are bars already`,
      hint: "take the ticks of a loader",
    });
  } else if (!input.columns.includes("price")) {
    issues.push({
      code: "missing_column",
      path: ["from", 0],
      message:
        `Cannot make bars without the column "price": current columns of "${input.stage}" are ${
          ["time", ...input.columns].join(", ")
        }`,
    });
  }
  return {
    output: {
      form: "table",
      stage: context.id,
      instrument: input.instrument,
      columns: [...BAR_COLUMNS],
      stamp: "close",
    },
    issues,
  };
}
