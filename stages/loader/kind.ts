import type {
  DescribeContext,
  Described,
  StageIssue,
  StageKind,
} from "../../pipeline/contract/mod.ts";
import { isMapped } from "../../formats/source/names.ts";
import type { InstrumentsConfig } from "../sections.ts";
import { didYouMean } from "../../pipeline/contract/suggest.ts";
import type { Columns } from "./columns.ts";
import { LoaderConfig } from "./config.ts";
import { columnsOf, formatOf, rowsKnown } from "./output.ts";
import { rangeOf } from "./period.ts";
import { structIssues } from "./struct.ts";

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
  issues.push(...misfits(config), ...periodIssues(config));
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

function periodIssues({ period }: LoaderConfig): StageIssue[] {
  const range = period && rangeOf(period);
  if (range?.from === undefined || range.to === undefined) return [];
  if (BigInt(range.from) < BigInt(range.to)) return [];
  return [{
    code: "bad_value",
    path: ["period", "to"],
    message:
      `Cannot take a period that ends before it begins: current value is ${period?.from} to ${period?.to}`,
  }];
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
