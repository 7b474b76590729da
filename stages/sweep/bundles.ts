import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Indices `[from, to)` of the sets of one bundle of so many. */
export function setsOf(
  bundle: number,
  bundles: number,
  sets: number,
): { readonly from: number; readonly to: number } {
  const edge = (b: number) => Math.floor(b * sets / bundles);
  return { from: edge(bundle), to: edge(bundle + 1) };
}

/** Which bundle, of how many, a job runs over which of the segments. */
export function placeOf(
  job: number,
  jobs: number,
  segments: number,
): {
  readonly bundle: number;
  readonly bundles: number;
  readonly segment: number;
} {
  const bundles = jobs / segments;
  return { bundle: job % bundles, bundles, segment: Math.floor(job / bundles) };
}

/** Where the journal of a stage keeps the slices of a job. */
export function bundleName(stage: string, job: number, jobs: number): string {
  return join(stage, `${job}-of-${jobs}`);
}

/** How many jobs a journal was begun with; undefined when it is empty. */
export function bundlesOf(journal: string, stage: string): number | undefined {
  try {
    const names = readdirSync(join(journal, stage));
    return names.map((name) => Number(/^\d+-of-(\d+)$/.exec(name)?.[1]))
      .find(Number.isInteger);
  } catch {
    return undefined;
  }
}
