import { z } from "zod";
import {
  type DescribeContext,
  type Described,
  parseDuration,
  type StageKind,
} from "../../pipeline/contract/mod.ts";
import { Duration } from "../../pipeline/contract/schema.ts";

const Ticks = z.string().regex(/^[1-9]\d* ticks$/, {
  error: "a number of ticks such as 100000 ticks",
});

/** Keys of a dispatcher. */
export const DispatcherConfig = z.strictObject({
  slice: z.union([
    z.enum(["session", "auto"]),
    Duration.refine((text) => (parseDuration(text) ?? 1e9) >= 1e9, {
      error: "a duration of at least 1s such as 1h",
    }),
    Ticks,
  ], {
    error:
      "session, auto, a duration of at least 1s such as 1h, or a number of ticks such as 100000 ticks",
  }).describe(
    "What one slice spans: a session, a duration such as 1h, a number of ticks such as 100000 ticks, or auto (about equal numbers of ticks). It changes the speed, never the result",
  ).default("session"),
  warmup: z.union([z.literal("auto"), Duration, Ticks], {
    error:
      "auto, a duration such as 30m, or a number of ticks such as 100000 ticks",
  }).describe(
    "What runs before a slice to bring its state up: auto (the longest memory of the indicators), a duration or a number of ticks. It changes the speed, never the result",
  ).default("auto"),
});

export type DispatcherConfig = z.output<typeof DispatcherConfig>;

export const dispatcher: StageKind<DispatcherConfig> = {
  kind: "dispatcher",
  summary: "Cuts tables into slices of event time, each for one worker",
  config: DispatcherConfig,
  inputs: { form: "table", min: 1, max: 8 },
  output: "slices",
  direct: true,
  entry: new URL("./stage.ts", import.meta.url),
  access: (_, { store, out }) => ({ read: [store, out], write: [] }),
  describe,
};

function describe(
  _config: DispatcherConfig,
  context: DescribeContext,
): Described {
  const feeds = context.inputs.filter((input) => input.form === "table");
  return { output: { form: "slices", feeds }, issues: [] };
}
