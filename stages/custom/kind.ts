import { z } from "zod";
import type {
  DescribeContext,
  Described,
  StageKind,
} from "../../pipeline/contract/mod.ts";

/**
 * Keys of a stage whose kind is a module's path. The compiler passes that
 * path on as `module`, which is no key that a user may write.
 */
export const CustomConfig = z.strictObject({
  module: z.string().describe("Path of the stage's module"),
  params: z.record(
    z.string(),
    z.union([z.number(), z.boolean(), z.string()], {
      error: "a number, true or false, or text",
    }),
  ).describe("Values that the module is given, by name").default({}),
  columns: z.array(
    z.string().regex(/^(?!time$)[a-z][a-z0-9_]*$/, {
      error: "a column's name such as mid (a-z, 0-9 and _, not time)",
    }),
  ).min(1).describe(
    "Columns of the output beside time. Those of the input when absent",
  ).optional(),
});

export type CustomConfig = z.output<typeof CustomConfig>;

export const custom: StageKind<CustomConfig> = {
  kind: "custom",
  summary: "Your own module, from one table to another",
  config: CustomConfig,
  inputs: { form: "table", min: 1, max: 1 },
  output: "table",
  entry: new URL("./stage.ts", import.meta.url),
  module: ({ module }) => ({ path: module, key: "kind" }),
  describe,
};

function describe(config: CustomConfig, context: DescribeContext): Described {
  const [input] = context.inputs;
  if (input?.form !== "table") return { output: null, issues: [] };
  const { instrument, stamp } = input;
  const columns = [...config.columns ?? input.columns];
  const { reads } = (context.module ?? {}) as { reads?: string[] | null };
  return {
    output: { form: "table", stage: context.id, instrument, columns, stamp },
    issues: (reads ?? []).filter((name) => !input.columns.includes(name))
      .map((name) => ({
        code: "missing_column",
        path: ["kind"],
        message:
          `Cannot read the column "${name}": current columns of "${input.stage}" are ${
            ["time", ...input.columns].join(", ")
          }`,
      })),
  };
}
