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

/** Where the journal of a stage keeps the slices of a bundle. */
export function bundleName(
  stage: string,
  bundle: number,
  bundles: number,
): string {
  return join(stage, `${bundle}-of-${bundles}`);
}

/** How many bundles a journal was begun with; undefined when it is empty. */
export function bundlesOf(journal: string, stage: string): number | undefined {
  try {
    const names = readdirSync(join(journal, stage));
    return names.map((name) => Number(/^\d+-of-(\d+)$/.exec(name)?.[1]))
      .find(Number.isInteger);
  } catch {
    return undefined;
  }
}
