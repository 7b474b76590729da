import { dirname, resolve } from "node:path";
import { SAMPLES } from "../../formats/samples/mod.ts";
import { expandSource } from "../../formats/source/mod.ts";
import type { PrepareContext } from "../../pipeline/link/mod.ts";
import type { LoaderConfig } from "./config.ts";

/** Where a loader's built-in sample stands. */
export type SampleUse =
  /** The source's files are the user's own. */
  | "unused"
  /** The source's files are the sample's. */
  | "made"
  /** The source wants the sample, and it is not there yet. */
  | "missing";

/** A sample is only ever made in its own directory, and only where nothing is. */
export async function sampleUse(config: LoaderConfig): Promise<SampleUse> {
  const { source, sample } = config;
  const place = resolve(dirname(source));
  const own = Object.entries(SAMPLES).find(([, { directory }]) =>
    resolve(directory) === place
  );
  if (own === undefined) return "unused";
  const [name, { directory, state }] = own;
  const found = await state(directory);
  if (found === "whole") return "made";
  if (name !== sample) return "unused";
  if (found === "unfinished") return "missing";
  return hasFiles(source) ? "unused" : "missing";
}

export async function makeSample(
  context: PrepareContext,
  { source, sample }: LoaderConfig,
): Promise<void> {
  const { directory, make } = SAMPLES[sample!];
  context.notice(
    `No file matches ${source}: making the synthetic sample "${sample}" in ${directory}. It is not market data`,
  );
  await make(directory, {
    signal: context.signal,
    onProgress: ({ files, total, rows }) =>
      context.progress({ activity: "making", rows, fraction: files / total }),
  });
}

function hasFiles(source: string): boolean {
  try {
    return expandSource(source).length > 0;
  } catch {
    return false;
  }
}
