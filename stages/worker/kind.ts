import { dirname, resolve } from "node:path";
import { z } from "zod";
import { shortestMinutes } from "../../engine/sessions/mod.ts";
import {
  type DescribeContext,
  type Described,
  parseDuration,
  type StageIssue,
  type StageKind,
  type TableType,
} from "../../pipeline/contract/mod.ts";
import { Duration } from "../../pipeline/contract/schema.ts";
import type { AccountConfig, InstrumentsConfig } from "../sections.ts";
import { sessionSpec } from "../session.ts";
import { SweepSchema, WalkForwardSchema } from "../sweep/keys.ts";
import { currencyIssues } from "./account.ts";
import { bindInputs, unknownFeeds } from "./bind.ts";
import type { StrategyDescription } from "./description.ts";
import { simulationFrom } from "./simulation.ts";
import { SIMULATION_KEYS } from "./simulation_keys.ts";
import { simulationIssues } from "./simulation_issues.ts";

/** Keys of a worker. */
export const WorkerConfig = z.strictObject({
  strategy: z.string().regex(/\.ts$/, {
    error: "the path of a TypeScript module such as strategies/sma_cross.ts",
  }).describe("Path of the strategy's TypeScript module"),
  params: z.record(
    z.string(),
    z.union([z.number(), z.boolean(), z.string()], {
      error: "a number, true or false, or text",
    }),
  ).describe("Values of the strategy's parameters, by name").default({}),
  sweep: SweepSchema.describe(
    "Many sets of parameters in place of one, over one reading of the ticks",
  ).optional(),
  walk_forward: WalkForwardSchema.describe(
    "Choose the best set of the sweep on one window, try it on the next",
  ).optional(),
  inputs: z.record(z.string(), z.string()).describe(
    "Which stage feeds which input of the strategy: input's name to stage's id",
  ).optional(),
  workers: z.union([z.literal("auto"), z.int().min(1)], {
    error: "auto, or a whole number of at least 1",
  }).describe(
    "How many run slices at the same time. auto: one a core. The result does not depend on it",
  ).default("auto"),
  flat_at_close: Duration.refine((text) => (parseDuration(text) ?? 1) > 0, {
    error: "a duration above zero such as 1m",
  }).describe(
    "Positions are closed this long before the session's close",
  ).optional(),
  ...SIMULATION_KEYS,
});

export type WorkerConfig = z.output<typeof WorkerConfig>;

/** What a strategy imports. */
const ENGINE = new URL("../../engine/", import.meta.url);

export const worker: StageKind<WorkerConfig> = {
  kind: "worker",
  summary: "Runs a strategy over slices, on as many cores as there are",
  config: WorkerConfig,
  inputs: { form: "slices", min: 1, max: 1 },
  output: "results",
  entry: new URL("./stage.ts", import.meta.url),
  module: ({ strategy }) => ({ path: strategy, key: "strategy" }),
  access: ({ strategy }) => ({
    read: [dirname(resolve(strategy)), ENGINE],
    write: [],
  }),
  copies: ({ workers }) => workers,
  describe,
};

function describe(config: WorkerConfig, context: DescribeContext): Described {
  const [input] = context.inputs;
  const symbols = input?.form !== "slices"
    ? []
    : [...new Set(input.feeds.map((feed) => feed.instrument))];
  const output = { form: "results", instruments: symbols } as const;
  const description = context.module as StrategyDescription | undefined;
  const said = description?.issues ?? [];
  if (input?.form !== "slices") return { output, issues: said };
  const { issues } = description === undefined
    ? { issues: unknownFeeds(input.feeds, config) }
    : bindInputs(description, input.feeds, config);
  const { instruments, account } = context.sections as {
    readonly instruments?: InstrumentsConfig;
    readonly account?: AccountConfig;
  };
  return {
    output,
    issues: [
      ...said,
      ...issues,
      ...walkIssues(config),
      ...flatIssues(config, input.feeds, context),
      ...currencyIssues(symbols, instruments, account),
      ...simulationIssues(simulationFrom(config), input.feeds),
    ],
  };
}

/** There must be something to choose from. */
function walkIssues({ walk_forward, sweep }: WorkerConfig): StageIssue[] {
  if (walk_forward === undefined || sweep !== undefined) return [];
  return [{
    code: "missing_key",
    path: ["sweep"],
    message: 'Cannot leave out "sweep": walk_forward chooses among its sets',
  }];
}

/** Closing a position before its session opens would never close one. */
function flatIssues(
  { flat_at_close }: WorkerConfig,
  [feed]: readonly TableType[],
  { sections }: DescribeContext,
): StageIssue[] {
  const instruments = sections.instruments as InstrumentsConfig | undefined;
  const session = instruments?.[feed?.instrument]?.session;
  if (flat_at_close === undefined || session === undefined) return [];
  const minutes = shortestMinutes(sessionSpec(session));
  if (parseDuration(flat_at_close)! < minutes * 60e9) return [];
  return [{
    code: "bad_value",
    path: ["flat_at_close"],
    message:
      `Cannot close positions before the session opens: current value is ${flat_at_close}, the shortest session has ${minutes} minutes`,
  }];
}
