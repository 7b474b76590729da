import { z } from "zod";
import { BAR_COLUMNS } from "../../formats/duckdb/bar_columns.ts";
import { priceOf, sourcesOf } from "../../formats/duckdb/rule.ts";
import type {
  DescribeContext,
  Described,
  StageIssue,
  StageKind,
  TableType,
} from "../../pipeline/contract/mod.ts";
import { Bars } from "./rule.ts";
import { sqlColumns, sqlIssues } from "./sql_issues.ts";

const NAME = /^(?!(time|bar)$)[a-z][a-z0-9_]*$/;

/** Keys of a pre-aggregation. */
export const PreaggregateConfig = z.strictObject({
  bars: Bars.describe(
    "What ends a bar: a length of event time such as 1m, or one of ticks, volume, value, imbalance",
  ).optional(),
  price: z.enum(["price", "mid", "bid", "ask"]).describe(
    "Price that bars are made of. That of trades where there is one, else mid, when absent",
  ).optional(),
  gaps: z.enum(["skip", "carry"]).describe(
    "Time bars. skip: an interval without ticks has no bar. carry: it has one that repeats the last close",
  ).default("skip"),
  select: z.record(
    z.string().regex(NAME, {
      error:
        "a column's name such as spread (a-z, 0-9 and _, not time nor bar)",
    }),
    z.string().min(1),
  ).describe(
    "Further columns: SQL aggregates of DuckDB over a bar's ticks, such as avg(ask - bid)",
  ).default({}),
  sql: z.string().min(1).describe(
    "Instead of bars: a whole query of DuckDB over the table ticks, which gives time and further columns",
  ).optional(),
  engine: z.enum(["auto", "native", "wasm"]).describe(
    "Which DuckDB runs SQL. auto: native, or wasm where foreign functions may not be called. It changes no result",
  ).default("auto"),
});

export type PreaggregateConfig = z.output<typeof PreaggregateConfig>;

export const preaggregate: StageKind<PreaggregateConfig> = {
  kind: "preaggregate",
  summary:
    "Makes bars of ticks, or what SQL makes of them, once and keeps them in the store",
  config: PreaggregateConfig,
  inputs: { form: "table", min: 1, max: 1 },
  output: "table",
  entry: new URL("./stage.ts", import.meta.url),
  module: ({ sql, select }) =>
    sql !== undefined
      ? { path: "sql", key: "sql" }
      : Object.keys(select).length > 0
      ? { path: "select", key: "select" }
      : undefined,
  describe,
};

function describe(
  config: PreaggregateConfig,
  context: DescribeContext,
): Described {
  const [input] = context.inputs;
  if (input?.form !== "table") return { output: null, issues: [] };
  const columns = config.sql === undefined
    ? [...BAR_COLUMNS, ...Object.keys(config.select)]
    : sqlColumns(context.module);
  return {
    output: {
      form: "table",
      stage: context.id,
      instrument: input.instrument,
      columns,
      stamp: "close",
    },
    issues: [
      ...inputIssues(config, input),
      ...keyIssues(config),
      ...sqlIssues(config.select, context.module, input),
    ],
  };
}

function inputIssues(config: PreaggregateConfig, input: TableType) {
  const issues: StageIssue[] = [];
  if (input.stamp !== "event") {
    issues.push({
      code: "type_mismatch",
      path: ["from", 0],
      message:
        `Cannot make bars of "${input.stage}": current rows are bars already`,
      hint: "take the ticks of a loader",
    });
    return issues;
  }
  if (config.sql !== undefined) return issues;
  const price = config.price ?? priceOf(input.columns);
  const needed = price === undefined ? ["price"] : sourcesOf(price);
  for (const name of needed.filter((name) => !input.columns.includes(name))) {
    issues.push({
      code: "missing_column",
      path: config.price === undefined ? ["from", 0] : ["price"],
      message:
        `Cannot make bars without the column "${name}": current columns of "${input.stage}" are ${
          ["time", ...input.columns].join(", ")
        }`,
    });
  }
  return issues;
}

/** Keys that do not go together. */
function keyIssues({ bars, sql, select, gaps }: PreaggregateConfig) {
  const issues: StageIssue[] = [];
  const refuse = (key: string, message: string, hint: string) =>
    issues.push({ code: "bad_value", path: [key], message, hint });
  if (bars === undefined && sql === undefined) {
    issues.push({
      code: "missing_key",
      path: [],
      message: `Cannot make bars without "bars": the key is missing`,
      hint: "add bars: 1m, or sql",
    });
  }
  if (sql !== undefined && bars !== undefined) {
    refuse("sql", "Cannot make bars and run sql: both are given", "keep one");
  }
  if (sql !== undefined && Object.keys(select).length > 0) {
    refuse(
      "select",
      "Cannot add columns to the rows of sql: both are given",
      "write the columns into sql",
    );
  }
  if (gaps === "carry" && typeof bars !== "string") {
    refuse(
      "gaps",
      "Cannot carry a close over a gap: current bars do not end by the clock",
      "leave gaps out, or give bars a length of time",
    );
  }
  for (const name of Object.keys(select)) {
    if (!(BAR_COLUMNS as readonly string[]).includes(name)) continue;
    issues.push({
      code: "bad_value",
      path: ["select", name],
      message: `Cannot add the column "${name}": every bar has it already`,
      hint: "choose another name",
    });
  }
  return issues;
}
