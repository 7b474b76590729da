import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { firstRow } from "../../../stages/compare/first_row.ts";
import { differenceText } from "../../../stages/compare/text.ts";
import { FaultError, type Registry } from "../../contract/mod.ts";
import { execute, type Executed } from "../execute.ts";
import type { Io } from "../io.ts";
import { type Loaded, loadPipeline } from "../load.ts";
import type { ConfigOptions } from "./options.ts";

/** One way to run the pipeline that must not change its result. */
interface Variant {
  readonly name: string;
  readonly workers: number;
  readonly set?: readonly string[];
  readonly shuffle?: number;
}

/**
 * `verify CONFIG`: runs it on one worker and on several, with other batches and
 * slices and in a shuffled order, and compares digests.
 */
export async function verifyCommand(
  file: string,
  options: ConfigOptions,
  context: { readonly registry: Registry; readonly io: Io },
): Promise<void> {
  const { io } = context;
  const loaded = loadPipeline(file, options, context);
  const out = options.out ?? join(loaded.spec.run.out, `.verify-${Deno.pid}`);
  const runs: { name: string; digest: string; directory: string }[] = [];
  try {
    for (const variant of variantsOf(loaded)) {
      const { result, directory } = await runVariant(
        file,
        variant,
        { ...options, out: join(out, String(runs.length)) },
        context,
      );
      const { digest } = result;
      runs.push({ name: variant.name, digest, directory: directory.path });
      if (!options.quiet && !options.json) {
        io.out(`${variant.name.padEnd(28)} ${lineOf(result)}\n`);
      }
      if (digest !== runs[0].digest) {
        throw await mismatch(runs[0], runs[runs.length - 1]);
      }
    }
    if (options.json) io.out(JSON.stringify(runs, null, 2) + "\n");
    else if (!options.quiet) {
      io.out(`${runs.length} runs, one result\n`);
    }
    if (!options.json) io.out(`digest ${runs[0].digest}\n`);
  } finally {
    if (options.out === undefined) {
      rmSync(out, { recursive: true, force: true });
    }
  }
}

function variantsOf({ graph }: Loaded): Variant[] {
  const many = Math.max(3, availableParallelism());
  const slicing = graph.stages
    .filter(({ kind }) => kind === "dispatcher")
    .map(({ id, config }) => {
      const { slice } = config as { slice: string };
      return `stages.${id}.slice=${slice === "1h" ? "20m" : "1h"}`;
    });
  return [
    { name: "1 worker", workers: 1 },
    { name: "2 workers", workers: 2 },
    { name: `${many} workers`, workers: many },
    {
      name: "batches of 1,000 rows",
      workers: 2,
      set: ["run.batch_rows=1000"],
    },
    { name: "other slices", workers: 2, set: slicing },
    { name: "shuffled slices", workers: 2, shuffle: 1 },
    { name: "other slices, shuffled", workers: 3, set: slicing, shuffle: 2 },
  ];
}

function runVariant(
  file: string,
  { workers, set = [], shuffle }: Variant,
  options: ConfigOptions,
  context: { readonly registry: Registry; readonly io: Io },
): Promise<Executed> {
  const loaded = loadPipeline(file, {
    set: [...options.set, ...set],
    ...(shuffle === undefined ? {} : { shuffle }),
  }, context);
  const since = performance.now();
  const { out, quiet } = options;
  return execute(loaded, { out, quiet, workers, since }, context);
}

function lineOf(result: Executed["result"]): string {
  const { slices, reruns, run_s, digest } = result as unknown as {
    slices: number;
    reruns: { slices: number };
    run_s: number;
    digest: string;
  };
  return `${digest.slice(0, 16)}  ${run_s.toFixed(2).padStart(6)} s  ${
    String(reruns.slices).padStart(4)
  } of ${slices} slices run again`;
}

async function mismatch(
  a: { name: string; directory: string },
  b: { name: string; directory: string },
): Promise<FaultError> {
  const fill = await firstRow(a.directory, b.directory, "fills");
  const difference = fill === null
    ? "All fills are equal; orders, equity or figures differ"
    : differenceText("fills", fill);
  return new FaultError({
    code: "not_exact",
    message:
      `Cannot trust this strategy on several workers: "${a.name}" and "${b.name}" differ. ${difference}`,
    hint:
      "keep what the strategy remembers in `state`: variables of its module are not carried from slice to slice",
  });
}
