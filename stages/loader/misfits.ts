import type { StageIssue } from "../../pipeline/contract/mod.ts";
import { isMapped } from "../../formats/source/names.ts";
import type { Columns } from "./columns.ts";
import type { LoaderConfig } from "./config.ts";
import { columnsOf, formatOf, rowsKnown } from "./output.ts";
import { type Sources, sourcesOf } from "./quotes.ts";
import { structIssues } from "./struct.ts";

/** What of a loader's keys does not go with its format. */
export function misfits(config: LoaderConfig): StageIssue[] {
  const sources = sourcesOf(config);
  if (!sources) return misfitsOfSource(config);
  const ofQuotes = misfitsOfSource(sources.quotes).map((issue) => ({
    ...issue,
    path: ["quotes", ...issue.path],
  }));
  const issues = [...misfitsOfSource(sources.trades), ...ofQuotes];
  return issues.length > 0 ? issues : sourceIssues(sources);
}

function misfitsOfSource(config: LoaderConfig): StageIssue[] {
  return [
    ...misfitsOfFormat(config),
    ...(config.csv.header ? [] : namesWithoutHeader(config)),
  ];
}

function misfitsOfFormat(config: LoaderConfig): StageIssue[] {
  const format = formatOf(config);
  if (config.struct || format === "struct") return misfitsOfStruct(config);
  if (config.clock !== undefined && format !== "binance-ws") {
    return [{
      code: "bad_value",
      path: ["clock"],
      message:
        `Cannot choose a clock of the format ${format}: only binance-ws knows two`,
    }];
  }
  if (isMapped(format)) {
    return config.columns ? [] : [{
      code: "missing_key",
      path: ["columns"],
      message:
        `Cannot leave out "columns" with the format ${format}: it says which raw column becomes which`,
      ...(config.format === undefined && format === "csv"
        ? { hint: "or say with format what the files are" }
        : {}),
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

function misfitsOfStruct(config: LoaderConfig): StageIssue[] {
  const { struct } = config;
  if (!struct) {
    return [{
      code: "missing_key",
      path: ["struct"],
      message:
        'Cannot leave out "struct" with the format struct: it says how the records lie',
    }];
  }
  const format = formatOf(config);
  const others = (["columns", "rows", "clock"] as const).filter((key) =>
    config[key] !== undefined
  );
  return [
    ...structIssues(struct),
    ...(format === "struct" ? [] : [{
      code: "bad_value" as const,
      path: ["struct"],
      message: `Cannot use a layout of records with the format ${format}`,
      hint: "set format: struct",
    }]),
    ...others.map((key) => ({
      code: "bad_value" as const,
      path: [key],
      message:
        `Cannot use "${key}" with a layout of records: its fields say it`,
    })),
  ];
}

/** What of two sources does not go together. */
function sourceIssues({ trades, quotes }: Sources): StageIssue[] {
  const ours = columnsOf(trades);
  const theirs = columnsOf(quotes);
  const issues: StageIssue[] = [];
  if (!ours.includes("price") || ours.includes("bid")) {
    issues.push({
      code: "bad_value",
      path: ["quotes"],
      message: `Cannot put quotes beside rows that ${
        ours.includes("price") ? "have them" : "are no trades"
      }: current columns are ${ours.join(", ")}`,
    });
  }
  if (!theirs.includes("bid") || theirs.includes("price")) {
    issues.push({
      code: "bad_value",
      path: ["quotes"],
      message: `Cannot take quotes of a source of trades: current columns are ${
        theirs.join(", ")
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
