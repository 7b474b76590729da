import type {
  DescribeContext,
  Described,
  StageIssue,
  StageKind,
} from "../../pipeline/contract/mod.ts";
import type { InstrumentsConfig } from "../sections.ts";
import { didYouMean } from "../../pipeline/contract/suggest.ts";
import { LoaderConfig } from "./config.ts";
import { misfits } from "./misfits.ts";
import { columnsOf } from "./output.ts";
import { rangeOf } from "./period.ts";

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
