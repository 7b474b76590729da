import { z } from "zod";
import { Bytes, Duration } from "../contract/schema.ts";

/** Stage ids: they name files and labels, so they are kept plain. */
export const StageId = z.string().regex(/^[a-z][a-z0-9_]*$/, {
  error: "a slug such as ticks or slices_2 (a-z, 0-9 and _)",
});

/** The pipeline's name: it begins the name of each run's directory. */
export const PipelineName = z.string().regex(/^[a-z][a-z0-9_-]*$/, {
  error: "a slug such as es-sma-cross (a-z, 0-9, - and _)",
}).describe("Name of the pipeline. It begins the name of each run's directory");

/** `from`: one stage or several, in order. Read as a list. */
export const From = z.union([
  StageId.transform((id) => [id]),
  z.array(StageId),
], { error: "the id of a stage, or a list of ids" }).describe(
  "The stage, or the stages in order, that feed this one",
);

const SHARE = /^(\d+(?:\.\d+)?)%$/;

/** A fraction from 0 to 1 of `0.1%`; undefined when it is no percentage. */
export function parseShare(text: string): number | undefined {
  const match = SHARE.exec(text);
  if (!match) return undefined;
  const share = Number(match[1]) / 100;
  return share <= 1 ? share : undefined;
}

const Policy = z.enum(["fail", "quarantine", "drop"]);

const BadTicks = z.union([
  Policy.transform((policy) => ({ policy, max: "100%" })),
  z.strictObject({
    policy: Policy.describe(
      "fail: stop at the first bad tick. quarantine: set bad ticks aside in a file. drop: count them only",
    ),
    max: z.string().regex(SHARE, { error: "a percentage such as 0.1%" })
      .refine((text) => parseShare(text) !== undefined, {
        error: "a percentage of at most 100%",
      }).describe("Share of rows that may be bad before the run fails")
      .default("100%"),
  }),
]);

/** The `run` section. */
export const Run = z.strictObject({
  seed: z.int().min(0).max(0xffff_ffff).describe(
    "Seed of everything random in the run",
  ).default(0),
  memory: Bytes.describe(
    "Bound of the memory that batches and what Workers hold may take beside the program itself, whatever the size of the data",
  ).default("512MB"),
  on_bad_tick: BadTicks.describe(
    "What to do with rows that cannot be ticks: fail, quarantine or drop, or {policy, max}",
  ).prefault("fail"),
  store: z.string().min(1).describe(
    "Directory of the tick store, relative to the working directory",
  ).default("store"),
  out: z.string().min(1).describe(
    "Directory that holds the run directories, relative to the working directory",
  ).default("runs"),
  batch_rows: z.int().min(1).max(65_536).describe(
    "Rows of a batch. The result does not depend on it",
  ).default(65_536),
  link: z.enum(["port", "stream"]).describe(
    "How Workers talk: message ports, or transferable streams. The result does not depend on it",
  ).default("port"),
  watchdog: Duration.describe(
    "A stage that gives no sign of life for this long ends the run",
  ).default("30s"),
}).describe("How the pipeline is run");

/** `run` with every default filled: durations, sizes and shares stay text. */
export type RunConfig = z.output<typeof Run>;
